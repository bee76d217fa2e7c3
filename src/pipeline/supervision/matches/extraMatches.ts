/**
 * Tracks of others as long-term matches beside those of a provider: places of one track in two far frames, where both are seen and flow
 * does not know them already. They are believed as doubtful matches are: drawn, weighed and trimmed like the others. Not here: where the
 * tracks come from.
 */
import { TrackState, type TrackSet } from '../../../shared/tracks.ts'
import type { Size } from '../../../shared/units.ts'
import type { LongMatches, MatchProvider } from '../supervision.ts'
import { matchPairs } from './matchPairs.ts'
import { novelMatches } from './novelMatches.ts'

/** Tracks of the clip, in its raster pixels. */
export interface ExtraTracks {
  /** Names what they are: another file, another id. */
  readonly id: string
  readonly tracks: TrackSet
}

/** Raised when what is made of tracks changes. */
const METHOD_VERSION = 1
/** Pairs of frames of one track: more teach little more. */
const MOST_PER_TRACK = 64
/** Below what the sampler never drops: others may be wrong. */
const CONFIDENCE = 0.5

/** The provider's matches and those of the tracks. */
export function extraMatches(provider: MatchProvider, extra: readonly ExtraTracks[]): MatchProvider {
  return {
    id: `${provider.id}+tracks-${METHOD_VERSION}-${extra.map(({ id }) => id).join('-')}`,
    async compute(context, flow) {
      const own = await provider.compute(context, flow)
      const gaps = [...new Set(flow.pairs.map(([from, to]) => Math.abs(to - from)))].sort((p, q) => p - q)
      // The same pairs of frames as features are matched between, so that both are drawn together; the nearest first.
      const pairs = matchPairs(context.frames.clip.frameCount, gaps).sort((p, q) => p[1] - p[0] - (q[1] - q[0]) || p[0] - q[0])
      const taught = extra.map(({ tracks }) => matchesOf(tracks, pairs, context.frames.work))
      return joined([own, ...taught.map(matches => novelMatches(matches, flow))])
    },
  }
}

/** Matches of every track, spread evenly over the pairs of frames in which it is seen twice. */
function matchesOf({ ids, frames, width, height, positions, states }: TrackSet, pairs: readonly (readonly [number, number])[], work: Size): LongMatches {
  const found: { readonly row: number; readonly a: number; readonly b: number }[] = []
  const [scaleX, scaleY] = [work.width / width, work.height / height]
  const place = (row: number, frame: number): readonly [number, number] => {
    const cell = row * frames + frame
    return [positions[2 * cell] * scaleX, positions[2 * cell + 1] * scaleY]
  }
  const isSeen = (row: number, frame: number) => {
    const [x, y] = place(row, frame)
    return states[row * frames + frame] === TrackState.visible && x >= 0 && y >= 0 && x < work.width && y < work.height
  }
  ids.forEach((_, row) => {
    const seen = pairs.filter(([a, b]) => isSeen(row, a) && isSeen(row, b))
    const count = Math.min(seen.length, MOST_PER_TRACK)
    for (let k = 0; k < count; k++) {
      const [a, b] = seen[Math.floor((k * seen.length) / count)]
      found.push({ row, a, b })
    }
  })
  return {
    frameA: Int32Array.from(found, ({ a }) => a),
    frameB: Int32Array.from(found, ({ b }) => b),
    a: Float32Array.from(found.flatMap(({ row, a }) => place(row, a))),
    b: Float32Array.from(found.flatMap(({ row, b }) => place(row, b))),
    confidence: new Float32Array(found.length).fill(CONFIDENCE),
  }
}

function joined(parts: readonly LongMatches[]): LongMatches {
  const count = parts.reduce((sum, part) => sum + part.frameA.length, 0)
  const all = { frameA: new Int32Array(count), frameB: new Int32Array(count), a: new Float32Array(2 * count), b: new Float32Array(2 * count), confidence: new Float32Array(count) }
  let at = 0
  for (const part of parts) {
    all.frameA.set(part.frameA, at)
    all.frameB.set(part.frameB, at)
    all.a.set(part.a, 2 * at)
    all.b.set(part.b, 2 * at)
    all.confidence.set(part.confidence, at)
    at += part.frameA.length
  }
  return all
}
