/** Where the planes of every scale lie in the flow's one buffer, in floats. Not here: what is done with them (gpuFlow.ts). */
import type { Size } from '../../../shared/units.ts'

const SIDE = 8

/** Offsets of one scale's planes, each [height, width]; of two frames where there are two. */
export interface FlowScale extends Size {
  /** Patches across and down. */
  readonly nx: number
  readonly ny: number
  readonly image: readonly [number, number]
  readonly gx: readonly [number, number]
  readonly gy: readonly [number, number]
  readonly u: number
  readonly v: number
  readonly cu: number
  readonly cv: number
  readonly mean: number
  readonly iz: number
  readonly valid: number
  /** 1/A11, A12, 1/A22, b1, b2, edges right and below, du, dv: one after the other. */
  readonly system: readonly number[]
  /** u, v and cost of the patches, twice: read and written in turn. */
  readonly patches: readonly [readonly number[], readonly number[]]
}

export interface FlowLayout {
  /** The full size first. */
  readonly scales: readonly FlowScale[]
  /** Interleaved flow [height, width, 2], in and out. */
  readonly transfer: number
  readonly bytes: number
}

export function layFlow(size: Size, patchStride: number): FlowLayout {
  let top = 0
  const take = (floats: number) => (top += floats) - floats
  const scales: FlowScale[] = []
  let { width, height } = size
  for (;;) {
    const plane = () => take(width * height)
    const nx = 1 + Math.ceil((width - SIDE) / patchStride)
    const ny = 1 + Math.ceil((height - SIDE) / patchStride)
    const patch = () => take(nx * ny)
    scales.push({
      width, height, nx, ny,
      image: [plane(), plane()], gx: [plane(), plane()], gy: [plane(), plane()],
      u: plane(), v: plane(), cu: plane(), cv: plane(), mean: plane(), iz: plane(), valid: plane(),
      system: Array.from({ length: 9 }, plane),
      patches: [[patch(), patch(), patch()], [patch(), patch(), patch()]],
    })
    // As on the CPU: motion of a quarter of the frame is within a patch's reach at the coarsest scale, and a scale must hold a patch.
    if (Math.max(width, height) <= 6 * SIDE || Math.min(width, height) < 2 * SIDE + 2) break
    width = (width + 1) >> 1
    height = (height + 1) >> 1
  }
  const transfer = take(size.width * size.height * 2)
  return { scales, transfer, bytes: 4 * top }
}
