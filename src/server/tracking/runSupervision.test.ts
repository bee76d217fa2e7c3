/** What supervises a run, in its project: part of what makes it the run that it is, wherever the project lies. */
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { somePredictions, someQueries, temporaryFolder, temporaryProject } from '../../../test/builders/temporaryProject.ts'
import { presets } from '../../shared/presets.ts'
import { openProject } from '../db/project.ts'
import { keepExtraTracks, readExtraTracks } from './extraTracks.ts'
import { choiceOf, noteSupervision, supervisionOf } from './runSupervision.ts'
import { findOrCreateRun } from './videoProject.ts'

const tracks = somePredictions()
const others = somePredictions(someQueries.slice(0, 2))

describe('what supervises a run', () => {
  it('makes it another run, extra tracks by what they hold', async () => {
    const { project, videoId } = await temporaryProject()
    const video = project.videos.get(videoId)
    const wish = (extraTracks: readonly string[] = []) => findOrCreateRun({ project, video }, { settings: presets.draft, queries: someQueries, extraTracks })
    const [a, b] = [await keepExtraTracks(project, video, tracks), await keepExtraTracks(project, video, others)]
    expect(await keepExtraTracks(project, video, somePredictions())).toBe(a)
    const made = [wish(), wish([a]), wish([b]), wish([a, b])]
    expect(made.map(({ found }) => found)).toEqual(['new', 'new', 'new', 'new'])
    expect([wish(), wish([a]), wish([b]), wish([a, b])].map(({ run, found }) => [run.id, found])).toEqual(made.map(({ run }) => [run.id, 'unfinished']))
    const read = await readExtraTracks([a, b])
    expect(read.map(extra => extra.tracks.positions)).toEqual([tracks.positions, others.positions])
    expect(new Set(read.map(extra => extra.id)).size).toBe(2)
    project.close()
  })

  it('is found again when the project was moved; what lies outside stays where it is', async () => {
    const { project, videoId, runId } = await temporaryProject()
    const brought = { depthFolder: '/maps', sequenceFolder: '/sequence', learned: { flow: 'ab', depth: undefined, features: 'cd' } }
    const file = await keepExtraTracks(project, project.videos.get(videoId), tracks)
    noteSupervision(project, project.runs.get(runId), { ...brought, extraTracks: [file] }, [4])
    project.close()
    const moved = join(temporaryFolder(), 'moved')
    renameSync(project.folder, moved)
    const next = openProject(moved)
    const run = next.runs.get(runId)
    const { extraTracks, ...rest } = supervisionOf(next, run)
    expect(rest).toEqual(brought)
    expect(extraTracks).toEqual([file.replace(project.folder, moved)])
    expect(existsSync(extraTracks![0])).toBe(true)
    expect(choiceOf(next, run)).toEqual({ by: 'folder', folder: '/sequence', depthFolder: '/maps', references: [4] })
    next.close()
  })

  it('of a project from before extra tracks is read as it was noted', async () => {
    const { project, runId } = await temporaryProject()
    const run = project.runs.get(runId)
    expect(choiceOf(project, run)).toEqual({ by: 'builtin' })
    project.settings.set(`run.${runId}.supervision`, { depthFolder: null, sequenceFolder: null, learned: { flow: 'ab', depth: null, features: null } })
    expect(supervisionOf(project, run)).toEqual({ learned: { flow: 'ab' } })
    expect(choiceOf(project, run)).toEqual({ by: 'learned' })
    project.close()
  })

  it('says so when tracks that it was taught are gone', async () => {
    await expect(readExtraTracks([join(temporaryFolder(), 'gone.json')])).rejects.toMatchObject({ code: 'not-found', next: expect.stringContaining('Optimise') })
  })
})
