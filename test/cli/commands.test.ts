/** The commands beside `track`, each from a shell's point of view. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTracks } from '../../src/pipeline/export/readTracks.ts'
import { synthClip, Workplace } from './runTapline.ts'

const place = new Workplace()
const clip = 'fast/frames'
beforeAll(() => synthClip(place, 'fast'))
afterAll(() => place.remove())

const truth = () => readTracks(readFileSync(place.path('fast/truth.json'))).videos[0].tracks

describe('help', () => {
  it('names every command; each explains itself by example', async () => {
    const overview = await place.run('--help')
    expect(overview.code).toBe(0)
    for (const name of ['track', 'import', 'export', 'evaluate', 'synth', 'bench', 'info']) expect(overview.out).toMatch(new RegExp(`^  ${name} `, 'm'))
    const { code, out } = await place.run('track', '--help')
    expect(code).toBe(0)
    expect(out).toMatch(/Examples:\n {2}# .*\n {2}npx tapline track/)
    expect((await place.run()).code).toBe(2)
  })
})

describe('synth', () => {
  it('writes frames, depth, truth and the queries of the benchmark', async () => {
    const files = Object.keys(place.digest('fast'))
    expect(files.filter(file => file.startsWith('frames/'))).toHaveLength(8)
    expect(files.filter(file => file.startsWith('depth/'))).toHaveLength(8)
    const pickle = readTracks(readFileSync(place.path('fast/truth.pkl'))).videos[0]
    expect(pickle).toMatchObject({ name: 'fast', video: { kind: 'rgb', frames: 8, width: 48, height: 36 } })
    expect(pickle.tracks.ids).toHaveLength(12)
    const queries = readFileSync(place.path('fast/queries.csv'), 'utf8').trim().split('\n')
    expect(queries[0]).toBe('id,frame,x,y')
    expect(queries.length).toBeGreaterThan(8)
  })
})

describe('a project', () => {
  it('is made of a video, takes tracks as predictions and truth apart, and gives them back', async () => {
    expect(await place.json('import', clip, '--project', 'p')).toMatchObject({ video: 'frames', width: 48, height: 36, frames: 8, added: true })
    expect(await place.json('import', clip, '--project', 'p')).toMatchObject({ added: false })
    const { ids } = truth()
    const imported = (await place.json('import', 'fast/truth.json', '--project', 'p')) as unknown as { videos: { tracks: string[]; unseen: string[] }[] }
    expect([...imported.videos[0].tracks, ...imported.videos[0].unseen].sort()).toEqual([...ids].sort())
    // The same once more: the same tracks, not twice as many.
    await place.json('import', 'fast/truth.json', '--project', 'p')
    const info = (await place.json('info', 'p')) as unknown as { videos: { tracks: number; keyframes: number }[]; runs: { state: string; codeVersion: string }[] }
    expect(info.videos).toMatchObject([{ tracks: imported.videos[0].tracks.length, keyframes: 0 }])
    expect(info.runs[0]).toMatchObject({ state: 'done', codeVersion: 'imported' })
    await place.json('export', '--project', 'p', '--out', 'back.json', '--out', 'long.csv', '--format', 'csv-long')
    const back = readTracks(readFileSync(place.path('back.json'))).videos[0].tracks
    expect(back.positions).toEqual(rowsOf(imported.videos[0].tracks))
    expect(readFileSync(place.path('long.csv'), 'utf8')).toMatch(/^\w+(,\w+)+\n/)
    expect(readTracks(readFileSync(place.path('long.csv')), { clip: { width: 48, height: 36 } }).format).toBe('csv-long')
  })

  const rowsOf = (ids: readonly string[]) => {
    const all = truth()
    return Float32Array.from(ids.flatMap(id => [...all.positions.subarray(all.ids.indexOf(id) * 16, all.ids.indexOf(id) * 16 + 16)]))
  }

  it('is scored against the truth that it holds, and against a file', async () => {
    await place.json('import', 'fast/truth.pkl', '--as', 'truth', '--project', 'p')
    for (const args of [['p'], ['fast/truth.pkl', 'p'], ['p', 'back.json']]) {
      expect(await place.json('evaluate', ...args)).toMatchObject({ mode: 'first', mean: { averageJaccard: 1, occlusionAccuracy: 1 }, videos: [{ delta: { 1: 1, 16: 1 } }] })
    }
    const { code, out } = await place.run('evaluate', 'fast/truth.pkl', 'p', '--per-track')
    expect(code).toBe(0)
    expect(out).toMatch(/\| video +\| +AJ \| +δavg \|/)
    expect(out).toMatch(/\| track +\| +query frame \|/)
  })

  it('and files and clips are described', async () => {
    expect((await place.run('info', 'p')).out).toMatch(/\| frames \| 48×36 \|/)
    expect((await place.run('info', 'fast/truth.pkl')).out).toMatch(/tracks, davis[^]*48×36/)
    expect(await place.json('info', clip)).toMatchObject({ type: 'media', kind: 'images', width: 48, height: 36, frameCount: 8 })
  })
})

describe('bench', () => {
  it('prints one object with the speed and the share of the peak', async () => {
    const { code, out } = await place.run('bench', '--seconds', '0.1', '--threads', '1', '--json')
    expect(code).toBe(0)
    expect(out.trim().split('\n')).toHaveLength(1)
    const { pointsPerSecond, peakShare } = JSON.parse(out) as { pointsPerSecond: number; peakShare: number }
    expect(pointsPerSecond).toBeGreaterThan(0)
    expect(peakShare).toBeGreaterThan(0)
    expect(peakShare).toBeLessThan(1)
  })
})
