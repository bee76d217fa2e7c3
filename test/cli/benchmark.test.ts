/** `tapline benchmark` from a shell's point of view: cells in real processes, interrupted and resumed, and the report that they make. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { readTracks } from '../../src/pipeline/export/readTracks.ts'
import { writeTracks } from '../../src/pipeline/export/writeTracks.ts'
import { renderScene } from '../../src/pipeline/synth/synthScenes.ts'
import { writeStills } from '../../src/server/decode/writeStills.ts'
import { writeWhole } from '../../src/server/tracking/writeOutputs.ts'
import { TrackState } from '../../src/shared/tracks.ts'
import { jsonLines, Workplace, type JsonLine } from './runTapline.ts'

const place = new Workplace()
afterAll(() => place.remove())

const small = ['--preset', 'draft', '--size', '48x36', '--frames', '6', '--tracks', '8', '--threads', '1'] as const
const isCell = (number: string) => ({ kind, text }: JsonLine) => kind === 'note' && String(text).startsWith(`[${number}]`)

describe('a benchmark', () => {
  const asked = ['benchmark', 'synth:parallax', ...small, '--methods', 'chained,tapline:no-depth,tapline:learned', '--steps', '10', '--seeds', '2', '--out', 'b'] as const

  it('runs each method with each seed, and reports scores, spread, time, memory and what is left out', async () => {
    const { out, ran, cells, methods, skipped } = (await place.json(...asked)) as unknown as {
      out: string; ran: number; cells: number; skipped: { what: string; reason: string }[]
      methods: { method: string; seeds: number[]; averageJaccard: { mean: number; count: number }; flowInconsistency: { mean: number }; seconds: number; supervisionSeconds: number | null; peakBytes: number }[]
    }
    expect([out, ran, cells]).toEqual([place.path('b'), 3, 3])
    expect(methods.map(({ method, seeds }) => [method, seeds])).toEqual([['chained', [0]], ['tapline:no-depth', [0, 1]]])
    for (const { averageJaccard, seconds, supervisionSeconds, peakBytes } of methods) {
      expect(averageJaccard.mean).toBeGreaterThan(0.1)
      expect(averageJaccard.mean).toBeLessThanOrEqual(1)
      expect(seconds).toBeGreaterThan(supervisionSeconds ?? 0)
      expect(peakBytes).toBeGreaterThan(20e6)
    }
    expect(methods.map(method => method.supervisionSeconds)).toEqual([null, expect.any(Number)])
    // Chained flow is compared with the flow that it follows.
    expect(methods[0].flowInconsistency.mean).toBeLessThan(0.02)
    expect(methods[1].flowInconsistency.mean).toBeGreaterThan(methods[0].flowInconsistency.mean)
    expect(skipped).toMatchObject([{ what: 'tapline:learned', reason: expect.stringContaining('tapline models list') }])

    const markdown = readFileSync(place.path('b/report.md'), 'utf8')
    expect(markdown).toMatch(/^\| method +\| +AJ %/m)
    expect(markdown).toMatch(/^\| tapline:no-depth \| +\d+\.\d ± \d+\.\d \|/m)
    expect(markdown).toContain('(quoted; TAP-Vid DAVIS, 256×256)')
    expect(markdown).toMatch(/## Left out\n\n- tapline:learned: no network/)
    // A report in one file: nothing is fetched, nothing runs.
    const html = readFileSync(place.path('b/report.html'), 'utf8')
    expect(html).not.toMatch(/<script|<link|<iframe|\son\w+=|url\(|(src|href)="(?!data:image\/jpeg;base64,)/i)
    for (const [open, close] of [['<svg', '</svg>'], ['<figure', '</figure>'], ['<table', '</table>']]) expect(html.split(open).length).toBe(html.split(close).length)
    expect(html.match(/<svg/g)).toHaveLength(8)
    expect(html.match(/class="fill m1"/g)).toHaveLength(5)
    expect(html).toContain('quoted; TAP-Vid DAVIS')
    const tracks = readTracks(readFileSync(place.path('b/cells/parallax/chained.seed0.tracks.npz')), { name: 'x.npz' }).videos[0].tracks
    expect(tracks).toMatchObject({ frames: 6, width: 48, height: 36 })
    expect(tracks.ids).toHaveLength(8)
  }, 240_000)

  it('does again only what is missing: a cell that is gone or damaged, a method or seed that is new', async () => {
    const kept = place.digest('b/cells')
    expect(await place.json(...asked)).toMatchObject({ ran: 0, cells: 3 })
    rmSync(place.path('b/cells/parallax/chained.seed0.json'))
    expect(await place.json(...asked)).toMatchObject({ ran: 1, cells: 3 })
    writeFileSync(place.path('b/cells/parallax/chained.seed0.json'), '{"format":')
    expect(await place.json(...asked)).toMatchObject({ ran: 1, cells: 3 })
    const now = place.digest('b/cells')
    for (const file of Object.keys(kept).filter(name => !name.includes('chained.seed0.json'))) expect(now[file], file).toBe(kept[file])
    expect(existsSync(place.path('b/.work'))).toBe(false)
  }, 240_000)

  it('refuses a folder that holds another', async () => {
    const { code, err } = await place.run('benchmark', 'synth:parallax', ...small, '--mode', 'strided', '--out', 'b')
    expect([code, err]).toEqual([2, expect.stringMatching(/it holds a benchmark of other settings \(mode: first, not strided\)\.\nChoose another folder with --out/)])
  })

  it('that was killed goes on with what it lacks', async () => {
    const command = ['benchmark', 'synth:parallax,fast', ...small, '--methods', 'chained,sift', '--out', 'k'] as const
    const killed = place.start(...command, '--json')
    await killed.message(isCell('2/4'))
    killed.child.kill('SIGKILL')
    await killed.ended
    const first = readFileSync(place.path('k/cells/parallax/chained.seed0.json'), 'utf8')
    const again = await place.run(...command, '--json')
    expect(again.code).toBe(0)
    const result = jsonLines(again.out).at(-1)!
    expect(result.cells).toBe(4)
    // The second may have been written just before the kill.
    expect([2, 3]).toContain(result.ran)
    expect(readFileSync(place.path('k/cells/parallax/chained.seed0.json'), 'utf8')).toBe(first)
    expect(readdirSync(place.path('k')).sort()).toEqual(['.benchmark.lock', 'benchmark.json', 'cells', 'report.html', 'report.json', 'report.md'])
  }, 240_000)

  it.skipIf(process.platform === 'win32')('that is interrupted ends its cell’s process, leaves no half cell, and says how to go on', async () => {
    const running = place.start('benchmark', 'synth:parallax', ...small, '--methods', 'tapline', '--steps', '1000000', '--out', 'i', '--json')
    await running.message(({ kind, step }) => kind === 'step' && Number(step) > 0)
    running.child.kill('SIGINT')
    const { code, err } = await running.ended
    expect([code, err]).toEqual([130, expect.stringContaining('The same command goes on with what is missing')])
    expect(readdirSync(place.path('i/cells/parallax'))).toEqual([])
    expect(existsSync(place.path('i/.work'))).toBe(false)
  }, 240_000)
})

describe('videos that cannot be scored', () => {
  it('are told of, with the reason, and do not stop the others', async () => {
    const clip = renderScene('parallax', { width: 48, height: 36, frames: 3 })
    const truth = clip.groundTruth({ count: 4 })
    // Seen in the last frame only: no frame after the query is left to score.
    const late = { ...truth, states: truth.states.map((_, cell) => (cell % 3 === 2 ? TrackState.visible : TrackState.occluded)) }
    for (const [name, frames, tracks] of [['late', 3, late], ['one', 1, truth], ['short', 2, truth]] as const) {
      await writeStills(place.path('set', name, 'frames'), frames, clip, async frame => ({ rgb: clip.rgb(frame) }))
      await writeWhole(place.path('set', name, 'truth.json'), writeTracks('json', [{ name, tracks }]))
    }
    const result = (await place.json('benchmark', 'set', '--methods', 'chained', '--preset', 'draft', '--threads', '1', '--out', 's')) as unknown as {
      cells: number; methods: unknown[]; skipped: unknown[]
    }
    expect(result).toMatchObject({
      cells: 1, methods: [{ method: 'chained', averageJaccard: { mean: null, count: 0 }, temporalCoherence: { mean: 0 }, flowInconsistency: { mean: null } }],
      skipped: [{ what: 'one', reason: 'there is only one image' }, { what: 'short', reason: 'its tracks have 3 frames, but the clip has 2' }],
    })
    const report = readFileSync(place.path('s/report.md'), 'utf8')
    expect(report).toMatch(/^\| chained +\| +– \| +– \| +– \| +0\.00 \| +– \|/m)
    expect(report).toContain('- short: its tracks have 3 frames, but the clip has 2')
    expect(readFileSync(place.path('s/report.html'), 'utf8')).not.toMatch(/NaN|Infinity|undefined|null/)
  }, 240_000)
})

describe('wrong input', () => {
  it.each([
    [['synth', '--methods', 'magic'], /there is no such method\.\nThere are tapline .*chained/],
    [['synth', '--methods', 'tapline:no-deepth'], /"no-deepth" is no variant\.\nAfter tapline: come/],
    [['synth:moon'], /there is no scene "moon"\.\nThere are parallax/],
    [['synth', '--videos', 'moon'], /there is no video moon; there are parallax/],
    [['synth', '--seeds', '0'], /--seeds 0 is not a whole number from 1 to 100/],
    [['synth', '--size', '8x8'], /--size 8x8 is not WIDTHxHEIGHT/],
    [['b', '--frames', '4'], /--frames is of synthetic scenes, and b is none/],
  ])('%j is told before any work', async (args, reason) => {
    const { code, err } = await place.run('benchmark', ...args, '--out', 'never')
    expect([code, err]).toEqual([2, expect.stringMatching(reason)])
    expect(existsSync(place.path('never'))).toBe(false)
  })

  it('a data set that is not there or holds nothing', async () => {
    expect(await place.run('benchmark', 'nowhere.pkl')).toMatchObject({ code: 1, err: expect.stringContaining('there is no such file or folder') })
    writeFileSync(place.path('empty.pkl'), '')
    expect(await place.run('benchmark', 'empty.pkl')).toMatchObject({ code: 1, err: expect.stringContaining('the file is empty') })
  })

  it('methods of which none can run', async () => {
    const { code, err } = await place.run('benchmark', 'synth:parallax', ...small, '--methods', 'tapline:learned', '--out', 'none')
    expect([code, err]).toEqual([1, expect.stringMatching(/no cell of the benchmark could be run \(tapline:learned: no network/)])
  })
})
