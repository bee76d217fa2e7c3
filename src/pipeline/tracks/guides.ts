/**
 * What people set on some tracks, for the reading of others: paths repaired through their nodes show where a surface went, and which
 * flow is wrong there. Not here: what they teach the field (field/corrections.ts).
 */
import type { HumanTrack } from '../../shared/jobs.ts'
import { TrackState } from '../../shared/tracks.ts'
import { Distrust } from '../field/distrust.ts'
import type { HumanPath } from '../field/humanPaths.ts'
import type { FlowStore } from '../supervision/supervision.ts'
import { trackThrough, type ThroughInput } from './trackThrough.ts'

/** A path less sure than this teaches nothing between its nodes, px. */
const SURE_PX = 2
/** How far around a guide other points move with it, px. */
const REACH_PX = 24
/** Error of taking a guide's motion for one's own, px for each px between the two. */
const DRIFT_SHARE = 0.08

/** Follows what people set through the clip. */
export async function followHumans(input: ThroughInput, humans: readonly HumanTrack[]): Promise<HumanPath[]> {
  const able = humans.filter(human => human.nodes.length)
  if (!able.length) return []
  const { frames, clip, work } = input
  const paths = await trackThrough(input, able.map(({ nodes, labels }) => ({ nodes, labels })))
  return able.map(({ nodes, labels }, n) => {
    const { positions, states, uncertainty } = paths[n]
    const hidden = new Uint8Array(frames)
    for (const { kind, first, last } of labels) if (kind !== 'visible') hidden.fill(1, first, last + 1)
    const seen = new Uint8Array(frames)
    // Beyond the outermost nodes nobody has looked.
    for (let t = nodes[0].frame; t <= nodes[nodes.length - 1].frame; t++)
      if (!hidden[t] && states[t] === TrackState.visible && uncertainty[t] * (work.width / clip.width) < SURE_PX) seen[t] = 1
    for (const { frame } of nodes) seen[frame] = hidden[frame] ? 0 : 1
    return {
      nodes: nodes.map(({ frame, x, y }) => ({ frame, x: (x * work.width) / clip.width, y: (y * work.height) / clip.height, seen: !hidden[frame] })),
      positions: positions.map((value, k) => value * (k % 2 ? work.height / clip.height : work.width / clip.width)),
      seen, hidden,
    }
  })
}

export interface Guess {
  readonly x: number
  readonly y: number
  /** What the guide's distance adds to the doubt, px. */
  readonly sigma: number
}

export class Guides {
  readonly distrust: Distrust
  private readonly paths: readonly HumanPath[]

  constructor(paths: readonly HumanPath[], flow: FlowStore) {
    this.paths = paths
    this.distrust = new Distrust(paths, flow)
  }

  get count(): number {
    return this.paths.length
  }

  /** Where the point (x, y) of frame `from` is in frame `to` if it moves with the nearest guide that is seen in both; null where none is near. */
  ask(from: number, to: number, x: number, y: number): Guess | null {
    let best: Guess | null = null
    for (const { positions, seen } of this.paths) {
      if (!seen[from] || !seen[to]) continue
      const distance = Math.hypot(positions[from * 2] - x, positions[from * 2 + 1] - y)
      if (distance > REACH_PX || (best && best.sigma <= DRIFT_SHARE * distance)) continue
      best = {
        x: x + positions[to * 2] - positions[from * 2],
        y: y + positions[to * 2 + 1] - positions[from * 2 + 1],
        sigma: DRIFT_SHARE * distance,
      }
    }
    return best
  }
}
