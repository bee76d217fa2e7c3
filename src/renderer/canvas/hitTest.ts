/** Which track a place of the canvas means: the nearest one within reach. Pure. */
import { TrackState } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import { borderArrow } from './borderArrow.ts'
import type { DrawnTrack } from './drawnTracks.ts'
import { isThere } from './drawnTracks.ts'
import { toScreen, type Point, type Viewport } from './viewport.ts'

/** CSS px. */
export const REACH = 8

/** Where a track's sign stands at a frame, clip px; null where it has none. */
export function signPlace(track: DrawnTrack, frame: number, clip: Size): Point | null {
  if (!isThere(track, frame)) return null
  const at = { x: track.positions[2 * frame], y: track.positions[2 * frame + 1] }
  return track.states[frame] === TrackState.outOfFrame ? borderArrow(at, clip) : at
}

/** Key of the nearest track within `REACH` of `at` (CSS px); of equally near ones a selected one, then the one drawn last. */
export function trackAt(
  tracks: readonly DrawnTrack[], at: Point, { frame, clip, view, selection }: { readonly frame: number; readonly clip: Size; readonly view: Viewport; readonly selection: ReadonlySet<number> },
): number | null {
  let best: number | null = null
  let bestDistance = REACH
  for (const track of tracks) {
    const place = signPlace(track, frame, clip)
    if (!place) continue
    const on = toScreen(view, place)
    const distance = Math.hypot(on.x - at.x, on.y - at.y)
    const wins = distance < bestDistance || (distance === bestDistance && !(best !== null && selection.has(best) && !selection.has(track.key)))
    if (wins) {
      best = track.key
      bestDistance = distance
    }
  }
  return best
}

/** Keys of the tracks whose sign lies in the rectangle between two corners, clip px. */
export function tracksIn(tracks: readonly DrawnTrack[], frame: number, clip: Size, a: Point, b: Point): number[] {
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)]
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)]
  return tracks
    .filter(track => {
      const place = signPlace(track, frame, clip)
      return place && place.x >= left && place.x <= right && place.y >= top && place.y <= bottom
    })
    .map(({ key }) => key)
}
