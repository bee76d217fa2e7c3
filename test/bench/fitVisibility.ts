/**
 * Fits the weights of visibility (src/pipeline/tracks/evidence.ts) on synthetic scenes and prints them.
 * Usage: node test/bench/fitVisibility.ts [seed…]   (default 101 102; README's figures use seed 0, which must not be among them)
 *
 * A frame counts as visible where the truth is visible and the track is within 8 px of it at 256²: a place that is wrong
 * is no use as visible. Logistic regression by Newton's method, each scene with the same total weight, ridge 0.1.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluationQueries } from '../../src/pipeline/evaluate/evaluationQueries.ts'
import { synthFrames } from '../../src/pipeline/synth/synthFrames.ts'
import { renderScene, synthScenes } from '../../src/pipeline/synth/synthScenes.ts'
import { Evidence, EVIDENCE_COLUMNS } from '../../src/pipeline/tracks/evidence.ts'
import { trackBlock } from '../../src/pipeline/tracks/readTracks.ts'
import { fitField } from '../../src/pipeline/trackVideo.ts'
import { chooseToolbox } from '../../src/server/tracking/toolbox.ts'
import { PauseSwitch } from '../../src/shared/pauseGate.ts'
import { presets } from '../../src/shared/presets.ts'
import { TrackState } from '../../src/shared/tracks.ts'

interface Row {
  readonly features: readonly number[]
  readonly visible: boolean
  readonly weight: number
}

const RIDGE = 0.1
const TRUSTED_PX = 8

async function collect(name: string, seed: number): Promise<Row[]> {
  const clip = renderScene(name, { seed })
  const truth = clip.groundTruth({ count: 96 })
  const queries = evaluationQueries(truth, 'first')
  const folder = mkdtempSync(join(tmpdir(), 'tapline-fit-'))
  const field = await fitField({
    frames: synthFrames(clip), queries: [], settings: { ...presets.standard, steps: 1_500, decaySteps: 500 }, cacheFolder: folder, threads: 2,
    toolbox: chooseToolbox(), saveCheckpoint: async () => {}, progress: () => {}, signal: new AbortController().signal, pause: new PauseSwitch(),
  })
  try {
    const { fused } = await trackBlock(
      field, Int32Array.from(queries, q => q.frame), Float32Array.from(queries.flatMap(q => [q.x, q.y])),
    )
    const rows: Omit<Row, 'weight'>[] = []
    queries.forEach((query, n) => {
      for (let t = 0; t < clip.frames; t++) {
        const state = truth.states[query.track * clip.frames + t]
        if (t === query.frame || state === TrackState.outOfFrame) continue
        const a = (query.track * clip.frames + t) * 2
        const b = (n * clip.frames + t) * 2
        const dx = ((truth.positions[a] - fused.positions[b]) * 256) / clip.width
        const dy = ((truth.positions[a + 1] - fused.positions[b + 1]) * 256) / clip.height
        const at = (n * clip.frames + t) * EVIDENCE_COLUMNS
        rows.push({ features: [1, ...fused.evidence.subarray(at, at + EVIDENCE_COLUMNS)], visible: state === TrackState.visible && Math.hypot(dx, dy) < TRUSTED_PX })
      }
    })
    return rows.map(row => ({ ...row, weight: 1_000 / rows.length }))
  } finally {
    await field.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function fit(rows: readonly Row[]): number[] {
  const n = EVIDENCE_COLUMNS + 1
  const w = new Array<number>(n).fill(0)
  for (let iteration = 0; iteration < 40; iteration++) {
    const gradient = w.map(v => RIDGE * v)
    const hessian = w.map((_, i) => w.map((__, j) => (i === j ? RIDGE : 0)))
    for (const { features, visible, weight } of rows) {
      const p = 1 / (1 + Math.exp(-features.reduce((sum, f, i) => sum + f * w[i], 0)))
      for (let i = 0; i < n; i++) {
        gradient[i] += weight * features[i] * (p - Number(visible))
        for (let j = 0; j < n; j++) hessian[i][j] += weight * p * (1 - p) * features[i] * features[j]
      }
    }
    solve(hessian, gradient).forEach((step, i) => (w[i] -= step))
  }
  return w.map(v => Math.round(v * 100) / 100)
}

/** Gaussian elimination with partial pivoting; the matrix is small and positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const m = matrix.map((row, i) => [...row, right[i]])
  for (let c = 0; c < m.length; c++) {
    const pivot = m.reduce((best, row, r) => (r >= c && Math.abs(row[c]) > Math.abs(m[best][c]) ? r : best), c)
    ;[m[c], m[pivot]] = [m[pivot], m[c]]
    for (let r = 0; r < m.length; r++) {
      if (r === c) continue
      const factor = m[r][c] / m[c][c]
      for (let k = c; k <= m.length; k++) m[r][k] -= factor * m[c][k]
    }
  }
  return m.map((row, i) => row[m.length] / row[i])
}

const seeds = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [101, 102]
const rows: Row[] = []
for (const seed of seeds)
  for (const { name } of synthScenes) {
    const found = await collect(name, seed)
    rows.push(...found)
    console.error(`${name} ${seed}: ${found.length} frames`)
  }
const isSupported = (row: Row) => row.features[1 + Evidence.visibleShare] > 0
console.log(JSON.stringify({ supported: fit(rows.filter(isSupported)), unsupported: fit(rows.filter(row => !isSupported(row))) }))
