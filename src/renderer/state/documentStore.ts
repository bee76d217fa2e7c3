/**
 * The open video: its tracks as the server has them, kept in step by 'document' events. Read-only here: gestures go through session.ts.
 * Not here: how it is looked at (viewStore.ts).
 */
import { create } from 'zustand'
import type { ErrorRecord } from '../../shared/errors.ts'
import type { DocumentChange, FieldView, Impact, TrackView, VideoDocument, VideoRef } from '../../shared/studio/document.ts'
import { shownTrack, type ShownTrack } from './shownTrack.ts'

export interface OpenDocument extends Omit<VideoDocument, 'tracks'> {
  readonly tracks: ReadonlyMap<number, TrackView>
  /** Keys in the order of the project's list. */
  readonly order: readonly number[]
  readonly impact: Impact | null
}

export interface DocumentState {
  readonly document: OpenDocument | null
  /** A video is being opened. */
  readonly opening: VideoRef | null
  readonly problem: ErrorRecord | null
}

export const useDocument = create<DocumentState>(() => ({ document: null, opening: null, problem: null }))

export const currentDocument = (): OpenDocument | null => useDocument.getState().document

export function isSameVideo(a: VideoRef | null, b: VideoRef | null): boolean {
  return a !== null && b !== null && a.project === b.project && a.video === b.video
}

export function openedDocument({ tracks, ...rest }: VideoDocument, impact: Impact | null): OpenDocument {
  return { ...rest, tracks: new Map(tracks.map(view => [view.record.key, view])), order: tracks.map(view => view.record.key), impact }
}

/** The document after a change; null where the change does not follow on from it, and the video must be asked for anew. */
export function changedDocument(document: OpenDocument, change: DocumentChange): OpenDocument | null {
  if (change.revision <= document.revision) return document
  if (change.revision !== document.revision + 1) return null
  let { tracks, order } = document
  if (change.tracks.length || change.removed.length) {
    const next = new Map(tracks)
    for (const key of change.removed) next.delete(key)
    for (const view of change.tracks) next.set(view.record.key, view)
    tracks = next
    order = [...next.values()].sort((a, b) => a.record.order - b.record.order || a.record.key - b.record.key).map(view => view.record.key)
  }
  const { history, revision, markers, references, decisions } = change
  return {
    ...document, tracks, order, history, revision,
    ...(markers && { markers }),
    ...(references && { references }),
    ...(decisions && { decisions }),
  }
}

export function setField(field: FieldView): void {
  useDocument.setState(state => (state.document ? { document: { ...state.document, field } } : {}))
}

/** A track of the document as it is drawn; undefined where there is none of that key. */
export function shownOf(document: OpenDocument, key: number): ShownTrack | undefined {
  const view = document.tracks.get(key)
  return view && shownTrack(view, document.record)
}

/** Every track as it is drawn, in the order of the list. */
export function allShown(document: OpenDocument): ShownTrack[] {
  return document.order.map(key => shownTrack(document.tracks.get(key)!, document.record))
}

/** Tracks that are on the picture and in the lanes: not hidden, and, in solo, selected. */
export function visibleTracks(document: OpenDocument, { solo, selection }: { readonly solo: boolean; readonly selection: ReadonlySet<number> }): ShownTrack[] {
  return allShown(document).filter(({ record }) => !record.hidden && (!solo || selection.size === 0 || selection.has(record.key)))
}
