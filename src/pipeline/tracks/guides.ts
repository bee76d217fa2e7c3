/**
 * What people set on some tracks, for the reading of others: paths repaired through their nodes show where a surface went, and which
 * flow is wrong there. Not here: what they teach the field (field/corrections.ts).
 */
import type { HumanTrack } from '../../shared/jobs.ts'
import { TrackState } from '../../shared/tracks.ts'
import { Distrust } from './distrust.ts'
import type { HumanPath } from '../field/humanPaths.ts'
import type { FlowStore } from '../supervision/supervision.ts'
import { trackThrough, type ThroughInput } from './trackThrough.ts'

/** A path less sure than this teaches nothing between its nodes, px. */
const SURE_PX = 1
/** How far around a guide other points move with it, px. */
const REACH_PX = 40
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

/** A track moves with a guide when it did so in most of the nearest frames in which both are known, within this and a share of their distance, px. */
const WINDOW_FRAMES = 10
const LEAST_KNOWN = 2
const ENOUGH_KNOWN = 3
const ALIKE_PX = 2
const ALIKE_DRIFT = 0.15
const ALIKE_SHARE = 0.6

export interface Guess {
  readonly x: number
  readonly y: number
  /** What the guide's distance adds to the doubt, px. */
  readonly sigma: number
  /** Offsets at which to look for it: the further the guide, the less alike the two move. */
  readonly around: readonly (readonly [number, number])[]
}

/** Nearer guides lead to the very place; others to some px of it, and a patch finds its place from this far. */
const EXACT_WITHIN_PX = 10
const STEP_PX = 5
const exact = [[0, 0]] as const
const around = [-1, 0, 1].flatMap(i => [-1, 0, 1].map(j => [i * STEP_PX, j * STEP_PX] as const))

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

  /**
   * Where a track that is at (x, y) in frame `from` is in frame `to` if it moves with the nearest guide that is seen in both; null where
   * none is near, or none has moved like it. `at` gives the track's place in a frame where it is known, else null.
   */
  ask(from: number, to: number, x: number, y: number, at: (frame: number) => ArrayLike<number> | null): Guess | null {
    let best: Guess | null = null
    for (const path of this.paths) {
      const { positions, seen } = path
      if (!seen[from] || !seen[to]) continue
      const distance = Math.hypot(positions[from * 2] - x, positions[from * 2 + 1] - y)
      if (distance > REACH_PX || (best && best.sigma <= DRIFT_SHARE * distance) || !movesAlike(path, from, x, y, distance, at)) continue
      best = {
        x: x + positions[to * 2] - positions[from * 2],
        y: y + positions[to * 2 + 1] - positions[from * 2 + 1],
        sigma: DRIFT_SHARE * distance,
        around: distance < EXACT_WITHIN_PX ? exact : around,
      }
    }
    return best
  }
}

/** What lies near a guide may be another surface: has the track moved with the guide where both are known? */
function movesAlike({ positions, seen }: HumanPath, from: number, x: number, y: number, distance: number, at: (frame: number) => ArrayLike<number> | null): boolean {
  let known = 0
  let alike = 0
  for (let k = 1; k <= WINDOW_FRAMES && known < ENOUGH_KNOWN; k++)
    for (const t of [from - k, from + k]) {
      const place = t >= 0 && t < seen.length && seen[t] ? at(t) : null
      if (!place) continue
      const dx = place[0] - x - positions[t * 2] + positions[from * 2]
      const dy = place[1] - y - positions[t * 2 + 1] + positions[from * 2 + 1]
      known++
      if (Math.hypot(dx, dy) < ALIKE_PX + ALIKE_DRIFT * distance) alike++
    }
  return known < LEAST_KNOWN ? distance < EXACT_WITHIN_PX : alike >= ALIKE_SHARE * known
}
