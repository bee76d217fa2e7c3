/** Tracks for tests: seeded, every state among them, with awkward ids. Not a clip: nothing moves as things move. */
import type { TrackSet } from '../../src/shared/tracks.ts'
import { emptyTracks, TrackState } from '../../src/shared/tracks.ts'
import type { Size } from '../../src/shared/units.ts'

/** Numbers in [0, 1), the same for a seed everywhere (mulberry32). */
export function seededNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Positions reach a little beyond the frame; some uncertainties are unknown; track 0 has no query. */
export function seededTracks(tracks: number, frames: number, size: Size, seed = 1): TrackSet {
  const random = seededNumbers(seed)
  const names = ['plain', 'with, comma', 'with "quotes"', 'übung 点', 'two\nlines']
  const set = emptyTracks(
    Array.from({ length: tracks }, (_, k) => (k < names.length ? names[k] : `track ${k}`)),
    frames,
    size,
  )
  for (let k = 0; k < set.states.length; k++) {
    set.positions[k * 2] = (random() * 1.2 - 0.1) * size.width
    set.positions[k * 2 + 1] = (random() * 1.2 - 0.1) * size.height
    set.states[k] = random() < 0.5 ? TrackState.visible : Math.floor(random() * 4)
    if (random() < 0.8) set.uncertainty[k] = random() * 3
  }
  for (let n = 1; n < tracks; n++) {
    const frame = Math.floor(random() * frames)
    set.queryFrames[n] = frame
    set.queryPoints[n * 2] = set.positions[(n * frames + frame) * 2]
    set.queryPoints[n * 2 + 1] = set.positions[(n * frames + frame) * 2 + 1]
  }
  return set
}
