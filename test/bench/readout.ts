/**
 * Time to read 1,000 tracks over 100 frames of 512×288 out of a fitted field, with flow, patches and uncertainty.
 * Usage: node test/bench/readout.ts [tracks]. The field is an unfitted one and the clip is noise that pans: the work
 * does not depend on what was learned. Printed beside the field's own readout, without fusion, in the same run.
 */
import { createWasmEngine } from '../../src/engine/wasm/wasmEngine.ts'
import { presets } from '../../src/shared/presets.ts'
import { fieldShapeFor } from '../../src/pipeline/field/fieldShape.ts'
import type { FrameSource } from '../../src/pipeline/frames/frameSource.ts'
import type { FlowPair, FlowStore } from '../../src/pipeline/supervision/supervision.ts'
import { MatchIndex } from '../../src/pipeline/tracks/matchIndex.ts'
import { createPatches } from '../../src/pipeline/tracks/patches.ts'
import { readTracks } from '../../src/pipeline/tracks/readTracks.ts'
import { Random } from '../../src/shared/random.ts'
import { uniformFlowStore } from '../builders/flowStore.ts'

const frames = 100
const work = { width: 512, height: 288 }
const tracks = Number(process.argv[2] ?? 1_000)
const flowGaps = [1, 2, 3, 4, 6, 8, 12, 16]
const velocity = [0.5, 0.25] as const

const random = new Random(1)
const noise = Uint8Array.from({ length: 700 * 400 }, () => random.int(256))
const source: FrameSource = {
  clip: { name: 'noise', ...work, frameCount: frames, timesS: Float64Array.from({ length: frames }, (_, t) => t / 25) },
  work,
  async workRgb(t) {
    const rgb = new Uint8Array(work.width * work.height * 3)
    for (let y = 0; y < work.height; y++)
      for (let x = 0; x < work.width; x++) {
        const value = noise[(y + 100 - Math.round(velocity[1] * t)) * 700 + x + 100 - Math.round(velocity[0] * t)]
        rgb.fill(value, (y * work.width + x) * 3, (y * work.width + x + 1) * 3)
      }
    return rgb
  },
  clipRgb: t => source.workRgb(t),
  close: async () => {},
}

/** One array of each gap stands for all its pairs: as many bytes are touched, fewer are held. */
const uniform = uniformFlowStore({ frames, ...work, gaps: flowGaps, velocity })
const kept = new Map<number, FlowPair>()
const flow: FlowStore = {
  ...uniform,
  read(from, to) {
    let pair = kept.get(to - from)
    if (!pair) kept.set(to - from, (pair = uniform.read(from, to)))
    return pair
  },
}

const prior = { width: 154, height: 86, depth: new Float32Array(frames * 154 * 86).fill(1), trust: 0 }
const shape = fieldShapeFor(work, frames, prior, presets.standard)
const engine = await createWasmEngine({ shape, initialDepth: prior.depth, seed: 0, threads: 2 })
const patches = await createPatches(source, 2)
const queries = Array.from({ length: tracks }, (_, k) => ({ id: `${k}`, frame: random.int(frames), x: 60 + random.float() * 390, y: 40 + random.float() * 200 }))
const calibration = { tau: 0.03, fieldErrorPx: 0.5, depthAccuracy: 0.9 }
const times: { plain: number; whole: number }[] = []
for (let round = 0; round < 4; round++) {
  const a = performance.now()
  await engine.read(
    Int32Array.from(queries, q => q.frame), Float32Array.from(queries.flatMap(q => [q.x, q.y])), Int32Array.from({ length: frames }, (_, t) => t),
  )
  const b = performance.now()
  await readTracks({ engine, flow, flowGaps, patches, matches: new MatchIndex(null), calibration, queries, clip: work })
  times.push({ plain: b - a, whole: performance.now() - b })
}
const best = (key: 'plain' | 'whole') => Math.min(...times.map(t => t[key]))
const plain = best('plain')
const whole = best('whole')
console.log(`${tracks} tracks × ${frames} frames: field alone ${plain.toFixed(0)} ms, whole readout ${whole.toFixed(0)} ms (${(whole / plain).toFixed(1)} times as long)`)
await Promise.all([engine.close(), patches.close()])
