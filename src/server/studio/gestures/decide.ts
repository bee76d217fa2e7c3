/** A person's verdict on stretches where a reference disagrees: theirs is taken, or ours stands. */
import { paintLabel } from '../../../pipeline/edits/labelRanges.ts'
import { TaplineError } from '../../../shared/errors.ts'
import type { Decision, TrackPath } from '../../../shared/studio/document.ts'
import type { FrameSpan, Gesture } from '../../../shared/studio/gestures.ts'
import { TrackState } from '../../../shared/tracks.ts'
import { copyFrames } from '../keepAccepted.ts'
import { unlockedTracks, type LiveTrack } from '../liveTracks.ts'
import { matchedReference } from '../review/matchedReference.ts'
import { pathOfRow } from '../../tracking/shownPaths.ts'
import { counted, type GesturePlan, type GestureStage } from './plan.ts'

export async function planDecide(stage: GestureStage, { reference, spans, verdict }: Extract<Gesture, { kind: 'decide' }>): Promise<GesturePlan> {
  const { project, video } = stage
  const tracks = unlockedTracks(project, video, spans.map(span => span.key))
  const outside = spans.find(({ first, last }) => !(Number.isInteger(first) && Number.isInteger(last) && first >= 0 && first <= last && last < video.frameCount))
  if (outside) throw new TaplineError('bad-query', video.name, `frames ${outside.first} to ${outside.last} are not in the clip`, `Frames go from 0 to ${video.frameCount - 1}.`)
  const { keys, tracks: theirs } = await matchedReference(project, video, reference)
  const accepted = verdict === 'rejected' ? [] : tracks.map(track => {
    const row = keys.indexOf(track.record.key)
    if (row < 0) throw new TaplineError('not-found', `Track ${track.record.name}`, 'the reference has no counterpart of it', 'Reject it, or correct the track by hand.')
    return taken(track, pathOfRow(theirs, row, 'accepted'), spans.filter(span => span.key === track.record.key))
  })
  const decisions = spans.reduce((all, span) => decided(all, { reference, verdict, ...span }), project.references.decisions(video.id))
  const frames = spans.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  return {
    label: `${verdict === 'accepted' ? 'Accept' : 'Reject'} ${counted(frames, 'frame')}`,
    write(draft) {
      for (const { track, edits, query } of accepted) {
        draft.setEdits(track.record.key, edits)
        if (query !== track.record.query) draft.update(track.record.key, { query })
      }
      draft.setPaths(accepted.map(({ track, path }) => ({ key: track.record.key, path, stale: track.stale })))
      draft.setDecisions(decisions)
    },
  }
}

/** A track with their positions and states over these stretches; what was set by hand there goes with ours. */
function taken(track: LiveTrack, theirs: TrackPath, spans: readonly FrameSpan[]) {
  const { record, edits, path } = track
  const frames = theirs.states.length
  const none = { positions: theirs.positions.slice(), states: new Uint8Array(frames).fill(TrackState.unlabelled), uncertainty: new Float32Array(frames).fill(Number.NaN) }
  const mixed = { positions: path?.positions.slice() ?? none.positions, states: path?.states.slice() ?? none.states, uncertainty: path?.uncertainty.slice() ?? none.uncertainty, source: 'accepted' as const }
  let { keyframes, labels } = edits
  let { query } = record
  for (const { first, last } of spans) {
    copyFrames(theirs, mixed, first, last)
    keyframes = keyframes.filter(({ frame }) => frame < first || frame > last)
    labels = paintLabel(labels, first, last, null)
    const { frame } = query
    // The track's own point would pull it back to where it was.
    if (frame >= first && frame <= last && theirs.states[frame] === TrackState.visible) query = { frame, x: theirs.positions[2 * frame], y: theirs.positions[2 * frame + 1] }
  }
  return { track, path: mixed, edits: { keyframes, labels }, query }
}

/** Decisions with one more, which takes the place of what was decided there before. */
function decided(decisions: readonly Decision[], made: Decision): Decision[] {
  const others = decisions.flatMap(other => {
    if (other.reference !== made.reference || other.key !== made.key) return [other]
    return [
      ...(other.first < made.first ? [{ ...other, last: Math.min(other.last, made.first - 1) }] : []),
      ...(other.last > made.last ? [{ ...other, first: Math.max(other.first, made.last + 1) }] : []),
    ]
  })
  return [...others, { reference: made.reference, key: made.key, first: made.first, last: made.last, verdict: made.verdict }]
}
