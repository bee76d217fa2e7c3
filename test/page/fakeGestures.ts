/**
 * Gestures on a made-up document, near enough to the server's for the page to go on from: what a gesture touches changes, history and
 * revision count on. Not the truth about gestures (src/server/studio).
 */
import { humanNodes } from '../../src/pipeline/edits/humanNodes.ts'
import { bendPath } from '../../src/pipeline/edits/bendPath.ts'
import type { Keyframe, LabelKind, LabelRange } from '../../src/shared/projectRecords.ts'
import type { DocumentChange, Marker, TrackView } from '../../src/shared/studio/document.ts'
import type { FrameSpan, Gesture } from '../../src/shared/studio/gestures.ts'
import { trackColour } from '../../src/shared/trackColours.ts'
import { fakePath, type FakeVideo } from './fakeDocument.ts'

export interface FakeState {
  readonly tracks: ReadonlyMap<number, TrackView>
  readonly markers: readonly Marker[]
}

const inside = (frame: number, spans: readonly FrameSpan[]) => spans.some(({ first, last }) => frame >= first && frame <= last)

/** The stretches with one of them given another label, or none. */
function relabelled(labels: readonly LabelRange[], { first, last }: FrameSpan, kind: LabelKind | null): LabelRange[] {
  const rest = labels.flatMap(label => [
    ...(label.first < first ? [{ ...label, last: Math.min(label.last, first - 1) }] : []),
    ...(label.last > last ? [{ ...label, first: Math.max(label.first, last + 1) }] : []),
  ])
  return [...rest, ...(kind ? [{ kind, first, last }] : [])].sort((a, b) => a.first - b.first)
}

function withKeyframe(view: TrackView, { frame, x, y }: Keyframe): TrackView {
  const keyframes = [...view.edits.keyframes.filter(other => other.frame !== frame), { frame, x, y }].sort((a, b) => a.frame - b.frame)
  const { path } = view
  return {
    ...view,
    edits: { ...view.edits, keyframes },
    path: path && { ...path, positions: bendPath(path.positions, path.states.length, humanNodes(view.record, view.edits), { frame, x, y }), source: 'repaired' },
  }
}

/** The state after the gesture. */
export function afterGesture(state: FakeState, gesture: Gesture, video: FakeVideo): FakeState {
  const tracks = new Map(state.tracks)
  const change = (key: number, by: (view: TrackView) => TrackView, evenLocked = false) => {
    const view = tracks.get(key)
    if (view && (evenLocked || !view.record.locked)) tracks.set(key, by(view))
  }
  const add = (view: Omit<TrackView, 'record'> & { readonly record: Omit<TrackView['record'], 'key' | 'order' | 'id'> }) => {
    const key = Math.max(0, ...tracks.keys()) + 1
    tracks.set(key, { ...view, record: { ...view.record, key, order: key, id: `t${key}` } })
    return key
  }
  const spansOf = (spans: readonly FrameSpan[]) => new Map(spans.map(({ key }) => [key, spans.filter(span => span.key === key)]))
  switch (gesture.kind) {
    case 'addTracks':
      for (const { frame, x, y, name, colour } of gesture.points) {
        const next = Math.max(0, ...tracks.keys()) + 1
        add({
          record: { videoId: 1, name: name ?? `Track ${next}`, colour: colour ?? trackColour(next), query: { frame, x, y }, notes: '', hidden: false, locked: false },
          edits: { keyframes: [{ frame, x, y }], labels: [] },
          path: fakePath(video, next, { frame, x, y }),
        })
      }
      break
    case 'deleteTracks':
      for (const key of gesture.keys) if (!tracks.get(key)?.record.locked) tracks.delete(key)
      break
    case 'duplicateTracks':
      for (const key of gesture.keys) {
        const view = tracks.get(key)
        if (view) add({ ...view, record: { ...view.record, name: `${view.record.name} copy` } })
      }
      break
    case 'updateTracks':
      for (const key of gesture.keys) change(key, view => ({ ...view, record: { ...view.record, ...gesture.change } }), true)
      break
    case 'mergeTracks':
      for (const from of gesture.from) {
        for (const keyframe of tracks.get(from)?.edits.keyframes ?? []) {
          change(gesture.into, view => (view.edits.keyframes.some(({ frame }) => frame === keyframe.frame) ? view : withKeyframe(view, keyframe)))
        }
        tracks.delete(from)
      }
      break
    case 'splitTrack': {
      const view = tracks.get(gesture.key)
      if (view) add({ ...view, record: { ...view.record, name: `${view.record.name} b` } })
      break
    }
    case 'setKeyframes':
      for (const { key, frame, x, y } of gesture.items) change(key, view => withKeyframe(view, { frame, x, y }))
      break
    case 'removeKeyframes':
      for (const [key, spans] of spansOf(gesture.spans)) {
        change(key, view => ({ ...view, edits: { ...view.edits, keyframes: view.edits.keyframes.filter(({ frame }) => !inside(frame, spans)) } }))
      }
      break
    case 'setLabels':
      for (const span of gesture.spans) change(span.key, view => ({ ...view, edits: { ...view.edits, labels: relabelled(view.edits.labels, span, gesture.label) } }))
      break
    case 'pasteLabels':
      for (const { label, ...span } of gesture.items) change(span.key, view => ({ ...view, edits: { ...view.edits, labels: relabelled(view.edits.labels, span, label) } }))
      break
    case 'clearEdits':
      for (const [key, spans] of spansOf(gesture.spans)) {
        change(key, view => ({
          ...view,
          edits: {
            keyframes: view.edits.keyframes.filter(({ frame }) => !inside(frame, spans)),
            labels: spans.reduce<readonly LabelRange[]>((labels, span) => relabelled(labels, span, null), view.edits.labels),
          },
        }))
      }
      break
    case 'propagate':
      for (const key of gesture.keys) change(key, view => ({ ...view, path: fakePath(video, key, view.record.query) }))
      break
    case 'setMarkers':
      return { ...state, markers: gesture.markers }
    case 'decide':
      break
  }
  return { ...state, tracks }
}

/** What differs between two states, as the server would tell it. */
export function changeBetween(before: FakeState, after: FakeState): Pick<DocumentChange, 'tracks' | 'removed' | 'markers'> {
  return {
    tracks: [...after.tracks].filter(([key, view]) => before.tracks.get(key) !== view).map(([, view]) => view),
    removed: [...before.tracks.keys()].filter(key => !after.tracks.has(key)),
    ...(before.markers !== after.markers && { markers: after.markers }),
  }
}
