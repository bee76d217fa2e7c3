/**
 * A FlowStore of exact flow from a synthetic clip, with the statuses that a perfect cycle check would give: for tests of the
 * stages that read flow. Not a measure of real flow.
 */
import type { SynthClip } from '../../src/pipeline/synth/synthClip.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../../src/pipeline/supervision/supervision.ts'
import type { FlowPair, FlowStore } from '../../src/pipeline/supervision/supervision.ts'
import { TrackState } from '../../src/shared/tracks.ts'

export interface ExactFlowOptions {
  /** Standard deviation in pixels of an error added to each vector; default 0. */
  readonly noisePx?: number
  /** Pixels per node; default 1. */
  readonly stride?: number
}

/** Pairs at the given gaps in both directions; read lazily and kept. */
export function exactFlowStore(clip: SynthClip, gaps: readonly number[], options: ExactFlowOptions = {}): FlowStore {
  const { noisePx = 0, stride = 1 } = options
  const pairs: [number, number][] = []
  for (const gap of gaps) {
    for (let from = 0; from < clip.frames; from++) {
      if (from + gap < clip.frames) pairs.push([from, from + gap])
      if (from - gap >= 0) pairs.push([from, from - gap])
    }
  }
  const known = new Set(pairs.map(([a, b]) => `${a}>${b}`))
  const kept = new Map<string, FlowPair>()
  const compute = (from: number, to: number): FlowPair => {
    const columns = Math.floor(clip.width / stride)
    const rows = Math.floor(clip.height / stride)
    const flow = new Int16Array(columns * rows * 2)
    const status = new Uint8Array(columns * rows)
    let state = from * 7919 + to * 104729 + 1
    const noise = () => {
      // Sum of four uniforms: near enough to a normal.
      let sum = 0
      for (let k = 0; k < 4; k++) sum += (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296
      return (sum - 2) * Math.sqrt(3) * noisePx
    }
    const view = clip.view(from)
    for (let j = 0, at = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++, at++) {
        const [x, y] = [(i + 0.5) * stride, (j + 0.5) * stride]
        view.cast(x, y)
        const [px, py, , seen] = clip.locate(to, view.object, view.lx, view.ly, view.lz)
        const clamp = (v: number) => Math.min(32767, Math.max(-32768, Math.round(v * FLOW_UNITS_PER_PIXEL)))
        flow[at * 2] = clamp(px - x + noise())
        flow[at * 2 + 1] = clamp(py - y + noise())
        status[at] =
          seen === TrackState.visible ? FlowStatus.visible : seen === TrackState.outOfFrame ? FlowStatus.outOfFrame : FlowStatus.occluded
      }
    }
    return { from, to, columns, rows, stride, flow, status }
  }
  return {
    pairs,
    has: (from, to) => known.has(`${from}>${to}`),
    read: (from, to) => {
      const key = `${from}>${to}`
      if (!known.has(key)) throw new Error(`flow ${key} was never computed`)
      let pair = kept.get(key)
      if (pair === undefined) kept.set(key, (pair = compute(from, to)))
      return pair
    },
  }
}
