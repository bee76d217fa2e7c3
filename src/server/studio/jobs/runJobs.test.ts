/** Fits and refits of a video in the studio, with a real process that runs a small fake of tracking. */
import { describe, expect, it } from 'vitest'
import { studioWithVideo, testStudio, type TestStudio } from '../../../../test/builders/studioForTests.ts'
import { forkJob } from '../../jobs/jobChannel.ts'
import { openProject, openProjectReader } from '../../db/project.ts'
import { pathOfRow } from '../../tracking/shownPaths.ts'
import { isSurer } from '../../../pipeline/tracks/surerPath.ts'
import type { VideoRef } from '../../../shared/studio/document.ts'

const steps = 60
const slowly = { startJob: () => forkJob(new URL('../../jobs/fixtures/fakeJobProcess.ts', import.meta.url), { TAPLINE_FAKE_STEP_MS: '20' }) }

async function withTracks(parts: Parameters<typeof studioWithVideo>[0] = {}) {
  const made = await studioWithVideo(parts)
  await made.document(made.video)
  await made.event(event => event.kind === 'field' && event.field.state === 'flow' && !event.field.loading)
  const { keys } = await made.apply(made.video, { kind: 'addTracks', points: [{ frame: 0, x: 10, y: 40 }, { frame: 0, x: 30, y: 50 }] })
  await made.apply(made.video, { kind: 'setKeyframes', items: [{ key: keys[1], frame: 20, x: 60, y: 20 }] })
  return { ...made, keys }
}

async function fitted({ studio, ended }: TestStudio, video: VideoRef) {
  const end = await ended((await studio.handlers['run.start']({ video, preset: 'draft', settings: { steps } })).id)
  expect(end).toMatchObject({ state: 'done', error: null })
  return end.runId!
}

