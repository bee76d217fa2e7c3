/** Everything a person can get wrong, or a machine fail at: the message, the exit code, and that nothing that was there is lost. */
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTracks } from '../../src/pipeline/export/readTracks.ts'
import { writeNumberedClip } from '../builders/numberedFrames.ts'
import { jsonLines, short, synthClip, Workplace } from './runTapline.ts'

const place = new Workplace()
const clip = 'parallax/frames'

beforeAll(async () => {
  await synthClip(place)
  // Written once: the tests below run at the same time.
  const rows = { good: 'a,0,10,10', bad: 'a,0,1,1\nb,0,ten,1', outside: 'a,0,48,3', late: 'a,8,3,3' }
  for (const [name, lines] of Object.entries(rows)) writeFileSync(place.path(`${name}.csv`), `id,frame,x,y\n${lines}\n`)
  const other = { name: 'other', width: 48, height: 36, frames: 2, tracks: [{ id: 'a', query: null, points: [[1, 1], [2, 2]], states: 'vv', uncertainty: null }] }
  writeFileSync(place.path('other.json'), JSON.stringify({ format: 'tapline-tracks', version: 1, videos: [other] }))
  mkdirSync(place.path('single'))
  copyFileSync(place.path(clip, '00000.png'), place.path('single/0.png'))
  await writeNumberedClip(place.path('single.mp4'), { frames: 1 })
  // A project with ground truth, tracks and predictions, at no cost.
  await place.json('import', clip, '--project', 'project')
  await place.json('import', 'parallax/truth.json', '--project', 'project')
})
afterAll(() => place.remove())

async function fails(code: number, reason: RegExp, ...args: readonly string[]): Promise<void> {
  const ended = await place.run(...args)
  expect(ended.err).toMatch(reason)
  expect(ended.err).not.toContain('    at ')
  expect([ended.code, ended.out]).toEqual([code, ''])
}

describe.concurrent('a wrong input to track', { timeout: 120_000 }, () => {
  it.each([
    ['a missing video', 1, /nosuch\.mp4: there is no such file/, ['nosuch.mp4', '--grid', '2']],
    ['no points', 2, /no points to track.*\n.*--queries Q\.csv/, [clip]],
    ['a missing queries file', 1, /nosuch\.csv: there is no such file/, [clip, '--queries', 'nosuch.csv']],
    ['a bad row', 1, /bad\.csv, line 3: x is 'ten', which is not a number/, [clip, '--queries', 'bad.csv']],
    ['a query outside the frame', 1, /outside\.csv, line 2: the point \(48, 3\) is outside the frame.*\n.*48×36/, [clip, '--queries', 'outside.csv']],
    ['a frame out of range', 1, /late\.csv, line 2: frame 8 is out of range.*\n.*0 to 7/, [clip, '--queries', 'late.csv']],
    ['a grid of a frame out of range', 1, /--grid-frame 8: the frame is out of range/, [clip, '--grid', '2', '--grid-frame', '8']],
    ['an unknown extension', 2, /x\.foo: no format has the extension \.foo.*\n.*\.pkl/, [clip, '--grid', '2', '--out', 'x.foo']],
    ['no folder for the output', 1, /there is no folder .*nodir/, [clip, '--grid', '2', '--out', 'nodir/x.pkl']],
    ['a file where a folder should be', 1, /good\.csv is a file, not a folder/, [clip, '--grid', '2', '--out', 'good.csv/x.pkl']],
    ['an output that is the input', 2, /would destroy it/, [clip, '--queries', 'good.csv', '--out', 'good.csv']],
    ['a video of a single frame', 1, /single\.mp4: it has a single frame/, ['single.mp4', '--grid', '2']],
    ['a folder of a single image', 1, /single: there is only one image/, ['single', '--grid', '2']],
    ['a folder without depth maps', 1, /it holds 0 depth maps, the clip has 8 frames/, [clip, '--grid', '2', '--depth', 'parallax']],
    ['tracks of another clip', 1, /other\.json, video other: its tracks have 2 frames, but the clip has 8/, [clip, '--grid', '2', '--tracks', 'other.json']],
    ['tracks and no long-term matches', 2, /--no-long-term: tracks of others are taught as such matches/, [clip, '--grid', '2', '--tracks', 'parallax/truth.json', '--no-long-term']],
    ['depth maps and no depth', 2, /--no-depth: depth maps are given with --depth/, [clip, '--grid', '2', '--depth', 'parallax', '--no-depth']],
    ['an odd number of control points', 2, /control points: 5 is no setting.*\n.*even number from 2 to 16/, [clip, '--grid', '2', '--control-points', '5']],
    ['two kinds of points', 2, /--queries and --grid are both given/, [clip, '--grid', '2', '--queries', 'good.csv']],
    ['a project folder that is something else', 1, /parallax.*the folder is not empty/, [clip, '--grid', '2', '--project', 'parallax']],
    ['a file for a project', 1, /there is a file with that name|a file is in the way/, [clip, '--grid', '2', '--project', 'good.csv']],
  ])('%s: says so and makes nothing', async (name, code, reason, args) => {
    const own = args.includes('--project') ? [] : ['--project', `p ${name}`]
    await fails(code, reason, 'track', ...args, ...own, ...short)
    expect(own.filter(folder => existsSync(place.path(folder)))).toEqual([])
  })
})

describe('after all these', () => {
  it('nothing half-made lies about', () => {
    expect(readdirSync(place.folder).filter(file => /\.tmp|tapline-new|importing/.test(file))).toEqual([])
  })
})

