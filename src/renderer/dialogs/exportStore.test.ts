import { expect, test } from 'vitest'
import { exportFormats } from '../../shared/studio/review.ts'
import { exportRequest, useExportChoices } from './exportStore.ts'
import { formatWords, stateCounts, summarySentence } from './exportWords.ts'

const document = { project: '/p', video: 3 }
const choices = useExportChoices.getInitialState()

test('at first: all shown tracks of this video as a DAVIS pickle in the project’s folder', () => {
  expect(exportRequest(choices, document, [3, 4], [])).toEqual({
    project: '/p', videos: [3], format: 'davis', path: null, keys: null, unlabelled: 'occluded', withVideo: true,
  })
})

test('only selected tracks, where there are some', () => {
  expect(exportRequest({ ...choices, tracks: 'selected' }, document, [3], [5, 2])?.keys).toEqual([5, 2])
  expect(exportRequest({ ...choices, tracks: 'selected' }, document, [3], [])).toBeNull()
})

test('all videos go into formats that hold several, with all their tracks', () => {
  const all = { ...choices, videos: 'all', tracks: 'selected' } as const
  expect(exportRequest(all, document, [3, 4], [5])).toMatchObject({ videos: [3, 4], keys: null })
  expect(exportRequest({ ...all, format: 'json' }, document, [3, 4], [5])).toMatchObject({ videos: [3], keys: [5] })
})

test('frames go only into formats that carry them; a path is taken as typed', () => {
  expect(exportRequest({ ...choices, format: 'npz', path: ' /out/a.npz ' }, document, [3], [])).toMatchObject({ withVideo: false, path: '/out/a.npz' })
})

test('every format has words', () => {
  for (const format of exportFormats) expect(formatWords[format].text).toMatch(/\.$/)
})

test('a summary says what is written and what is not', () => {
  const summary = { path: '/a', exists: false, tracks: 12, leftOut: 1, frames: 40, visible: 4000, occluded: 12, outOfFrame: 0, unlabelled: 3, warnings: [] }
  expect(summarySentence(summary)).toBe('12 tracks over 40 frames; 1 track left out')
  expect(stateCounts(summary)).toEqual([{ name: 'visible', cells: '4,000' }, { name: 'occluded', cells: '12' }, { name: 'unlabelled', cells: '3' }])
})
