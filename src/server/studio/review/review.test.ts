/** Import of references, scores, verdicts and export, through the studio's handlers and real files. */
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pathOf } from '../../../../test/builders/fakeField.ts'
import { FRAMES, SIZE, studioWithVideo, testStudio } from '../../../../test/builders/studioForTests.ts'
import { temporaryFolder } from '../../../../test/builders/temporaryProject.ts'
import { readTracks } from '../../../pipeline/export/readTracks.ts'
import { writeTracks, type WritableFormat } from '../../../pipeline/export/writeTracks.ts'
import type { ExportRequest } from '../../../shared/studio/review.ts'
import { emptyTracks, TrackState, type TrackSet } from '../../../shared/tracks.ts'
import { readTruth } from '../../tracking/importTracks.ts'
import { openProjectReader } from '../../db/project.ts'

/** Motion of the fake field, slow enough to stay in the picture; ours follow it exactly. */
const drift = { x: 1.25, y: -0.5 }
const starts = [{ frame: 0, x: 10, y: 40 }, { frame: 0, x: 30, y: 50 }, { frame: 4, x: 20, y: 60 }]

/** The tracks of `starts`, the first of them `off` px to the right from frame 20 on. */
function theirs(off = 0, ids = ['a', 'b', 'c']): TrackSet {
  const set = emptyTracks(ids, FRAMES, SIZE)
  starts.forEach((node, row) => {
    set.positions.set(pathOf({ nodes: [node], labels: [] }, FRAMES, drift, 'flow').positions, row * FRAMES * 2)
    set.states.fill(TrackState.visible, row * FRAMES, (row + 1) * FRAMES)
  })
  for (let t = 20; t < FRAMES; t++) set.positions[2 * t] += off
  set.states.fill(TrackState.occluded, FRAMES + 10, FRAMES + 15)
  return set
}

async function fileOf(tracks: TrackSet, name = 'ants', format: WritableFormat = 'json'): Promise<string> {
  const path = join(temporaryFolder(), `${name}.${format === 'davis' ? 'pkl' : 'json'}`)
  const pieces: Uint8Array[] = []
  for await (const piece of writeTracks(format, [{ name, tracks }])) pieces.push(piece)
  await writeFile(path, Buffer.concat(pieces))
  return path
}

async function opened() {
  const made = await studioWithVideo()
  const { video } = made
  await made.document(video)
  await made.event(event => event.kind === 'field' && event.field.state === 'flow' && !event.field.loading)
  const { keys } = await made.apply(video, { kind: 'addTracks', points: starts })
  return { ...made, keys }
}

