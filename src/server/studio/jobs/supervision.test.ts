/** What supervises a fit of the studio: chosen, checked, pinned, the same for its refit and after a restart. The process is a small fake. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pathOf, DRIFT } from '../../../../test/builders/fakeField.ts'
import { flowGraph } from '../../../../test/builders/onnxGraph.ts'
import { writeSequenceFolder } from '../../../../test/builders/sequenceFolder.ts'
import { FRAMES, SIZE, studioWithVideo, testStudio } from '../../../../test/builders/studioForTests.ts'
import { temporaryFolder } from '../../../../test/builders/temporaryProject.ts'
import { readTracks } from '../../../pipeline/export/readTracks.ts'
import { writeTracks } from '../../../pipeline/export/writeTracks.ts'
import { renderScene } from '../../../pipeline/synth/synthScenes.ts'
import type { JobInput, JobRequest } from '../../../shared/jobs.ts'
import type { SupervisionChoice } from '../../../shared/rpc.ts'
import { emptyTracks, TrackState, type TrackSet } from '../../../shared/tracks.ts'
import { forkJob } from '../../jobs/jobChannel.ts'

/** Enough for the fake to leave a checkpoint. */
const settings = { steps: 12 }

/** A studio with two tracks, and what its tracking processes were given. */
async function opened() {
  const inputs: JobInput[] = []
  const startJob = () => {
    const link = forkJob(new URL('../../jobs/fixtures/fakeJobProcess.ts', import.meta.url))
    const send = (request: JobRequest) => {
      if (request.kind === 'start') inputs.push(request.job)
      link.send(request)
    }
    return { ...link, send }
  }
  const made = await studioWithVideo({ startJob })
  const { studio, video } = made
  await made.document(video)
  await made.event(event => event.kind === 'field' && event.field.state === 'flow' && !event.field.loading)
  await made.apply(video, { kind: 'addTracks', points: [{ frame: 0, x: 10, y: 40 }] })
  const fit = async (supervision?: SupervisionChoice) => {
    const end = await made.ended((await studio.handlers['run.start']({ video, preset: 'draft', settings, supervision })).id)
    expect(end).toMatchObject({ state: 'done', error: null })
    return { runId: end.runId!, input: inputs.at(-1)! }
  }
  const start = (supervision: SupervisionChoice, more = {}) => studio.handlers['run.start']({ video, preset: 'draft', settings: { ...settings, ...more }, supervision })
  const supervision = (runId: number) => studio.handlers['run.supervision']({ video, runId })
  return { ...made, inputs, startJob, fit, start, supervision }
}

function theirs(): TrackSet {
  const set = emptyTracks(['a'], FRAMES, SIZE)
  set.positions.set(pathOf({ nodes: [{ frame: 0, x: 12, y: 38 }], labels: [] }, FRAMES, DRIFT, 'flow').positions)
  set.states.fill(TrackState.visible)
  return set
}

async function fileOf(tracks: TrackSet): Promise<string> {
  const path = join(temporaryFolder(), 'theirs.json')
  const pieces: Uint8Array[] = []
  for await (const piece of writeTracks('json', [{ name: 'ants', tracks }])) pieces.push(piece)
  await writeFile(path, Buffer.concat(pieces))
  return path
}

