/** What supervises the next fit, as chosen in the dialog Optimise: kept while the page is open. Not here: the fit (the server's). */
import { create } from 'zustand'
import type { SupervisionChoice } from '../../shared/rpc.ts'
import type { ReferenceSummary, VideoRef } from '../../shared/studio/document.ts'
import { isSameVideo } from './documentStore.ts'

export interface SupervisionDraft {
  readonly by: SupervisionChoice['by']
  readonly folder: string
  readonly depthFolder: string
  /** References to learn from, of one video alone. */
  readonly learnFrom: { readonly video: VideoRef; readonly ids: readonly number[] } | null
}

export const useSupervision = create<SupervisionDraft>(() => ({ by: 'builtin', folder: '', depthFolder: '', learnFrom: null }))

/** References that a fit can learn from: the truth is for scoring. */
export const teachable = (references: readonly ReferenceSummary[]): readonly ReferenceSummary[] => references.filter(({ kind }) => kind !== 'truth')

/** Ids chosen for this video that are still there. */
export function learnedFrom({ learnFrom }: Pick<SupervisionDraft, 'learnFrom'>, video: VideoRef, references: readonly ReferenceSummary[]): number[] {
  if (!learnFrom || !isSameVideo(learnFrom.video, video)) return []
  return teachable(references).map(({ id }) => id).filter(id => learnFrom.ids.includes(id))
}

export function learnFrom({ project, video }: VideoRef, ids: readonly number[]): void {
  useSupervision.setState({ learnFrom: { video: { project, video }, ids } })
}

/** As the server is asked; undefined where nothing differs from what is built in. */
export function supervisionChoice(draft: SupervisionDraft, video: VideoRef, references: readonly ReferenceSummary[]): SupervisionChoice | undefined {
  const ids = learnedFrom(draft, video, references)
  const depthFolder = draft.depthFolder.trim()
  if (draft.by === 'builtin' && !depthFolder && ids.length === 0) return undefined
  return { by: draft.by, ...(draft.by === 'folder' && { folder: draft.folder.trim() }), ...(depthFolder && { depthFolder }), ...(ids.length > 0 && { references: ids }) }
}
