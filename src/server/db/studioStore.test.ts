/** Paths, history, markers, the field in use, references and decisions in the store. */
import { describe, expect, it } from 'vitest'
import { somePredictions, temporaryProject } from '../../../test/builders/temporaryProject.ts'
import type { TrackPath } from '../../shared/studio/document.ts'
import { pathOfRow } from '../tracking/shownPaths.ts'
import { HISTORY_LIMIT, type HistoryChange } from './history.ts'
import { openProjectReader } from './project.ts'

const somePath = (row = 0): TrackPath => pathOfRow(somePredictions(), row, 'field')
const nothing: HistoryChange = { tracks: [] }

describe('paths', () => {
  it('come back bit for bit, and a track shows what it is told to', async () => {
    const { project, videoId, keys } = await temporaryProject()
    const id = project.paths.add(videoId, somePath(1))
    project.paths.show(keys[1], { pathId: id, at: 123, stale: { first: 3, last: 9 } })
    const reader = openProjectReader(project.folder)
    expect(reader.paths.read(id)).toEqual(somePath(1))
    expect(reader.paths.ref(keys[1])).toEqual({ pathId: id, at: 123, stale: { first: 3, last: 9 } })
    expect(reader.paths.refs(videoId).get(keys[0])).toEqual({ pathId: null, at: null, stale: null })
    reader.close()
    project.close()
  })

  it('are swept once neither a track nor the history names them', async () => {
    const { project, videoId, keys } = await temporaryProject()
    const [shown, kept, loose] = [0, 1, 2].map(row => project.paths.add(videoId, somePath(row)))
    project.paths.show(keys[0], { pathId: shown, at: 1, stale: null })
    const snapshot = { record: project.tracks.get(keys[1]), edits: project.edits.ofTrack(keys[1]), path: { pathId: kept, at: 1, stale: null } }
    project.history.push(videoId, 'Move point', { tracks: [{ before: snapshot, after: null }] })
    expect(project.paths.sweep(videoId)).toBe(1)
    expect(() => project.paths.read(loose)).toThrow('no path')
    expect([project.paths.read(shown).states.length, project.paths.read(kept).states.length]).toEqual([40, 40])
    project.close()
  })
})

describe('the history', () => {
  it('is a line: undone steps are forgotten by the next gesture', async () => {
    const { project, videoId } = await temporaryProject()
    for (const label of ['one', 'two', 'three']) expect(project.history.push(videoId, label, nothing)).toBe(false)
    for (const label of ['three', 'two']) {
      const entry = project.history.undoable(videoId)!
      expect(entry.label).toBe(label)
      project.history.setUndone(entry.id, true)
    }
    expect(project.history.state(videoId)).toEqual({ undo: 'one', redo: 'two' })
    project.history.setUndone(project.history.redoable(videoId)!.id, false)
    expect(project.history.state(videoId)).toEqual({ undo: 'two', redo: 'three' })
    expect(project.history.push(videoId, 'four', nothing)).toBe(true)
    expect(project.history.state(videoId)).toEqual({ undo: 'four', redo: null })
    expect(project.history.count(videoId)).toBe(3)
    project.close()
  })

  it('keeps the newest steps up to its limit, of each video', async () => {
    const { project, videoId } = await temporaryProject()
    const other = project.videos.add({ ...project.videos.get(videoId), timesS: project.videos.times(videoId), cacheFolder: 'frames/other' })
    project.history.push(other.id, 'other', nothing)
    project.gesture(() => {
      for (let n = 1; n <= HISTORY_LIMIT + 3; n++) project.history.push(videoId, `step ${n}`, nothing)
    })
    expect(project.history.count(videoId)).toBe(HISTORY_LIMIT)
    expect(project.history.undoable(videoId)?.label).toBe(`step ${HISTORY_LIMIT + 3}`)
    expect(project.history.count(other.id)).toBe(1)
    project.close()
  })
})

describe('marks and references', () => {
  it('one marker stands on a frame, and the choice of a field may be none', async () => {
    const { project, videoId, runId } = await temporaryProject()
    project.marks.setMarkers(videoId, [{ frame: 9, text: 'late' }, { frame: 2, text: 'early' }, { frame: 9, text: 'later' }])
    expect(project.marks.markers(videoId)).toEqual([{ frame: 2, text: 'early' }, { frame: 9, text: 'later' }])
    expect(project.marks.fieldChoice(videoId)).toBeNull()
    project.marks.chooseField(videoId, runId)
    project.marks.chooseField(videoId, null)
    expect(project.marks.fieldChoice(videoId)?.runId).toBeNull()
    project.close()
  })

  it('decisions of references and tracks that are gone are left out', async () => {
    const { project, videoId, keys } = await temporaryProject()
    const { id: reference } = project.references.add(videoId, 'Ada', 'annotator', 'references/1.json')
    const decision = (key: number, reference: number) => ({ reference, key, first: 1, last: 4, verdict: 'accepted' as const })
    project.references.setDecisions(videoId, [decision(keys[0], reference), decision(keys[0], reference + 1), decision(999, reference)])
    expect(project.references.decisions(videoId)).toEqual([decision(keys[0], reference)])
    project.references.remove(reference)
    expect(project.references.decisions(videoId)).toEqual([])
    expect(() => project.references.add(videoId, 'out', 'truth', '../out.json')).toThrow('inside the project')
    project.close()
  })
})
