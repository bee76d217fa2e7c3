import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { someQueries, somePredictions, someVideo, temporaryFolder, temporaryProject } from '../../../test/builders/temporaryProject.ts'
import { presets } from '../../shared/presets.ts'
import { encodePrediction } from './predictionBlob.ts'
import { openProjectReader } from './project.ts'

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0

describe('videos', () => {
  it('frame times come back bit for bit', async () => {
    const { project } = await temporaryProject()
    const timesS = Float64Array.from([0, 1 / 30, 0.1 + 0.2, 1e9 / 7])
    const video = project.videos.add({ ...someVideo(), timesS })
    expect(project.videos.times(video.id)).toEqual(timesS)
    expect(video.frameCount).toBe(4)
    project.close()
  })

  it('times that do not increase, and folders outside the project, are refused', async () => {
    const { project } = await temporaryProject()
    expect(() => project.videos.add({ ...someVideo(), timesS: Float64Array.from([0, 0.1, 0.1]) })).toThrow('frame 2')
    for (const cacheFolder of ['/abs', '../out', 'a/../../b', 'C:\\x', '']) expect(() => project.videos.add({ ...someVideo(), cacheFolder })).toThrow('inside the project')
    expect(project.videos.list()).toHaveLength(1)
    project.close()
  })

  it('removing a video removes its tracks, edits, runs and predictions, and no others', async () => {
    const { project, videoId, keys, runId } = await temporaryProject()
    const other = project.videos.add(someVideo(5, 'other'))
    project.tracks.add(other.id, [{ frame: 0, x: 1, y: 1 }])
    project.edits.setKeyframe(keys[0], 3, 1, 2)
    project.predictions.save(runId, somePredictions())
    project.videos.remove(videoId)
    expect(project.videos.list().map((video) => video.name)).toEqual(['other'])
    expect(project.tracks.list(videoId)).toEqual([])
    expect(project.runs.list()).toEqual([])
    expect(project.predictions.ids(runId)).toEqual([])
    expect(project.tracks.list(other.id)).toHaveLength(1)
    project.close()
  })
})

describe('tracks', () => {
  it('get free ids and colours, and keep exact queries', async () => {
    const { project, videoId } = await temporaryProject()
    const [a, b] = project.tracks.add(videoId, [
      { frame: 4, x: 0.1 + 0.2, y: 1 / 3 },
      { id: 'tail', frame: 1, x: 0, y: 240 },
    ])
    expect(a).toMatchObject({ id: '4', name: '4', query: { frame: 4, x: 0.1 + 0.2, y: 1 / 3 } })
    expect(b.id).toBe('tail')
    expect(new Set(project.tracks.list(videoId).map((track) => track.colour)).size).toBe(5)
    project.close()
  })

  it.each([
    [{ id: 'q', frame: 40, x: 1, y: 1 }, 'Frames go from 0 to 39'],
    [{ id: 'q', frame: 1.5, x: 1, y: 1 }, 'frame 1.5'],
    [{ id: 'q', frame: 0, x: -0.01, y: 1 }, 'outside the frame'],
    [{ id: 'q', frame: 0, x: Number.NaN, y: 1 }, 'outside the frame'],
    [{ id: '1', frame: 0, x: 1, y: 1 }, 'another track of the video has that id'],
    [{ id: 'q', frame: 0, x: 1, y: 1, colour: 'red' }, 'not a colour'],
  ])('refuses %o and adds none of its batch', async (bad, message) => {
    const { project, videoId } = await temporaryProject()
    expect(() => project.tracks.add(videoId, [{ frame: 0, x: 5, y: 5 }, bad])).toThrow(message)
    expect(project.tracks.list(videoId)).toHaveLength(3)
    project.close()
  })

  it('removed tracks come back as they were, edits and keys included', async () => {
    const { project, videoId, keys } = await temporaryProject()
    project.tracks.update(keys[1], { name: 'Knee', notes: 'behind the net', hidden: true, locked: true, colour: '#ABCDEF' })
    project.edits.setKeyframe(keys[1], 2, 0.1, 0.2)
    project.edits.setLabel(keys[1], 5, 9, 'occluded')
    const before = [project.tracks.list(videoId), project.edits.ofVideo(videoId)]
    const removed = project.tracks.remove([keys[1], keys[2]])
    expect(project.tracks.list(videoId)).toHaveLength(1)
    expect(project.edits.ofVideo(videoId).size).toBe(0)
    project.tracks.add(videoId, [{ id: 'new', frame: 0, x: 1, y: 1 }])
    expect(project.tracks.list(videoId).at(-1)!.key).toBeGreaterThan(keys[2])
    project.tracks.remove([project.tracks.list(videoId).at(-1)!.key])
    project.tracks.restore(removed)
    expect([project.tracks.list(videoId), project.edits.ofVideo(videoId)]).toEqual(before)
    project.close()
  })

  it('reorder keeps to the places of the tracks named', async () => {
    const { project, videoId, keys } = await temporaryProject()
    project.tracks.reorder([keys[2], keys[0]])
    expect(project.tracks.list(videoId).map((track) => track.key)).toEqual([keys[2], keys[1], keys[0]])
    project.close()
  })
})

