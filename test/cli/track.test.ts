/** `tapline track` from a clip to files: results, repetition, interruption. Real processes throughout. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluateTracks } from '../../src/pipeline/evaluate/evaluateTracks.ts'
import { readTracks } from '../../src/pipeline/export/readTracks.ts'
import { renderScene } from '../../src/pipeline/synth/synthScenes.ts'
import { TrackState } from '../../src/shared/tracks.ts'
import { openProject } from '../../src/server/db/project.ts'
import { probeMedia } from '../../src/server/decode/probeMedia.ts'
import { askNumpy, pythonWithNumpy } from '../builders/python.ts'
import { writeSequenceFolder } from '../builders/sequenceFolder.ts'
import { type JsonLine, short, synthClip, Workplace } from './runTapline.ts'

const place = new Workplace()
/** Not in the order of their ids, nor of their frames. */
const points = [
  { id: 'zebra', frame: 5, x: 20.25, y: 17.5 },
  { id: '10', frame: 0, x: 40, y: 9 },
  { id: '9', frame: 7, x: 8.5, y: 30.125 },
]
const clip = 'clip'
const track = (project: string, out: string, ...more: readonly string[]) => {
  mkdirSync(place.path(out), { recursive: true })
  const outputs = ['pkl', 'csv', 'json', 'npz', 'mp4'].flatMap(extension => ['--out', join(out, `tracks.${extension}`)])
  return ['track', clip, '--queries', 'q.csv', ...short, '--project', project, ...outputs, ...more]
}
const tracksOf = (file: string, size?: { width: number; height: number }) => readTracks(readFileSync(place.path(file)), { name: file, clip: size }).videos[0]

let first: JsonLine
beforeAll(async () => {
  await synthClip(place)
  mkdirSync(place.path(clip))
  for (const name of Array.from({ length: 8 }, (_, n) => `${String(n).padStart(5, '0')}.png`)) {
    writeFileSync(place.path(clip, name), readFileSync(place.path('parallax/frames', name)))
  }
  writeFileSync(place.path('q.csv'), `id,frame,x,y\n${points.map(p => `${p.id},${p.frame},${p.x},${p.y}\n`).join('')}`)
  first = await place.json(...track('project', 'first'))
}, 300_000)
afterAll(() => place.remove())

