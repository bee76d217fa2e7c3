/** Which prediction a track shows: the studio's path or a finished run's, whichever is newer. */
import { describe, expect, it } from 'vitest'
import { somePredictions, someQueries, temporaryProject } from '../../../test/builders/temporaryProject.ts'
import { presets } from '../../shared/presets.ts'
import type { ProjectWriter } from '../db/project.ts'
import { fieldRunOf } from './fieldRun.ts'
import { projectTracks } from './projectTracks.ts'
import { IMPORTED, pathOfRow, shownPaths } from './shownPaths.ts'
import { noteTaught } from './taught.ts'

/** Predictions with one value everywhere tell which run it was. */
function finish(project: ProjectWriter, runId: number, value: number, endedAt: number): void {
  const tracks = somePredictions()
  tracks.positions.fill(value)
  project.predictions.save(runId, tracks)
  project.runs.update(runId, { state: 'done', endedAt, checkpointPath: `runs/${runId}/checkpoint.bin` })
}

async function opened() {
  const { project, videoId, keys, runId } = await temporaryProject()
  const video = project.videos.get(videoId)
  const tracks = project.tracks.list(videoId)
  const newRun = (codeVersion = 'test') => project.runs.create({ videoId, settings: presets.draft, queries: someQueries, codeVersion }).id
  const show = (key: number, value: number | null, at: number) => {
    const path = pathOfRow(somePredictions(), 0, 'repaired')
    project.paths.show(key, { pathId: value === null ? null : project.paths.add(videoId, { ...path, positions: path.positions.map(() => value) }), at, stale: null })
  }
  const values = () => tracks.map(track => shownPaths(project, video, [track]).get(track.key)?.path.positions[0] ?? null)
  return { project, video, keys, runId, newRun, show, values }
}

describe('the path that a track shows', () => {
  it('is the newer of the studio’s and a run’s; the command line’s tracks are the same', async () => {
    const { project, video, keys, runId, show, values } = await opened()
    expect(values()).toEqual([null, null, null])
    finish(project, runId, 7, 1_000)
    show(keys[0], 1, 999)
    show(keys[1], 2, 1_001)
    expect(values()).toEqual([7, 2, 7])
    expect([...projectTracks(project, video).tracks.positions].filter((_, i) => i % 80 === 0)).toEqual([7, 2, 7])
    project.close()
  })

  it('is none where the studio took it away, until a later run', async () => {
    const { project, runId, keys, newRun, show, values } = await opened()
    finish(project, runId, 7, 1_000)
    show(keys[0], null, 2_000)
    expect(values()).toEqual([null, 7, 7])
    finish(project, newRun(), 8, 3_000)
    expect(values()).toEqual([8, 8, 8])
    project.close()
  })

  it('is not that of a run asked of another point, nor of a run that the studio takes over itself', async () => {
    const { project, keys, runId, newRun, values } = await opened()
    finish(project, runId, 7, 1_000)
    project.tracks.update(keys[2], { query: { frame: 3, x: 5, y: 5 } })
    const studios = newRun()
    noteTaught(project, studios, { humans: [], refitOf: null })
    finish(project, studios, 9, 5_000)
    expect(values().slice(0, 2)).toEqual([7, 7])
    expect(shownPaths(project, project.videos.list()[0], project.tracks.list(project.videos.list()[0].id)).has(keys[2])).toBe(false)
    project.close()
  })
})

describe('the run whose field is asked', () => {
  it('is the newest finished one, a chosen one, or one of the command line that finished after the choice', async () => {
    const { project, video, runId, newRun } = await opened()
    const of = () => fieldRunOf(project, video)?.id ?? null
    expect(of()).toBeNull()
    finish(project, newRun(IMPORTED), 1, 500)
    expect(of()).toBeNull()
    finish(project, runId, 7, 1_000)
    expect(of()).toBe(runId)
    const studios = newRun()
    noteTaught(project, studios, { humans: [], refitOf: runId })
    finish(project, studios, 9, 2_000)
    expect(of()).toBe(runId)
    project.marks.chooseField(video.id, studios)
    expect(of()).toBe(studios)
    project.marks.chooseField(video.id, null)
    expect(of()).toBeNull()
    const later = newRun()
    finish(project, later, 3, Date.now() + 60_000)
    expect(of()).toBe(later)
    project.close()
  })
})
