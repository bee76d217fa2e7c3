/** A synthetic clip as a FrameSource in memory, so that tests and the demo run without a decoder. */
import type { SynthClip } from './synthClip.ts'
import type { FrameSource } from '../frames/frameSource.ts'
import { workingSize } from '../../shared/units.ts'
import type { Size } from '../../shared/units.ts'

const FRAMES_PER_SECOND = 25

/** Mean over the area that each target pixel covers. [height, width, 3] uint8 in and out. */
export function shrinkByArea(rgb: Uint8Array, from: Size, to: Size): Uint8Array {
  const spans = (n: number, m: number) =>
    Array.from({ length: m }, (_, k) => {
      const [low, high] = [(k * n) / m, ((k + 1) * n) / m]
      const first = Math.floor(low)
      const last = Math.min(n, Math.ceil(high - 1e-9))
      return { first, weights: Array.from({ length: last - first }, (_, i) => Math.min(high, first + i + 1) - Math.max(low, first + i)) }
    })
  const columns = spans(from.width, to.width)
  const rows = spans(from.height, to.height)
  const area = (from.width / to.width) * (from.height / to.height)
  const out = new Uint8Array(to.width * to.height * 3)
  let at = 0
  for (const row of rows) {
    for (const column of columns) {
      for (let c = 0; c < 3; c++, at++) {
        let sum = 0
        row.weights.forEach((wy, j) => {
          const line = ((row.first + j) * from.width + column.first) * 3 + c
          for (let i = 0; i < column.weights.length; i++) sum += wy * column.weights[i] * rgb[line + i * 3]
        })
        out[at] = Math.round(sum / area)
      }
    }
  }
  return out
}

/** Frames are rendered once and kept. `longSide` bounds the working size; default the clip's own. */
export function synthFrames(clip: SynthClip, longSide = Math.max(clip.width, clip.height)): FrameSource {
  const work = workingSize(clip, longSide)
  const same = work.width === clip.width && work.height === clip.height
  const rendered = new Map<number, Uint8Array>()
  const render = (frame: number): Uint8Array => {
    let rgb = rendered.get(frame)
    if (rgb === undefined) rendered.set(frame, (rgb = clip.rgb(frame)))
    return rgb
  }
  return {
    clip: {
      name: clip.name,
      width: clip.width,
      height: clip.height,
      frameCount: clip.frames,
      timesS: Float64Array.from({ length: clip.frames }, (_, t) => t / FRAMES_PER_SECOND),
    },
    work,
    workRgb: async frame => (same ? render(frame).slice() : shrinkByArea(render(frame), clip, work)),
    clipRgb: async frame => render(frame).slice(),
    close: async () => rendered.clear(),
  }
}