describe('edits', () => {
  it('keyframes are exact to the bit, also outside the frame', async () => {
    const { project, keys } = await temporaryProject()
    const values = [0.1 + 0.2, -1e-300, 12345.678901234567, Number.MIN_VALUE, -5]
    values.forEach((value, frame) => project.edits.setKeyframe(keys[0], frame, value, value * 3))
    expect(project.edits.ofTrack(keys[0]).keyframes).toEqual(values.map((value, frame) => ({ frame, x: value, y: value * 3 })))
    project.edits.setKeyframe(keys[0], 1, 7, 8)
    expect(project.edits.ofTrack(keys[0]).keyframes[1]).toEqual({ frame: 1, x: 7, y: 8 })
    expect(project.edits.removeKeyframes(keys[0], 1, 3)).toBe(3)
    expect(project.edits.ofTrack(keys[0]).keyframes.map((k) => k.frame)).toEqual([0, 4])
    project.close()
  })

  it('frames outside the clip and positions that are no numbers are refused, and nothing of the batch is kept', async () => {
    const { project, keys } = await temporaryProject()
    expect(() => project.edits.setKeyframes(keys[0], [{ frame: 0, x: 1, y: 1 }, { frame: 40, x: 1, y: 1 }])).toThrow('Frames go from 0 to 39')
    expect(() => project.edits.setKeyframes(keys[0], [{ frame: 0, x: 1, y: 1 }, { frame: 1, x: Number.NaN, y: 1 }])).toThrow('not finite')
    expect(() => project.edits.setLabel(keys[0], 3, 40, 'occluded')).toThrow('Frames go from 0 to 39')
    expect(project.edits.ofTrack(keys[0])).toEqual({ keyframes: [], labels: [] })
    project.close()
  })

  it('replace puts a track back to an earlier state', async () => {
    const { project, keys } = await temporaryProject()
    project.edits.setKeyframe(keys[0], 3, 1, 2)
    project.edits.setLabel(keys[0], 10, 20, 'outOfFrame')
    const before = project.edits.ofTrack(keys[0])
    project.edits.setLabel(keys[0], 15, 15, 'visible')
    project.edits.setKeyframe(keys[0], 3, 9, 9)
    expect(project.edits.ofTrack(keys[0]).labels).toHaveLength(3)
    project.edits.replace(keys[0], before)
    expect(project.edits.ofTrack(keys[0])).toEqual(before)
    project.close()
  })

  it('edits leave predictions alone', async () => {
    const { project, keys, runId } = await temporaryProject()
    project.predictions.save(runId, somePredictions())
    project.edits.setKeyframe(keys[0], 3, 1, 2)
    project.tracks.remove([keys[1]])
    expect(project.predictions.read(runId)).toEqual(somePredictions())
    project.close()
  })
})

describe('runs', () => {
  it('store only what differs from the preset and give the whole back', async () => {
    const { project, runId } = await temporaryProject()
    const run = project.runs.get(runId)
    expect(run.settingsDiff).toEqual({ steps: 120 })
    expect(run.settings).toEqual({ ...presets.draft, steps: 120 })
    expect(run).toMatchObject({ state: 'queued', preset: 'draft', seed: 0, codeVersion: 'test', error: null, checkpointPath: null })
    expect(project.runs.queries(runId)).toEqual(someQueries)
    project.close()
  })

  it('losses are appended in pieces and cut at a step', async () => {
    const { project, runId } = await temporaryProject()
    const point = (step: number) => ({ step, losses: { total: step / 2, pixel: 0.5, depth: Math.fround(0.1), prior: 0, occlusion: Number.NaN, longTerm: -1 } })
    project.runs.appendLosses(runId, [1, 2, 3].map(point))
    project.runs.appendLosses(runId, [4, 5].map(point))
    expect(project.runs.losses(runId)).toEqual([1, 2, 3, 4, 5].map(point))
    project.runs.truncateLosses(runId, 2)
    project.runs.appendLosses(runId, [3].map(point))
    expect(project.runs.losses(runId)).toEqual([1, 2, 3].map(point))
    project.close()
  })

  it('two queries of one id are refused', async () => {
    const { project, videoId } = await temporaryProject()
    const twice = [someQueries[0], someQueries[0]]
    expect(() => project.runs.create({ videoId, settings: presets.draft, queries: twice, codeVersion: 'x' })).toThrow('occurs twice')
    expect(project.runs.list()).toHaveLength(1)
    project.close()
  })

  it('runs that nobody runs any more are interrupted when the project is next opened for writing, others stay', async () => {
    const { project, videoId, runId } = await temporaryProject()
    const states = ['running', 'paused', 'done', 'failed'] as const
    for (const state of states) project.runs.update(project.runs.create({ videoId, settings: presets.draft, queries: [], codeVersion: 'x' }).id, { state })
    const { folder } = project
    project.close()
    const { openProject } = await import('./project.ts')
    const again = openProject(folder)
    expect(again.runs.list().map((run) => run.state)).toEqual(['failed', 'done', 'interrupted', 'interrupted', 'queued'])
    expect(again.runs.get(runId).state).toBe('queued')
    again.close()
  })
})

