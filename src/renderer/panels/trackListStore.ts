/** How the list of tracks is looked at: its query, the anchor of Shift, the row being renamed. Not here: the selection (viewStore.ts). */
import { create } from 'zustand'
import { allShown, currentDocument } from '../state/documentStore.ts'
import { useView } from '../state/viewStore.ts'
import { reviewScores } from './reviewStore.ts'
import { listedTracks, wholeList, type ListQuery } from './trackOrder.ts'

export interface TrackListState extends ListQuery {
  readonly anchor: number | null
  /** Key of the track whose name is being typed; null: none. */
  readonly renaming: number | null
}

export const useTrackList = create<TrackListState>(() => ({ ...wholeList, anchor: null, renaming: null }))

/** Keys of the rows as the list shows them now. */
export function listedKeys(): number[] {
  const document = currentDocument()
  if (!document) return []
  return listedTracks(allShown(document), useTrackList.getState(), useView.getState().frame, reviewScores()).map(({ record }) => record.key)
}
