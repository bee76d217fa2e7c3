/** Gestures on whole tracks: add, delete, duplicate, and what is written on them. Not here: their points over time. */
import { TaplineError } from '../../../shared/errors.ts'
import type { VideoRecord } from '../../../shared/projectRecords.ts'
import type { Gesture, TrackChange } from '../../../shared/studio/gestures.ts'
import { liveTracks, unlockedTracks } from '../liveTracks.ts'
import { counted, type GesturePlan, type GestureStage } from './plan.ts'

type Of<K extends Gesture['kind']> = Extract<Gesture, { kind: K }>

/** Each new track has a keyframe where it was clicked; where its path is not there at once, it follows. */
export async function planAdd({ video, ask }: GestureStage, { points }: Of<'addTracks'>): Promise<GesturePlan> {
  for (const { frame, x, y } of points) checkFrame(video, frame, x, y)
  const paths = await ask(points.map(({ frame, x, y }) => ({ nodes: [{ frame, x, y }], labels: [] })))
  return {
    label: `Add ${counted(points.length, 'track')}`,
    write(draft) {
      const added = draft.add(points)
      const whole = { first: 0, last: video.frameCount - 1 }
      added.forEach(({ key }, i) => draft.setEdits(key, { keyframes: [{ frame: points[i].frame, x: points[i].x, y: points[i].y }], labels: [] }))
      draft.setPaths(added.map(({ key }, i) => ({ key, path: paths?.[i] ?? null, stale: paths ? null : whole })))
    },
  }
}

/** @throws TaplineError 'bad-query' for a point that no clip has. */
export function checkFrame(video: VideoRecord, frame: number, x: number, y: number): void {
  const bad = (reason: string, next: string) => new TaplineError('bad-query', 'point', reason, next)
  if (!Number.isInteger(frame) || frame < 0 || frame >= video.frameCount) throw bad(`frame ${frame} is not in the clip`, `Frames go from 0 to ${video.frameCount - 1}.`)
  if (!Number.isFinite(x) || !Number.isFinite(y)) throw bad(`(${x}, ${y}) is no place`, 'Set it again.')
}

export async function planDelete({ project, video }: GestureStage, { keys }: Of<'deleteTracks'>): Promise<GesturePlan> {
  const tracks = unlockedTracks(project, video, keys)
  return { label: `Delete ${counted(tracks.length, 'track')}`, write: draft => draft.remove(tracks.map(track => track.record.key)) }
}

/** Copies have names of their own and everything else of the original. */
export async function planDuplicate({ project, video }: GestureStage, { keys }: Of<'duplicateTracks'>): Promise<GesturePlan> {
  const tracks = unlockedTracks(project, video, keys)
  return {
    label: `Duplicate ${counted(tracks.length, 'track')}`,
    write(draft) {
      const copies = draft.add(tracks.map(({ record: { query, name, notes } }) => ({ ...query, name: `${name} copy`, notes })))
      copies.forEach(({ key }, i) => draft.setEdits(key, tracks[i].edits))
      draft.setPaths(copies.map(({ key }, i) => ({ key, path: tracks[i].path, stale: tracks[i].stale })))
    },
  }
}

/** The one gesture that locked tracks take: it is how they are unlocked. */
export async function planUpdate({ project, video }: GestureStage, { keys, change }: Of<'updateTracks'>): Promise<GesturePlan> {
  const tracks = liveTracks(project, video, [...new Set(keys)])
  if (tracks.length === 0) throw new TaplineError('not-found', video.name, 'the tracks are no longer there', 'Select the tracks again.')
  return {
    label: labelOf(change, counted(tracks.length, 'track')),
    write(draft) {
      for (const { record } of tracks) draft.update(record.key, change)
    },
  }
}

function labelOf({ name, colour, notes, hidden, locked }: TrackChange, what: string): string {
  if (name !== undefined) return `Rename ${what}`
  if (colour !== undefined) return `Colour ${what}`
  if (notes !== undefined) return `Edit notes of ${what}`
  if (hidden !== undefined) return `${hidden ? 'Hide' : 'Show'} ${what}`
  if (locked !== undefined) return `${locked ? 'Lock' : 'Unlock'} ${what}`
  return `Change ${what}`
}