describe('predictions', () => {
  it('come back as saved, all or some in the order asked', async () => {
    const { project, runId } = await temporaryProject()
    project.predictions.save(runId, somePredictions())
    expect(project.predictions.read(runId)).toEqual(somePredictions())
    const some = project.predictions.read(runId, ['3', 'gone', '1'])
    expect(some.ids).toEqual(['3', '1'])
    expect(some.positions.slice(0, 80)).toEqual(somePredictions().positions.slice(160, 240))
    expect(some.queryFrames).toEqual(Int32Array.from([39, 0]))
    project.close()
  })

  it('of two runs do not mix, and a second save replaces the first', async () => {
    const { project, videoId, runId } = await temporaryProject()
    const other = project.runs.create({ videoId, settings: presets.draft, queries: someQueries, codeVersion: 'x' })
    project.predictions.save(runId, somePredictions())
    const changed = somePredictions()
    changed.positions.fill(2)
    project.predictions.save(other.id, changed)
    project.predictions.save(other.id, changed)
    expect(project.predictions.read(runId).positions).toEqual(somePredictions().positions)
    expect(project.predictions.read(other.id)).toEqual(changed)
    project.close()
  })

  it.skipIf(!hasNumpy)('are stored in the layout documented, as NumPy reads it (needs python3 with numpy)', () => {
    const file = join(temporaryFolder(), 'blob')
    const tracks = somePredictions()
    writeFileSync(file, encodePrediction({ positions: tracks.positions.slice(0, 80), uncertainty: tracks.uncertainty.slice(0, 40), states: tracks.states.slice(0, 40) }))
    const code = `
import json, numpy as np
b = open(${JSON.stringify(file)}, 'rb').read()
h = np.frombuffer(b, [('magic', 'S4'), ('version', '<u2'), ('flags', '<u2'), ('frames', '<u4'), ('zero', '<u4')], 1)[0]
f = int(h['frames'])
xy = np.frombuffer(b, '<f4', f * 2, 16).reshape(f, 2)
u = np.frombuffer(b, '<f4', f, 16 + f * 8)
s = np.frombuffer(b, 'u1', f, 16 + f * 12)
assert len(b) == 16 + f * 13 and h['magic'] == b'TPPR' and h['version'] == 1 and h['flags'] == 1
print(json.dumps([xy.ravel().tolist(), [None if np.isnan(v) else float(v) for v in u], s.tolist()]))`
    const python = spawnSync('python3', ['-c', code], { encoding: 'utf8' })
    expect(python.stderr).toBe('')
    const plain = [...tracks.uncertainty.slice(0, 40)].map((u) => (Number.isNaN(u) ? null : u))
    expect(JSON.parse(python.stdout)).toEqual([[...tracks.positions.slice(0, 80)], plain, [...tracks.states.slice(0, 40)]])
  })
})

describe('settings and gestures', () => {
  it('settings keep JSON values', async () => {
    const { project } = await temporaryProject()
    project.settings.set('view', { zoom: 2.5, panels: ['a', null] })
    project.settings.set('view', { zoom: 3, panels: [] })
    project.settings.set('gone', 1)
    project.settings.remove('gone')
    expect(project.settings.all()).toEqual({ view: { zoom: 3, panels: [] } })
    expect(project.settings.get('gone')).toBeUndefined()
    project.close()
  })

  it('a gesture that throws leaves nothing, one that does not is seen whole by a reader', async () => {
    const { project, keys } = await temporaryProject()
    const reader = openProjectReader(project.folder)
    const attempt = () =>
      project.gesture(() => {
        project.edits.setKeyframe(keys[0], 1, 1, 1)
        project.edits.setLabel(keys[1], 2, 3, 'occluded')
        throw new Error('changed my mind')
      })
    expect(attempt).toThrow('changed my mind')
    expect(project.edits.ofTrack(keys[0]).keyframes).toEqual([])
    project.gesture(() => {
      project.edits.setKeyframe(keys[0], 1, 1, 1)
      expect(reader.edits.ofTrack(keys[0]).keyframes).toEqual([])
      project.edits.setKeyframe(keys[1], 1, 1, 1)
    })
    expect(reader.edits.ofTrack(keys[0]).keyframes).toHaveLength(1)
    reader.close()
    project.close()
  })

  it('a snapshot of a reader does not see what is committed meanwhile', async () => {
    const { project, keys } = await temporaryProject()
    const reader = openProjectReader(project.folder)
    reader.snapshot(() => {
      expect(reader.edits.ofTrack(keys[0]).keyframes).toEqual([])
      project.edits.setKeyframe(keys[0], 1, 1, 1)
      expect(reader.edits.ofTrack(keys[0]).keyframes).toEqual([])
    })
    expect(reader.edits.ofTrack(keys[0]).keyframes).toHaveLength(1)
    reader.close()
    project.close()
  })
})