describe('what supervises a fit', { timeout: 90_000 }, () => {
  it('is built in where nothing is said', async () => {
    const made = await opened()
    const { runId, input } = await made.fit()
    expect([input.learned, input.sequenceFolder, input.depthFolder, input.extraTracks]).toEqual([undefined, undefined, undefined, undefined])
    expect(await made.supervision(runId)).toEqual({ by: 'builtin', networks: [] })
    await expect(made.supervision(99)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('references are taught as they are now: by a file of the project, whatever becomes of them, to the refit and to the live field too', async () => {
    const made = await opened()
    const { studio, video } = made
    const reference = (await studio.handlers['review.import']({ ...video, path: await fileOf(theirs()), kind: 'annotator' }))!.id
    const { runId, input } = await made.fit({ by: 'builtin', references: [reference, reference] })
    const [file, ...others] = input.extraTracks!
    expect(others).toEqual([])
    expect(file.startsWith(join(video.project, 'supervision'))).toBe(true)
    expect(readTracks(await readFile(file)).videos[0].tracks.positions).toEqual(theirs().positions)
    expect(await made.supervision(runId)).toEqual({ by: 'builtin', references: [reference], networks: [] })
    expect(made.field.opened.at(-1)).toMatchObject({ runFolder: expect.stringContaining(`runs/${runId}`), extraTracks: [file] })

    await studio.handlers['review.remove']({ video, reference })
    const refit = await made.ended((await studio.handlers['run.refit']({ video })).id)
    expect(refit.state).toBe('done')
    expect(made.inputs.at(-1)!.extraTracks).toEqual([file])
    expect(await made.supervision(refit.runId!)).toEqual(await made.supervision(runId))
    await studio.close()
    const next = testStudio({ home: made.home, startJob: made.startJob })
    await next.document(video)
    expect(await next.studio.handlers['run.supervision']({ video, runId })).toEqual({ by: 'builtin', references: [reference], networks: [] })
    await next.ended((await next.studio.handlers['run.refit']({ video })).id)
    expect(made.inputs.at(-1)!.extraTracks).toEqual([file])
    await next.studio.handlers['video.remove'](video)
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('networks are those installed at the start, and told by name as long as they are there', async () => {
    const made = await opened()
    const { studio } = made
    await expect(made.start({ by: 'learned' })).rejects.toMatchObject({ code: 'usage', reason: expect.stringContaining('no network') })
    const path = join(temporaryFolder(), 'tiny.onnx')
    await writeFile(path, flowGraph({ flow: [6, -3] }))
    await made.ended((await studio.handlers['models.add']({ path, role: 'flow', name: null, hints: {} })).id)
    const { used } = await studio.handlers['models.list'](null)
    const { runId, input } = await made.fit({ by: 'learned' })
    expect(input).toMatchObject({ learned: used, modelsFolder: join(made.home, 'models') })
    expect(made.field.opened.at(-1)).toMatchObject({ learned: used, modelsFolder: join(made.home, 'models') })
    expect(await made.supervision(runId)).toEqual({ by: 'learned', networks: [{ role: 'flow', name: 'tiny', sha256: used.flow }] })
    await studio.handlers['models.remove']({ name: 'tiny' })
    expect((await made.supervision(runId)).networks).toEqual([{ role: 'flow', name: null, sha256: used.flow }])
  })

  it('folders are checked against the clip before the fit starts', async () => {
    const made = await opened()
    const folder = temporaryFolder()
    await writeSequenceFolder(renderScene('parallax', { width: 32, height: 24, frames: 3, seed: 1, noise: 0 }), join(folder, 'sequence'))
    await expect(made.start({ by: 'folder', folder: join(folder, 'sequence') })).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('3 frames, the clip has 40') })
    await expect(made.start({ by: 'folder', folder: join(folder, 'none') })).rejects.toBeInstanceOf(Error)
    await expect(made.start({ by: 'folder' })).rejects.toMatchObject({ code: 'usage' })
    const depth = join(folder, 'sequence', 'raw_depth', 'depth')
    await expect(made.start({ by: 'builtin', depthFolder: depth })).rejects.toMatchObject({ code: 'bad-file', reason: expect.stringContaining('3 depth maps') })
    const maps = join(folder, 'maps')
    await mkdir(maps)
    for (let t = 0; t < FRAMES; t++) await writeFile(join(maps, `${t}.npz`), await readFile(join(depth, '00000.npz')))
    const { runId, input } = await made.fit({ by: 'builtin', depthFolder: maps })
    expect(input.depthFolder).toBe(maps)
    expect(await made.supervision(runId)).toEqual({ by: 'builtin', depthFolder: maps, networks: [] })
    await rm(folder, { recursive: true })
    await expect(made.start({ by: 'builtin', references: [7] })).rejects.toMatchObject({ code: 'not-found' })
    await expect(made.start({ by: 'builtin', references: [7] }, { useLongTerm: false })).rejects.toMatchObject({ code: 'usage' })
    expect(made.inputs).toHaveLength(1)
  })
})
