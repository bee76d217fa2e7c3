import { describe, expect, it } from 'vitest'
import { someQueries, temporaryProject } from '../../../test/builders/temporaryProject.ts'
import { presets, type TrackSettings } from '../../shared/presets.ts'
import { appVersion } from '../appVersion.ts'
import { findOrCreateRun } from './videoProject.ts'

describe('the run of a wish', () => {
  it('is found again though it was made before settings grew, and not for an ablation', async () => {
    const { project, videoId } = await temporaryProject()
    const { coupling: _, controlPoints: __, ...older } = presets.draft
    const made = project.runs.create({ videoId, settings: older as TrackSettings, queries: someQueries, codeVersion: appVersion })
    const video = project.videos.list()[0]
    const wish = (changes: Partial<TrackSettings>) => findOrCreateRun({ project, video }, { settings: { ...presets.draft, ...changes }, queries: someQueries })
    expect(wish({})).toMatchObject({ found: 'unfinished', run: { id: made.id, settings: { coupling: 'cadex', controlPoints: 4 } } })
    const ablations: readonly Partial<TrackSettings>[] = [{ coupling: 'affine' }, { controlPoints: 8 }, { useDepthPrior: false }, { useLongTerm: false }]
    const ids = ablations.map(changes => {
      const { run, found } = wish(changes)
      expect([found, run.settingsDiff]).toEqual(['new', changes])
      expect(wish(changes)).toMatchObject({ found: 'unfinished', run: { id: run.id } })
      return run.id
    })
    expect(new Set([made.id, ...ids]).size).toBe(5)
    project.close()
  })
})