describe('review', { timeout: 60_000 }, () => {
  it('tracks are matched by where they are, whatever they are called, and the worst comes first', async () => {
    const { studio, video, keys } = await opened()
    // Names of other tracks of ours: places tell better.
    const path = await fileOf(theirs(7, ['2', '3', '1']))
    const reference = await studio.handlers['review.import']({ ...video, path, kind: 'annotator', name: 'Ada' })
    expect(reference).toMatchObject({ name: 'Ada', kind: 'annotator', tracks: 3, matched: 3 })
    const { keys: matched, tracks } = await studio.handlers['review.tracks']({ video, reference: reference!.id })
    expect([...matched]).toEqual(keys)
    expect(tracks.positions).toEqual(theirs(7).positions)
    const metrics = await studio.handlers['review.metrics']({ video, reference: reference!.id })
    expect(metrics.unmatched).toEqual([])
    expect(metrics.tracks.map(track => [track.key, track.referenceId, track.visibilityDisagrees])).toEqual([[keys[0], '2', 0], [keys[1], '3', 5], [keys[2], '1', 0]])
    expect(metrics.tracks[0].worstPx).toBeCloseTo(7, 4)
    expect(metrics.tracks[0].worstFrame).toBeGreaterThanOrEqual(20)
    // Of 39 frames 20 are 7 px off, which is 18.7 px of 256²: within no threshold.
    expect(metrics.tracks[0].deltaAvg).toBeCloseTo(19 / 39, 6)
    expect(metrics.tracks[2]).toMatchObject({ aj: 1, oa: 1 })
  })

  it('an accepted stretch takes their positions and states, a rejected one is only noted; both can be undone', async () => {
    const made = await opened()
    const { studio, video, keys: [key] } = made
    const reference = (await studio.handlers['review.import']({ ...video, path: await fileOf(theirs(6)), kind: 'annotator' }))!.id
    await made.apply(video, { kind: 'setKeyframes', items: [{ key, frame: 30, x: 1, y: 2 }] })
    const before = await made.document(video)
    expect((await made.apply(video, { kind: 'decide', reference, spans: [{ key, first: 20, last: 39 }], verdict: 'accepted' })).label).toBe('Accept 20 frames')
    const { tracks: [taken], decisions } = await made.document(video)
    expect(taken.path?.source).toBe('accepted')
    expect(taken.path?.positions.subarray(40)).toEqual(theirs(6).positions.subarray(40, FRAMES * 2))
    expect(taken.edits.keyframes.map(({ frame }) => frame)).toEqual([0])
    await made.apply(video, { kind: 'decide', reference, spans: [{ key, first: 25, last: 27 }], verdict: 'rejected' })
    expect((await made.document(video)).decisions.map(({ first, last, verdict }) => [first, last, verdict])).toEqual([[20, 24, 'accepted'], [25, 27, 'rejected'], [28, 39, 'accepted']])
    await studio.handlers['edit.undo'](video)
    expect((await made.document(video)).decisions).toEqual(decisions)
    await studio.handlers['edit.undo'](video)
    expect(await made.document(video)).toMatchObject({ tracks: before.tracks, decisions: [] })
  })

  it('what was accepted stays when the track is read anew elsewhere', async () => {
    const made = await opened()
    const { studio, video, keys: [key] } = made
    const reference = (await studio.handlers['review.import']({ ...video, path: await fileOf(theirs(6)), kind: 'annotator' }))!.id
    await made.apply(video, { kind: 'decide', reference, spans: [{ key, first: 20, last: 39 }], verdict: 'accepted' })
    await made.apply(video, { kind: 'propagate', keys: [key], frame: 0, direction: 'both' })
    const { tracks: [track] } = await made.document(video)
    expect(track.path?.positions.subarray(40)).toEqual(theirs(6).positions.subarray(40, FRAMES * 2))
    await made.apply(video, { kind: 'setKeyframes', items: [{ key, frame: 30, x: 1, y: 2 }] })
    const { tracks: [corrected] } = await made.document(video)
    expect([...corrected.path!.positions.subarray(60, 62)]).toEqual([1, 2])
  })

  it('the ground truth is the command line’s too; references last over a restart and can be removed', async () => {
    const made = await opened()
    const { studio, video } = made
    await studio.handlers['review.import']({ ...video, path: await fileOf(theirs(3)), kind: 'truth' })
    const truth = (await studio.handlers['review.import']({ ...video, path: await fileOf(theirs(0), 'ants', 'davis'), kind: 'truth' }))!
    const told = await made.event(event => event.kind === 'document' && event.change.references?.some(reference => reference.id === truth.id) && event.change.references)
    expect(told).toEqual([truth])
    const reader = openProjectReader(video.project)
    expect((await readTruth(reader)).map(read => read.tracks.ids.length)).toEqual([3])
    reader.close()
    await studio.close()
    const next = testStudio({ home: made.home })
    expect((await next.document(video)).references).toEqual([truth])
    await next.studio.handlers['review.remove']({ video, reference: truth.id })
    expect((await next.document(video)).references).toEqual([])
    await expect(next.studio.handlers['review.metrics']({ video, reference: truth.id })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('tracks of a file become tracks of the project in one step, as predictions that people can correct', async () => {
    const made = await opened()
    const { studio, video } = made
    expect(await studio.handlers['review.import']({ ...video, path: await fileOf(theirs(0, ['1', 'x', 'y'])), kind: 'annotator', name: 'file', asTracks: true })).toBeNull()
    const { tracks, history } = await made.document(video)
    expect(history.undo).toBe('Import 3 tracks')
    expect(tracks.slice(3).map(view => [view.record.id, view.path?.source, view.edits.keyframes.length])).toEqual([['file-1', 'imported', 0], ['x', 'imported', 0], ['y', 'imported', 0]])
    await studio.handlers['edit.undo'](video)
    expect((await made.document(video)).tracks).toHaveLength(3)
  })

  it('a file of another clip, or none at all, is refused with the reason', async () => {
    const { studio, video } = await opened()
    const other = emptyTracks(['a'], FRAMES + 1, SIZE)
    await expect(studio.handlers['review.import']({ ...video, path: await fileOf(other), kind: 'truth' })).rejects.toMatchObject({ code: 'bad-file' })
    await expect(studio.handlers['review.import']({ ...video, path: '/nowhere/tracks.json', kind: 'truth' })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('export', { timeout: 60_000 }, () => {
  const request = (made: { video: { project: string; video: number } }, more: Partial<ExportRequest>): ExportRequest =>
    ({ project: made.video.project, videos: [made.video.video], format: 'davis', path: null, keys: null, unlabelled: 'occluded', withVideo: false, ...more })

  it('writes what the summary told: edits over paths, hidden tracks left out, in the project’s own folder', async () => {
    const made = await opened()
    const { studio, video, keys } = made
    await made.apply(video, { kind: 'setLabels', spans: [{ key: keys[0], first: 5, last: 9 }], label: 'occluded' })
    await made.apply(video, { kind: 'setKeyframes', items: [{ key: keys[0], frame: 20, x: 33, y: 22 }] })
    await made.apply(video, { kind: 'updateTracks', keys: [keys[2]], change: { hidden: true } })
    const summary = await studio.handlers['export.summary'](request(made, {}))
    expect(summary).toMatchObject({ exists: false, tracks: 2, leftOut: 0, frames: FRAMES, visible: 2 * FRAMES - 5, occluded: 5, outOfFrame: 0, unlabelled: 0 })
    expect(summary.warnings).toEqual(['1 track is provisional: optimise to track it properly.'])
    const job = await studio.handlers['export.write'](request(made, {}))
    expect(await made.ended(job.id)).toMatchObject({ state: 'done', title: `Exported ${summary.path}` })
    const { videos: [{ tracks }] } = readTracks(readFileSync(summary.path), { clip: { ...SIZE, frameCount: FRAMES } })
    expect([...tracks.states.subarray(0, 12)]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0])
    expect(tracks.positions[40]).toBeCloseTo(33, 4)
    expect(studio.mayDownload(summary.path)).toBe(true)
    expect(studio.mayDownload(join(video.project, 'project.sqlite'))).toBe(false)
    expect(await studio.handlers['export.summary'](request(made, { keys: [keys[2]] }))).toMatchObject({ exists: true, tracks: 1 })
  })

  it('leaves tracks with unlabelled frames out where that is asked, and tells of states that the format lacks', async () => {
    const made = await opened()
    const { studio, video, keys } = made
    await made.apply(video, { kind: 'splitTrack', key: keys[0], frame: 20 })
    await made.apply(video, { kind: 'setLabels', spans: [{ key: keys[1], first: 5, last: 9 }], label: 'outOfFrame' })
    expect(await studio.handlers['export.summary'](request(made, { unlabelled: 'leaveOut' }))).toMatchObject({ tracks: 2, leftOut: 2, unlabelled: 0, outOfFrame: 5 })
    const { warnings } = await studio.handlers['export.summary'](request(made, {}))
    expect(warnings).toEqual(expect.arrayContaining([expect.stringContaining('out of the picture'), expect.stringContaining('Unlabelled frames')]))
    expect((await studio.handlers['export.summary'](request(made, { format: 'json' }))).warnings).not.toEqual(expect.arrayContaining([expect.stringContaining('no other word')]))
  })

  it('refuses at once what cannot be written', async () => {
    const made = await opened()
    const { studio } = made
    await expect(studio.handlers['export.write'](request(made, { path: '/nowhere/at/all.pkl' }))).rejects.toMatchObject({ code: 'not-found' })
    await expect(studio.handlers['export.write'](request(made, { keys: [] }))).rejects.toMatchObject({ code: 'not-found' })
    await expect(studio.handlers['export.summary'](request(made, { format: 'kinetics-pickle' }))).rejects.toMatchObject({ code: 'unsupported' })
  })

  it('draws the tracks over the video', async () => {
    const made = await opened()
    const path = join(temporaryFolder(), 'tracks.mp4')
    const job = await made.studio.handlers['export.write'](request(made, { format: 'mp4', path }))
    expect((await made.ended(job.id)).state).toBe('done')
    expect(existsSync(path)).toBe(true)
  })
})