describe('a fit in the studio', { timeout: 90_000 }, () => {
  it('is one step of undo: paths and field go back, and forth again', async () => {
    const made = await withTracks()
    const { studio, video, keys } = made
    const before = await made.document(video)
    expect(before.field).toMatchObject({ state: 'flow', runId: null, untaught: 0 })
    const runId = await fitted(made, video)
    const after = await made.document(video)
    expect(after.history.undo).toBe('Optimise')
    expect(after.field).toMatchObject({ state: 'fitted', runId, corrections: 1, untaught: 0 })
    expect(after.tracks.map(view => view.path?.source)).toEqual(['field', 'repaired'])
    // A track with one node takes what the run read; one with more is read through them from the new field.
    expect(made.field.opened.at(-1)?.runFolder).toContain(`runs/${runId}`)
    expect(after.tracks[0].path?.positions).not.toEqual(before.tracks[0].path?.positions)
    expect([...after.tracks[1].path!.positions.subarray(40, 42)]).toEqual([60, 20])

    const impact = await made.event(event => event.kind === 'impact' && event.impact)
    expect(impact).toEqual(await studio.handlers['run.impact'](video))
    expect(impact.moved.map(track => track.key)).toEqual([keys[0]])
    expect(impact.moved[0].maxPx).toBeGreaterThan(1)
    // From either of its two keyframes alone the field drifts past the other: by what the drift of 20 frames lacks, (25, -10) of (30, 30).
    expect(impact.disagree.map(({ key, frame }) => [key, frame]).sort((a, b) => a[1] - b[1])).toEqual([[keys[1], 0], [keys[1], 20]])
    for (const { px } of impact.disagree) expect(px).toBeCloseTo(Math.hypot(5, 20), 4)

    await studio.handlers['edit.undo'](video)
    const undone = await made.document(video)
    expect(undone.tracks).toEqual(before.tracks)
    expect(undone.field).toMatchObject({ runId: null, untaught: 0 })
    await studio.handlers['edit.redo'](video)
    const redone = await made.document(video)
    expect(redone.tracks).toEqual(after.tracks)
    expect(redone.field.runId).toBe(runId)
  })

  it('a refit starts from the fitted field, teaches what people set, and counts what it was not taught', async () => {
    const made = await withTracks()
    const { studio, video, keys } = made
    await expect(studio.handlers['run.refit']({ video })).rejects.toMatchObject({ code: 'unsupported' })
    const runId = await fitted(made, video)
    await made.apply(video, { kind: 'setKeyframes', items: [{ key: keys[0], frame: 30, x: 70, y: 10 }] })
    await made.apply(video, { kind: 'setLabels', spans: [{ key: keys[0], first: 3, last: 6 }], label: 'occluded' })
    expect((await made.document(video)).field).toMatchObject({ corrections: 1, untaught: 2 })
    const end = await made.ended((await studio.handlers['run.refit']({ video })).id)
    expect(end).toMatchObject({ state: 'done', kind: 'refit' })
    const after = await made.document(video)
    expect(after.field).toMatchObject({ runId: end.runId, corrections: 2, untaught: 0 })
    expect(after.history.undo).toBe('Refit')
    expect(after.runs[0].settings.steps).toBeLessThanOrEqual(after.runs[1].settings.steps)
    await studio.handlers['edit.undo'](video)
    expect((await made.document(video)).field).toMatchObject({ runId, untaught: 2 })
  })

  it('a refit leaves an uncorrected track its path unless the new reading is surer', async () => {
    const made = await withTracks()
    const { studio, video } = made
    const points = Array.from({ length: 8 }, (_, n) => ({ frame: n, x: 10 + n, y: 20 }))
    const { keys } = await made.apply(video, { kind: 'addTracks', points })
    await fitted(made, video)
    const before = await made.document(video)
    const end = await made.ended((await studio.handlers['run.refit']({ video })).id)
    const after = await made.document(video)
    const project = openProjectReader(video.project)
    const viewOf = (document: typeof before, key: number) => document.tracks.find(view => view.record.key === key)!
    const read = project.predictions.read(end.runId!, keys.map(key => viewOf(after, key).record.id))
    project.close()
    const taken = keys.map((key, row) => {
      const old = viewOf(before, key).path!
      const surer = isSurer(pathOfRow(read, row, 'field'), old)
      expect(viewOf(after, key).path!.positions).toEqual(surer ? pathOfRow(read, row, 'field').positions : old.positions)
      return surer
    })
    expect(new Set(taken)).toEqual(new Set([true, false]))
  })

  it('tells how far it is, pauses, goes on, and is cancelled; then it can be resumed to the end', async () => {
    const made = await withTracks(slowly)
    const { studio, video } = made
    const { id, runId } = await studio.handlers['run.start']({ video, preset: 'draft', settings: { steps } })
    await expect(studio.handlers['run.start']({ video, preset: 'draft' })).rejects.toMatchObject({ code: 'busy' })
    const state = (wanted: string) => made.event(event => event.kind === 'job' && event.job.id === id && event.job.state === wanted)
    await made.event(event => event.kind === 'progress' && event.job === id && event.message.kind === 'step')
    await studio.handlers['job.pause']({ id })
    await state('paused')
    expect((await studio.handlers['job.list'](null))[0]).toMatchObject({ id, state: 'paused', last: { kind: 'step' } })
    await studio.handlers['job.unpause']({ id })
    await made.event(event => event.kind === 'progress' && event.job === id && event.message.kind === 'resumed')
    await studio.handlers['job.cancel']({ id })
    expect(await made.ended(id)).toMatchObject({ state: 'cancelled' })
    expect((await made.document(video)).runs[0]).toMatchObject({ id: runId, state: 'cancelled' })
    const again = await studio.handlers['run.resume']({ video, runId: runId! })
    expect(again.runId).toBe(runId)
    expect((await made.ended(again.id)).state).toBe('done')
    const losses = await studio.handlers['run.losses']({ video, runId: runId! })
    expect(losses.map(point => point.step)).toEqual(Array.from({ length: steps }, (_, i) => i + 1))
  })

  it('an end of the server interrupts it; the next one lists it and resumes it', async () => {
    const made = await withTracks(slowly)
    const { studio, video } = made
    const { id, runId } = await studio.handlers['run.start']({ video, preset: 'draft', settings: { steps } })
    await made.event(event => event.kind === 'progress' && event.job === id && event.message.kind === 'step')
    await studio.close()
    expect((await made.ended(id)).state).toBe('interrupted')
    const next = testStudio({ home: made.home })
    const reopened = await next.document(video)
    expect(reopened.runs[0]).toMatchObject({ id: runId, state: 'interrupted' })
    const job = await next.studio.handlers['run.resume']({ video, runId: runId! })
    expect(await next.ended(job.id)).toMatchObject({ state: 'done', kind: 'optimise' })
    expect((await next.document(video)).history.undo).toBe('Optimise')
  })

  it('a result that a killed server did not take over is taken over by the next', async () => {
    const made = await withTracks()
    const { studio, video } = made
    const runId = await fitted(made, video)
    await studio.handlers['edit.undo'](video)
    await studio.close()
    // As if the server had been killed between the run's end and the step of undo.
    const project = openProject(video.project)
    project.settings.remove(`run.${runId}.taken`)
    project.close()
    const next = testStudio({ home: made.home })
    await next.document(video)
    await next.event(event => event.kind === 'impact')
    const healed = await next.document(video)
    expect(healed.history.undo).toBe('Optimise')
    expect(healed.field.runId).toBe(runId)
  })

  it('what a person changes while the result is read is kept, and its path follows', async () => {
    const made = await withTracks()
    const { studio, video, keys, field } = made
    const { id } = await studio.handlers['run.start']({ video, preset: 'draft', settings: { steps } })
    await made.event(event => event.kind === 'progress' && event.job === id && event.message.kind === 'phase' && event.message.phase === 'optimise')
    field.hold()
    await made.event(event => event.kind === 'progress' && event.job === id && event.message.kind === 'phase' && event.message.phase === 'readout')
    const moved = made.apply(video, { kind: 'setKeyframes', items: [{ key: keys[1], frame: 30, x: 65, y: 15 }] })
    field.release()
    await moved
    await made.ended(id)
    const kept = await made.document(video)
    expect(kept.tracks[1].edits.keyframes.map(({ frame }) => frame)).toEqual([0, 20, 30])
    const path = (await made.event(event => event.kind === 'document' && event.change.tracks.find(view => view.record.key === keys[1] && view.path?.positions[60] === 65))).path!
    expect([...path.positions.subarray(60, 62)]).toEqual([65, 15])
  })
})
