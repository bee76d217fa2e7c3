/**
 * Tracks of one point made one: keyframes and labels go over, and each frame shows the path of the track whose own point is nearest in
 * time; the gaps where one takes over from another are read anew. Not here: finding out which tracks are one point.
 */
import { humanNodes } from '../../../pipeline/edits/humanNodes.ts'
import { paintLabel } from '../../../pipeline/edits/labelRanges.ts'
import { TaplineError } from '../../../shared/errors.ts'
import type { TrackPath } from '../../../shared/studio/document.ts'
import type { Gesture } from '../../../shared/studio/gestures.ts'
import { TrackState } from '../../../shared/tracks.ts'
import { copyFrames } from '../keepAccepted.ts'
import { unlockedTracks, type LiveTrack } from '../liveTracks.ts'
import type { GesturePlan, GestureStage } from './plan.ts'
import { planRepairs } from './repair.ts'

export async function planMerge(stage: GestureStage, gesture: Extract<Gesture, { kind: 'mergeTracks' }>): Promise<GesturePlan> {
  const { project, video } = stage
  const from = gesture.from.filter(key => key !== gesture.into)
  if (from.length === 0) throw new TaplineError('usage', 'merge', 'there is only one track', 'Select two tracks or more.')
  const [into, ...others] = unlockedTracks(project, video, [gesture.into, ...from])
  const taken = new Set(into.edits.keyframes.map(({ frame }) => frame))
  const keyframes = [...into.edits.keyframes]
  for (const { frame, x, y } of others.flatMap(track => track.edits.keyframes)) {
    if (taken.has(frame) || frame === into.record.query.frame) continue
    taken.add(frame)
    keyframes.push({ frame, x, y })
  }
  keyframes.sort((a, b) => a.frame - b.frame)
  const own = into.edits.labels
  let labels = [...others.flatMap(track => track.edits.labels)].reduce((painted, { kind, first, last }) => paintLabel(painted, first, last, kind), [...into.edits.labels])
  labels = own.reduce((painted, { kind, first, last }) => paintLabel(painted, first, last, kind), labels)
  const { path, seams } = joined([into, ...others], video.frameCount)
  const write = await planRepairs(stage, [{ track: into, edits: { keyframes, labels }, query: into.record.query, changed: seams, base: path }])
  return {
    label: `Merge ${others.length + 1} tracks`,
    write(draft) {
      draft.remove(others.map(track => track.record.key))
      write(draft)
      // Without a seam nothing is read anew, and the joined path is what it shows.
      if (seams.length === 0) draft.setPaths([{ key: into.record.key, path, stale: into.stale }])
    },
  }
}

/** The path of the nearest point's track at each frame, and the frames at which another track takes over. */
function joined(tracks: readonly LiveTrack[], frames: number): { path: TrackPath | null; seams: number[] } {
  const shown = tracks.filter(track => track.path !== null)
  if (shown.length === 0) return { path: null, seams: [] }
  const first = shown[0].path!
  const path = { ...first, positions: first.positions.slice(), states: first.states.slice(), uncertainty: first.uncertainty.slice() }
  const seams: number[] = []
  let before = -1
  for (let frame = 0; frame < frames; frame++) {
    const covering = shown.filter(track => track.path!.states[frame] !== TrackState.unlabelled)
    const distance = (track: LiveTrack) => Math.min(...humanNodes(track.record, track.edits).map(node => Math.abs(node.frame - frame)))
    const [nearest] = [...covering].sort((a, b) => distance(a) - distance(b))
    if (!nearest) continue
    copyFrames(nearest.path!, path, frame, frame)
    const owner = shown.indexOf(nearest)
    if (before !== -1 && owner !== before) seams.push(frame)
    before = owner
  }
  return { path, seams }
}
