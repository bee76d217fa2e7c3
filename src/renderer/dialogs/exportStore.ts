/** What was chosen in the dialog Export, kept while the page is open, and the request made of it. */
import { create } from 'zustand'
import type { ExportFormat, ExportRequest } from '../../shared/studio/review.ts'
import type { OpenDocument } from '../state/documentStore.ts'
import { formatWords } from './exportWords.ts'

export interface ExportChoices {
  readonly format: ExportFormat
  readonly videos: 'this' | 'all'
  readonly tracks: 'shown' | 'selected'
  readonly unlabelled: ExportRequest['unlabelled']
  readonly withVideo: boolean
  /** Empty: the project's own folder. */
  readonly path: string
}

export const useExportChoices = create<ExportChoices>(() => ({ format: 'davis', videos: 'this', tracks: 'shown', unlabelled: 'occluded', withVideo: true, path: '' }))

/** Null where the choices name nothing to write. */
export function exportRequest(choices: ExportChoices, document: Pick<OpenDocument, 'project' | 'video'>, allVideos: readonly number[], selected: readonly number[]): ExportRequest | null {
  const { format, tracks, unlabelled, path } = choices
  const words = formatWords[format]
  const isAll = choices.videos === 'all' && words.manyVideos && allVideos.length > 1
  const keys = tracks === 'selected' && !isAll ? [...selected] : null
  if (keys?.length === 0) return null
  return { project: document.project, videos: isAll ? allVideos : [document.video], format, path: path.trim() || null, keys, unlabelled, withVideo: choices.withVideo && words.carriesVideo }
}
