/** `tapline synth`: scenes with their exact truth, in folders that the other commands take. */
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { evaluationQueries } from '../../pipeline/evaluate/evaluationQueries.ts'
import { writeTracks } from '../../pipeline/export/writeTracks.ts'
import type { SynthClip } from '../../pipeline/synth/synthClip.ts'
import { synthFrames } from '../../pipeline/synth/synthFrames.ts'
import { renderScene, synthScenes } from '../../pipeline/synth/synthScenes.ts'
import { writeSynth } from '../../server/decode/writeSynth.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'
import { writeWhole } from '../../server/tracking/writeOutputs.ts'
import { usage, type Arguments } from '../arguments.ts'
import { watchInterrupts } from '../interrupts.ts'
import type { Reporter } from '../reporter.ts'
import { shellCommand } from '../shellCommand.ts'
import { sizeOf } from '../sizeOf.ts'

const TRUTH_TRACKS = 64

export async function run(args: Arguments, reporter: Reporter): Promise<void> {
  const out = args.text('out') ?? 'synth'
  const names = args.positionals.length > 0 ? [...new Set(args.positionals)] : synthScenes.map(scene => scene.name)
  const unknown = names.find(name => !synthScenes.some(scene => scene.name === name))
  if (unknown) throw usage('synth', `there is no scene "${unknown}"; there are ${synthScenes.map(scene => scene.name).join(', ')}`)
  const seed = args.number('seed', 0, 2 ** 32 - 1) ?? 0
  const frames = args.number('frames', 2, 10_000) ?? 40
  const tracks = args.number('tracks', 1, 100_000) ?? TRUTH_TRACKS
  const size = sizeOf('synth', args.text('size') ?? '320x240')
  for (const name of names) {
    if (existsSync(join(out, name))) throw new TaplineError('not-writable', join(out, name), 'there is something with that name already', 'Delete it first, or choose another folder with --out.')
  }
  const interrupts = watchInterrupts()
  try {
    for (const name of names) {
      const folder = join(out, name)
      reporter.say(`${name}: ${frames} frames of ${size.width}×${size.height}`)
      await writeScene(renderScene(name, { ...size, frames, seed }), folder, tracks, reporter, interrupts.signal)
      reporter.say(`Wrote ${folder}`)
    }
    const first = join(out, names[0])
    reporter.say(`Track it with: ${shellCommand('track', join(first, 'frames'), '--queries', join(first, 'queries.csv'), '--out', join(first, 'tracks.pkl'))}`)
    reporter.result({ scenes: names, folders: names.map(name => resolve(out, name)), seed, frames, ...size })
  } finally {
    interrupts.release()
  }
}

/** The folder appears whole or not at all: all is written beside it, and renamed. */
async function writeScene(clip: SynthClip, folder: string, count: number, reporter: Reporter, signal: AbortSignal): Promise<void> {
  const partial = `${folder}.writing-${process.pid}`
  const started = performance.now()
  try {
    await writeSynth(clip, partial, {
      signal,
      onProgress: (done, total) => reporter.progress({ kind: 'progress', phase: 'export', done, total, etaS: ((performance.now() - started) / 1000 / done) * (total - done) }),
    })
    await rename(join(partial, 'color'), join(partial, 'frames'))
    const truth = clip.groundTruth({ count })
    const source = synthFrames(clip)
    const frames = { width: clip.width, height: clip.height, rgb: (frame: number) => source.clipRgb(frame) }
    await writeWhole(join(partial, 'truth.json'), writeTracks('json', [{ name: clip.name, tracks: truth }]))
    await writeWhole(join(partial, 'truth.pkl'), writeTracks('davis', [{ name: clip.name, tracks: truth, frames }]))
    await writeWhole(join(partial, 'queries.csv'), queriesCsv(truth))
    await rename(partial, folder)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw fromSystemError(error, folder)
  }
}

/** What the benchmark asks: each track at its first visible frame. */
function* queriesCsv(truth: Parameters<typeof evaluationQueries>[0]): Generator<Uint8Array, void> {
  const rows = evaluationQueries(truth, 'first').map(({ id, frame, x, y }) => `${id},${frame},${x},${y}\n`)
  yield new TextEncoder().encode(`id,frame,x,y\n${rows.join('')}`)
}
