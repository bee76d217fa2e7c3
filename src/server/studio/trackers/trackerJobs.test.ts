/** Another tracker through the studio's handlers, in a process that is really forked: its tracks as a reference, accepted, replaced. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FRAMES, studioWithVideo } from '../../../../test/builders/studioForTests.ts'
import { TrackState } from '../../../shared/tracks.ts'
import { forkJob } from '../../jobs/jobChannel.ts'

const startJob = () => forkJob(new URL('../../tracking/trackProcess.ts', import.meta.url))
const chained = { tracker: 'chained', keys: null }

async function opened() {
  const made = await studioWithVideo({ startJob })
  await made.document(made.video)
  await made.event(event => event.kind === 'field' && event.field.state === 'flow' && !event.field.loading)
  const { keys } = await made.apply(made.video, { kind: 'addTracks', points: [{ frame: 0, x: 10, y: 40 }, { frame: 8, x: 60, y: 30 }] })
  return { ...made, keys }
}

describe('another tracker in the studio', { timeout: 120_000 }, () => {
  it('its tracks become a reference that is known by name, compared, accepted by the stretch, and replaced by its next run', async () => {
    const made = await opened()
    const { studio, video, keys } = made
    expect((await studio.handlers['tracker.list'](null)).find(info => info.name === 'chained')).toMatchObject({ title: 'Chained flow', problem: null, network: null })
    const job = await studio.handlers['tracker.run']({ video, ...chained })
    expect(job).toMatchObject({ kind: 'tracker', project: video.project, video: video.video, runId: null })
    await expect(studio.handlers['tracker.run']({ video, ...chained })).rejects.toMatchObject({ code: 'busy' })
    expect(await made.ended(job.id)).toMatchObject({ state: 'done', error: null })
    const [reference] = await made.event(event => event.kind === 'document' && event.change.references)
    expect(reference).toMatchObject({ name: 'Chained flow', kind: 'tracker', tracks: 2, matched: 2 })
    expect(made.events.some(event => event.kind === 'progress' && event.job === job.id && event.message.kind === 'progress' && event.message.phase === 'flow')).toBe(true)

    const theirs = await studio.handlers['review.tracks']({ video, reference: reference.id })
    expect([...theirs.keys]).toEqual(keys)
    expect([...theirs.tracks.positions.subarray(0, 2)]).toEqual([10, 40])
    expect([...theirs.tracks.positions.subarray(2 * (FRAMES + 8), 2 * (FRAMES + 8) + 2)]).toEqual([60, 30])
    expect(theirs.tracks.states).not.toContain(TrackState.unlabelled)
    const metrics = await studio.handlers['review.metrics']({ video, reference: reference.id })
    expect(metrics.tracks.map(track => track.key).sort()).toEqual(keys)

    const before = await made.document(video)
    await made.apply(video, { kind: 'decide', reference: reference.id, spans: [{ key: keys[0], first: 20, last: 39 }], verdict: 'accepted' })
    const accepted = await made.document(video)
    expect(accepted.tracks[0].path).toMatchObject({ source: 'accepted' })
    expect(accepted.tracks[0].path!.positions.subarray(40)).toEqual(theirs.tracks.positions.subarray(40, 2 * FRAMES))
    await studio.handlers['edit.undo'](video)
    expect(await made.document(video)).toMatchObject({ tracks: before.tracks, decisions: [] })
    await studio.handlers['edit.redo'](video)

    // Its tracks are known by name, wherever ours are meanwhile; asked of one track, it leaves what it said of the other.
    await made.apply(video, { kind: 'setKeyframes', items: [{ key: keys[1], frame: 8, x: 20, y: 10 }] })
    const again = await studio.handlers['tracker.run']({ video, tracker: 'chained', keys: [keys[1]] })
    expect(await made.ended(again.id)).toMatchObject({ state: 'done', error: null })
    const after = await made.document(video)
    expect(after.references).toEqual([{ ...reference, tracks: 2, matched: 2 }])
    expect(after.decisions).toEqual(accepted.decisions)
    const next = await studio.handlers['review.tracks']({ video, reference: reference.id })
    expect([...next.keys]).toEqual([keys[1], keys[0]])
    expect([...next.tracks.positions.subarray(16, 18)]).toEqual([20, 10])
    expect(next.tracks.positions.subarray(2 * FRAMES)).toEqual(theirs.tracks.positions.subarray(0, 2 * FRAMES))
    expect(await readdir(join(video.project, 'references'))).toHaveLength(1)
  })

  it('waits for another, and is cancelled while it waits and while it runs: nothing is left', async () => {
    const made = await opened()
    const { studio, video, keys } = made
    const running = await studio.handlers['tracker.run']({ video, ...chained })
    await made.event(event => event.kind === 'job' && event.job.id === running.id && event.job.state === 'running')
    const sift = await studio.handlers['tracker.run']({ video, tracker: 'sift', keys: [keys[0]] })
    await studio.handlers['job.cancel']({ id: sift.id })
    expect(await made.ended(sift.id)).toMatchObject({ state: 'cancelled' })
    expect(made.events.some(event => event.kind === 'job' && event.job.id === sift.id && event.job.state === 'running')).toBe(false)
    await studio.handlers['job.cancel']({ id: running.id })
    expect(await made.ended(running.id)).toMatchObject({ state: 'cancelled', error: null })
    expect((await made.document(video)).references).toEqual([])
  })

  it('refuses at once what cannot be', async () => {
    const { studio, video } = await studioWithVideo()
    await expect(studio.handlers['tracker.run']({ video, ...chained })).rejects.toMatchObject({ code: 'usage', reason: expect.stringContaining('no tracks') })
    await expect(studio.handlers['tracker.run']({ video, tracker: 'no-such', keys: null })).rejects.toMatchObject({ code: 'not-found', next: expect.stringContaining('chained') })
  })
})
