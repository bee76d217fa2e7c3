/** A number of tracks picked evenly from a truth, so that a quick benchmark still sees all of it. */
import type { ReadVideo } from '../../pipeline/export/trackFile.ts'
import type { TrackSet } from '../../shared/tracks.ts'

export function limitTracks({ tracks, evaluated }: Pick<ReadVideo, 'tracks' | 'evaluated'>, count: number): Pick<ReadVideo, 'tracks' | 'evaluated'> {
  const total = tracks.ids.length
  if (count >= total) return { tracks, evaluated }
  const rows = Array.from({ length: count }, (_, k) => Math.floor((k * total) / count))
  const { frames } = tracks
  const pick = <T extends Float32Array | Uint8Array | Int32Array>(from: T, each: number): T => {
    const out = new (from.constructor as new (length: number) => T)(count * each)
    rows.forEach((row, k) => out.set(from.subarray(row * each, (row + 1) * each), k * each))
    return out
  }
  const picked: TrackSet = {
    ...tracks,
    ids: rows.map(row => tracks.ids[row]),
    queryFrames: pick(tracks.queryFrames, 1),
    queryPoints: pick(tracks.queryPoints, 2),
    positions: pick(tracks.positions, 2 * frames),
    states: pick(tracks.states, frames),
    uncertainty: pick(tracks.uncertainty, frames),
  }
  return { tracks: picked, ...(evaluated && { evaluated: pick(evaluated, frames) }) }
}
