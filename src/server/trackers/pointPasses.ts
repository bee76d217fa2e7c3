/**
 * Tracks by a network that follows points forward in time: queries go forward from their frame, and backward through the reversed clip;
 * queries that can share a pass do. Not here: the networks (tapirNetwork.ts, coTrackerNetwork.ts).
 */
import type { TrackerInput } from '../../pipeline/trackers/tracker.ts'
import { pinQueries, trackerStage, tracksOf } from '../../pipeline/trackers/trackerStage.ts'
import { TrackState, type Query, type TrackSet } from '../../shared/tracks.ts'
import type { FrameIndex, Size } from '../../shared/units.ts'

/** A point to follow: the step of the pass at which it is given, and its place in 0…1 of the picture (raster: 0 and 1 are its outer edges). */
export interface PassPoint {
  readonly step: number
  readonly x: number
  readonly y: number
}

/** Called for a point at a step of the pass, from its own step on; later calls for the same cell replace earlier ones. Places in 0…1. */
export type TakePlace = (point: number, step: number, x: number, y: number, visible: boolean) => void

export interface Picture extends Size {
  /** [height, width, 3] */
  readonly rgb: Uint8Array
}

export interface PointNetwork {
  /** Whether points of one pass may be given at any step, or only at its first. */
  readonly starts: 'any' | 'first'
  /** Most points of one pass. */
  readonly most: number
  /** Follows points through `steps` pictures in order. @param onStep told after each new step that is done */
  follow(steps: number, picture: (step: number) => Promise<Picture>, points: readonly PassPoint[], take: TakePlace, onStep: () => void): Promise<void>
}

interface Pass {
  readonly members: readonly number[]
  /** Frames in the order of the pass. */
  readonly frames: readonly FrameIndex[]
}

export async function tracksByPasses(network: PointNetwork, input: TrackerInput): Promise<TrackSet> {
  const { frames, queries } = input
  const { clip, work } = frames
  const stage = trackerStage(input, 'readout', 'Following points')
  const tracks = tracksOf(queries, clip.frameCount, clip)
  const passes = passesOf(network, queries, clip.frameCount)
  const total = passes.reduce((sum, pass) => sum + pass.frames.length, 0)
  let done = 0
  for (const { members, frames: order } of passes) {
    const points = members.map((n): PassPoint => ({ step: order.indexOf(queries[n].frame), x: queries[n].x / clip.width, y: queries[n].y / clip.height }))
    const take: TakePlace = (point, step, x, y, visible) => {
      const k = members[point] * clip.frameCount + order[step]
      const [px, py] = [x * clip.width, y * clip.height]
      tracks.positions[2 * k] = px
      tracks.positions[2 * k + 1] = py
      const inside = px >= 0 && py >= 0 && px < clip.width && py < clip.height
      tracks.states[k] = !inside ? TrackState.outOfFrame : visible ? TrackState.visible : TrackState.occluded
    }
    await network.follow(order.length, async step => ({ rgb: await frames.workRgb(order[step]), ...work }), points, take, () => stage.onProgress(++done, total))
  }
  return pinQueries(tracks, queries)
}

/** Each group of queries forward and, where frames lie before, backward. */
function passesOf({ starts, most }: PointNetwork, queries: readonly Query[], frameCount: number): Pass[] {
  const groups = new Map<number, number[]>()
  queries.forEach(({ frame }, n) => {
    const key = starts === 'any' ? 0 : frame
    groups.set(key, [...(groups.get(key) ?? []), n])
  })
  const passes: Pass[] = []
  for (const [, group] of [...groups].sort(([a], [b]) => a - b)) {
    for (let at = 0; at < group.length; at += most) {
      const members = group.slice(at, at + most)
      const own = members.map(n => queries[n].frame)
      const [first, last] = [Math.min(...own), Math.max(...own)]
      const range = (from: number, to: number) => Array.from({ length: Math.abs(to - from) + 1 }, (_, k) => from + (to > from ? k : -k))
      if (first < frameCount - 1) passes.push({ members, frames: range(first, frameCount - 1) })
      if (last > 0) passes.push({ members, frames: range(last, 0) })
    }
  }
  return passes
}