describe('a wrong input to the other commands', () => {
  it.each([
    ['export', 2, /--out is missing/, ['export', '--project', 'project']],
    ['export', 1, /it is not a Tapline project/, ['export', '--project', 'parallax', '--out', 'a.pkl']],
    ['evaluate', 1, /nosuch\.pkl: there is no such file/, ['evaluate', 'parallax/truth.pkl', 'nosuch.pkl']],
    ['evaluate', 1, /the project has no ground truth/, ['evaluate', 'project']],
    ['import', 2, /--project is missing/, ['import', 'good.csv']],
    ['synth', 2, /there is no scene "paralax"; there are parallax/, ['synth', 'paralax']],
    ['synth', 1, /there is something with that name already/, ['synth', 'parallax', '--out', '.']],
    ['bench', 2, /there is no bench "speed"/, ['bench', 'speed']],
    ['info', 1, /nosuch: there is no such file/, ['info', 'nosuch']],
    ['an unknown command', 2, /there is no command "trak"/, ['trak']],
  ])('%s ends with %i and %s', async (_, code, reason, args) => {
    const before = place.digest('project')
    await fails(code, reason, ...args)
    expect(place.digest('project')).toEqual(before)
  })

  it('is a JSON object for machines', async () => {
    const { code, out } = await place.run('info', 'nosuch', '--json')
    expect(code).toBe(1)
    expect(jsonLines(out)).toEqual([{ kind: 'failed', error: { code: 'not-found', subject: 'nosuch', reason: 'there is no such file or folder', next: 'Check the path.' } }])
  })
})

describe('a damaged project', () => {
  it.each(['track', 'info', 'export', 'import'])('%s says so and changes nothing in it', async command => {
    const copy = `damaged ${command}`
    cpSync(place.path('project'), place.path(copy), { recursive: true })
    const file = place.path(copy, 'project.sqlite')
    const bytes = readFileSync(file)
    bytes.fill(0x5a, 0, 8192)
    writeFileSync(file, bytes)
    const before = place.digest(copy)
    const args = {
      track: ['track', clip, '--grid', '2', '--project', copy],
      info: ['info', copy],
      export: ['export', '--project', copy, '--out', 'a.pkl'],
      import: ['import', 'parallax/truth.json', '--project', copy],
    }[command]!
    await fails(1, /project\.sqlite (is damaged|is not a Tapline project file)[^]*Restore the project from a copy|Choose another folder/, ...args)
    expect(place.digest(copy)).toEqual(before)
  })
})

const isRoot = process.getuid?.() === 0

describe.skipIf(isRoot || process.platform === 'win32')('a read-only folder (root may write anywhere: needs another user)', () => {
  it('is named before anything is done', async () => {
    mkdirSync(place.path('locked'))
    chmodSync(place.path('locked'), 0o555)
    await fails(1, /locked: no permission/, 'track', clip, '--grid', '2', ...short, '--project', 'unmade', '--out', 'locked/a.pkl')
    await fails(1, /no permission/, 'import', clip, '--project', 'locked/p')
    expect(existsSync(place.path('unmade'))).toBe(false)
  })
})

/** A file system of that many kilobytes, or read-only, where this machine lets us mount one. */
function mounted(options: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tapline-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
    return folder
  } catch {
    rmSync(folder, { recursive: true, force: true })
    return undefined
  }
}
function unmount(folder: string): void {
  execFileSync('umount', [folder])
  rmSync(folder, { recursive: true, force: true })
}

const small = mounted('size=200k')
describe.skipIf(!small)('a full disk (needs the right to mount one)', () => {
  afterAll(() => unmount(small!))

  it('keeps the output that was there, whole, and the project', async () => {
    const out = join(small!, 'tracks.pkl')
    writeFileSync(out, 'what was there')
    // Room for one page of 4 kB.
    writeFileSync(join(small!, 'filler'), new Uint8Array(192 * 1024))
    const before = place.digest('project')
    await fails(1, /tracks\.pkl: the disk is full[^]*Free some space/, 'export', '--project', 'project', '--out', out)
    expect(readdirSync(small!).sort()).toEqual(['filler', 'tracks.pkl'])
    expect(readFileSync(out, 'utf8')).toBe('what was there')
    await fails(1, /tracks\.mp4: the disk is full/, 'export', '--project', 'project', '--out', join(small!, 'tracks.json'), '--out', join(small!, 'tracks.mp4'))
    // What was written before is whole.
    expect(readTracks(readFileSync(join(small!, 'tracks.json'))).videos[0].tracks.ids).toHaveLength(12)
    expect(readdirSync(small!).sort()).toEqual(['filler', 'tracks.json', 'tracks.pkl'])
    expect(place.digest('project')).toEqual(before)
  })

  it('leaves no half-made project', async () => {
    await fails(1, /the disk is full/, 'import', clip, '--project', join(small!, 'p'))
    expect(readdirSync(small!)).not.toContain('p')
  })
})

const readOnly = mounted('ro')
describe.skipIf(!readOnly)('a read-only disk (needs the right to mount one)', () => {
  afterAll(() => unmount(readOnly!))

  it('is named before anything is done', async () => {
    await fails(1, /no permission to read or write/, 'track', clip, '--grid', '2', ...short, '--project', 'unmade', '--out', join(readOnly!, 'a.pkl'))
    await fails(1, /no permission to read or write/, 'import', clip, '--project', join(readOnly!, 'p'))
    expect(existsSync(place.path('unmade'))).toBe(false)
  })
})
