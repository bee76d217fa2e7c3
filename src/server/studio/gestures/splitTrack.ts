/** One track made two at a frame: what comes before it stays, the rest becomes a track of its own that starts there. */
import { paintLabel } from '../../../pipeline/edits/labelRanges.ts'
import { TaplineError } from '../../../shared/errors.ts'
import type { Keyframe, TrackEdits } from '../../../shared/projectRecords.ts'
import type { TrackPath } from '../../../shared/studio/document.ts'
import type { Gesture } from '../../../shared/studio/gestures.ts'
import { TrackState } from '../../../shared/tracks.ts'
import type { FrameRange } from '../../db/paths.ts'
import { unlockedTracks, type LiveTrack } from '../liveTracks.ts'
import type { GesturePlan, GestureStage } from './plan.ts'

export async function planSplit({ project, video }: GestureStage, { key, frame }: Extract<Gesture, { kind: 'splitTrack' }>): Promise<GesturePlan> {
  const [track] = unlockedTracks(project, video, [key])
  const { record, edits, path, stale } = track
  const refuse = (reason: string, next: string) => new TaplineError('bad-query', `Track ${record.name}`, reason, next)
  if (!Number.isInteger(frame) || frame <= 0 || frame >= video.frameCount) throw refuse(`nothing of it comes before frame ${frame}`, 'Go to a later frame to split it.')
  const inside = (point: Keyframe | null) => point !== null && point.x >= 0 && point.y >= 0 && point.x <= video.width && point.y <= video.height
  const start = placeAt(track, frame)
  if (!start || !inside(start)) throw refuse(`it has no place in the picture at frame ${frame}`, 'Go to a frame where it is in the picture.')
  const left = record.query.frame < frame ? record.query : lastBefore(track, frame, inside)
  if (!left) throw refuse(`it is nowhere in the picture before frame ${frame}`, 'Delete its first stretch instead.')
  const end = video.frameCount - 1
  const cut = (first: number, last: number): Pick<LiveTrack, 'edits' | 'path'> => ({ edits: editsWithout(edits, first, last), path: path && pathWithout(path, first, last) })
  const before = cut(frame, end)
  const after = cut(0, frame - 1)
  return {
    label: 'Split track',
    write(draft) {
      draft.setEdits(key, before.edits)
      if (left !== record.query) draft.update(key, { query: { frame: left.frame, x: left.x, y: left.y } })
      const [made] = draft.add([{ ...start, name: `${record.name} b`, notes: record.notes }])
      draft.setEdits(made.key, after.edits)
      draft.setPaths([
        { key, path: before.path, stale: clip(stale, 0, frame - 1) },
        { key: made.key, path: after.path, stale: clip(stale, frame, end) },
      ])
    },
  }
}

/** Where the track is shown at a frame. */
function placeAt({ edits, path }: LiveTrack, frame: number): Keyframe | null {
  const set = edits.keyframes.find(keyframe => keyframe.frame === frame)
  if (set) return set
  if (!path || path.states[frame] === TrackState.unlabelled) return null
  return { frame, x: path.positions[2 * frame], y: path.positions[2 * frame + 1] }
}

/** The point that the first half keeps as its own: its last keyframe, else its last place in the picture. */
function lastBefore(track: LiveTrack, frame: number, inside: (point: Keyframe | null) => boolean): Keyframe | undefined {
  const keyframe = track.edits.keyframes.findLast(point => point.frame < frame && inside(point))
  if (keyframe) return keyframe
  for (let t = frame - 1; t >= 0; t--) {
    const place = placeAt(track, t)
    if (place && inside(place) && track.path?.states[t] !== TrackState.outOfFrame) return place
  }
  return undefined
}

function editsWithout({ keyframes, labels }: TrackEdits, first: number, last: number): TrackEdits {
  return { keyframes: keyframes.filter(({ frame }) => frame < first || frame > last), labels: paintLabel(labels, first, last, null) }
}

function pathWithout(path: TrackPath, first: number, last: number): TrackPath {
  return {
    ...path,
    states: path.states.slice().fill(TrackState.unlabelled, first, last + 1),
    uncertainty: path.uncertainty.slice().fill(Number.NaN, first, last + 1),
  }
}

function clip(range: FrameRange | null, first: number, last: number): FrameRange | null {
  if (!range || range.first > last || range.last < first) return null
  return { first: Math.max(range.first, first), last: Math.min(range.last, last) }
}