describe('track', () => {
  it('writes every output, tracks in the order of the queries file, and tells what it did', async () => {
    expect(first).toMatchObject({
      kind: 'result', project: place.path('project'), run: 1, video: clip, tracks: 3, frames: 8, trackedNow: true, seconds: expect.any(Number),
      outputs: ['pkl', 'csv', 'json', 'npz', 'mp4'].map(extension => place.path('first', `tracks.${extension}`)),
      losses: { step: 40, total: expect.any(Number), pixel: expect.any(Number) },
    })
    const { name, tracks } = tracksOf('first/tracks.json')
    expect([name, tracks.frames, tracks.width, tracks.height, ...tracks.ids]).toEqual([clip, 8, 48, 36, 'zebra', '10', '9'])
    // A track is where it was asked for, and seen there.
    points.forEach(({ frame, x, y }, row) => {
      const cell = row * 8 + frame
      expect(Math.hypot(tracks.positions[2 * cell] - x, tracks.positions[2 * cell + 1] - y)).toBeLessThan(0.5)
      expect(tracks.states[cell]).toBe(TrackState.visible)
    })
    for (const file of ['first/tracks.pkl', 'first/tracks.csv', 'first/tracks.npz']) {
      const other = tracksOf(file, { width: 48, height: 36 }).tracks
      expect(Math.max(...other.positions.map((value, k) => Math.abs(value - tracks.positions[k])))).toBeLessThan(1e-4)
    }
    expect(await probeMedia(place.path('first/tracks.mp4'))).toMatchObject({ codec: 'h264', width: 48, height: 36, frameCount: 8 })
  })

  it.skipIf(!pythonWithNumpy)('writes a pickle that NumPy reads, frames included (needs NumPy)', () => {
    const program = `
import json, pickle, sys
d = pickle.load(open(sys.argv[1], 'rb'))
v = d['${clip}']
print(json.dumps({'keys': list(d), 'fields': sorted(v), 'video': [str(v['video'].dtype), *v['video'].shape], 'points': [str(v['points'].dtype), *v['points'].shape],
  'occluded': [str(v['occluded'].dtype), *v['occluded'].shape], 'first': v['points'][0, 5].tolist(), 'pixel': v['video'][3, 2, 1].tolist()}))`
    const read = askNumpy(program, place.path('first/tracks.pkl')) as { first: number[]; pixel: number[] }
    expect(read).toMatchObject({ keys: [clip], fields: ['occluded', 'points', 'video'], video: ['uint8', 8, 36, 48, 3], points: ['float32', 3, 8, 2], occluded: ['bool', 3, 8] })
    expect(read.first[0] * 48).toBeCloseTo(20.25, 0)
    const { video } = tracksOf('first/tracks.pkl')
    expect(read.pixel).toEqual([...(video as { data: Uint8Array }).data.subarray((3 * 36 * 48 + 2 * 48 + 1) * 3).subarray(0, 3)])
  })

  it('again tracks nothing anew and writes the same files, for a machine or in plain lines', async () => {
    const { code, out, err } = await place.run(...track('project', 'again', '--no-video'))
    expect([code, out]).toEqual([0, ''])
    expect(err).toContain('tracked already')
    expect(err).not.toMatch(/Optimise|Flow/)
    expect(err).not.toContain('\u001b')
    const [before, after] = [place.digest('first'), place.digest('again')]
    expect({ ...after, 'tracks.pkl': null }).toEqual({ ...before, 'tracks.pkl': null })
    expect(tracksOf('again/tracks.pkl', { width: 48, height: 36 }).video).toBeUndefined()
  })

  it('interrupted ends with 130 and a checkpoint; the command that it names completes it with the very same files', { timeout: 300_000 }, async () => {
    const running = place.start(...track('stopped', 'second', '--json'))
    await running.message(message => message.kind === 'step' && (message.step as number) >= 3)
    running.child.kill('SIGINT')
    const { code, out, err } = await running.ended
    expect(code).toBe(130)
    expect(out).toMatch(/"code":"cancelled".*\d+ steps of 40 are saved/)
    expect(err).toContain(`npx tapline ${track('stopped', 'second', '--json').join(' ')}`)
    expect(place.digest('second')).toEqual({})
    const resumed = await place.run(...track('stopped', 'second'))
    expect(resumed.code).toBe(0)
    expect(resumed.err).toMatch(/Going on from step \d+/)
    // The same seed and threads: the same as a run that nobody interrupted, in another project.
    expect(place.digest('second')).toEqual(place.digest('first'))
  })

  it('takes flow, masks and depth from a sequence folder of other tools, and refuses one of another clip', async () => {
    const scene = renderScene('parallax', { width: 48, height: 36, frames: 8 })
    await writeSequenceFolder(scene, place.path('sequence'))
    const bring = (project: string) =>
      place.run('track', clip, '--queries', 'parallax/queries.csv', ...short, '--supervision', 'sequence', '--project', project, '--out', `${project}.json`)
    expect(await bring('brought')).toMatchObject({ code: 0 })
    const truth = tracksOf('parallax/truth.json').tracks
    // The flow is exact, so tracks are finer than any estimated flow gives at this size.
    expect(evaluateTracks(truth, tracksOf('brought.json').tracks, { mode: 'first' }).deltaAvg).toBeGreaterThan(0.9)
    rmSync(place.path('sequence/color/00007.jpg'))
    const refused = await bring('other')
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('it holds 7 frames, the clip has 8 frames')
  })

  it('is taught tracks of other tools, and knows them by what they hold: the same again is tracked already', async () => {
    writeFileSync(place.path('copied.json'), readFileSync(place.path('parallax/truth.json')))
    const teach = (file: string) => ['track', clip, '--queries', 'q.csv', ...short, '--steps', '3', '--project', 'taught', '--tracks', file]
    const { code, out } = await place.run(...teach('parallax/truth.json'), '--json')
    expect([code, out]).toEqual([0, expect.stringMatching(/"text":"Also taught, as matches between far frames: \d+ tracks of others\."/)])
    expect(await place.json(...teach('copied.json'))).toMatchObject({ run: 1, trackedNow: false })
  })

  it('leaves out and replaces what ablations name', async () => {
    const line = await place.json('track', clip, '--queries', 'q.csv', ...short, '--steps', '3', '--project', 'ablated', '--no-depth', '--no-long-term', '--coupling', 'affine', '--control-points', '8')
    const project = openProject(place.path('ablated'))
    expect(project.runs.get(line.run as number).settingsDiff).toEqual({ steps: 3, useDepthPrior: false, useLongTerm: false, coupling: 'affine', controlPoints: 8 })
    project.close()
  })

  it('includes what people corrected', async () => {
    const project = openProject(place.path('project'))
    const [video] = project.videos.list()
    const key = project.tracks.list(video.id).find(t => t.id === '10')!.key
    project.edits.setKeyframe(key, 4, 3.5, 2.25)
    project.edits.setLabel(key, 6, 7, 'outOfFrame')
    project.close()
    expect((await place.run('export', '--project', 'project', '--out', 'edited.json')).code).toBe(0)
    const [before, after] = [tracksOf('first/tracks.json').tracks, tracksOf('edited.json').tracks]
    const row = after.ids.indexOf('10')
    expect([...after.positions.subarray((row * 8 + 4) * 2, (row * 8 + 5) * 2)]).toEqual([3.5, 2.25])
    expect([...after.states.subarray(row * 8 + 6, row * 8 + 8)]).toEqual([TrackState.outOfFrame, TrackState.outOfFrame])
    expect([...after.positions.subarray(row * 16, row * 16 + 8)]).toEqual([...before.positions.subarray(before.ids.indexOf('10') * 16, before.ids.indexOf('10') * 16 + 8)])
  })
})
