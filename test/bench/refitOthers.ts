/**
 * What corrections do to other tracks: node test/bench/refitOthers.ts [SCENE:SEED …]. Each scene is fitted with the draft preset; every
 * other of its worst tracks, four in all, is corrected from the truth at up to three frames, the field is refitted, and the tracks that
 * nobody touched are measured against the truth: as they were, as the refitted field reads them, and as the studio keeps them
 * (tracks/surerPath.ts). Beside it the corrected tracks themselves: repaired, read from their first point alone, and on straight lines.
 * Mean errors are px over visible frames, 30 at most; AJ is of the untouched tracks. Minutes a scene.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluateTracks } from '../../src/pipeline/evaluate/evaluateTracks.ts'
import { synthFrames } from '../../src/pipeline/synth/synthFrames.ts'
import { renderScene } from '../../src/pipeline/synth/synthScenes.ts'
import { readTracks } from '../../src/pipeline/tracks/readTracks.ts'
import { isSurer } from '../../src/pipeline/tracks/surerPath.ts'
import { trackThrough } from '../../src/pipeline/tracks/trackThrough.ts'
import { fitField, throughField } from '../../src/pipeline/trackVideo.ts'
import { chooseToolbox } from '../../src/server/tracking/toolbox.ts'
import { refitSettings } from '../../src/server/studio/jobs/refitSettings.ts'
import { PauseSwitch } from '../../src/shared/pauseGate.ts'
import { presets } from '../../src/shared/presets.ts'
import { TrackState, type TrackSet } from '../../src/shared/tracks.ts'
import type { Keyframe } from '../../src/shared/projectRecords.ts'

const FRAMES = 40
const CORRECTED = 4
const BAD_PX = 4
const LIMIT_PX = 30
const scenes = process.argv.length > 2 ? process.argv.slice(2) : ['reappear:3', 'stacking:3', 'fast:3', 'parallax:3', 'reappear:4', 'stacking:4', 'fast:4']

type Row = Readonly<Record<string, number>>
const rows: Record<string, Row[]> = {}

const print = (label: string, row: Row) => console.log(label.padEnd(34), Object.entries(row).map(([name, value]) => `${name} ${value.toFixed(2)}`).join('  '))
const add = (scene: string, label: string, row: Row) => {
  ;(rows[label] ??= []).push(row)
  print(`${scene} ${label}`, row)
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** The chosen rows of a set. */
function rowsOf(set: TrackSet, chosen: readonly number[]): TrackSet {
  const part = <T extends Float32Array | Uint8Array | Int32Array>(array: T, width: number): T => {
    const out = new (array.constructor as new (length: number) => T)(chosen.length * width)
    chosen.forEach((row, k) => out.set(array.subarray(row * width, (row + 1) * width), k * width))
    return out
  }
  return {
    ...set, ids: chosen.map(row => set.ids[row]), queryFrames: part(set.queryFrames, 1), queryPoints: part(set.queryPoints, 2),
    positions: part(set.positions, FRAMES * 2), states: part(set.states, FRAMES), uncertainty: part(set.uncertainty, FRAMES),
  }
}

async function measure(scene: string): Promise<void> {
  const [name, seed] = scene.split(':')
  const cacheFolder = mkdtempSync(join(tmpdir(), 'tapline-refit-'))
  try {
    const clip = renderScene(name, { width: 320, height: 240, frames: FRAMES, seed: Number(seed) })
    const frames = synthFrames(clip)
    let checkpoint = new Uint8Array()
    const saveCheckpoint = async (bytes: Uint8Array) => void (checkpoint = Uint8Array.from(bytes))
    const base = { frames, queries: [], cacheFolder, threads: 2, toolbox: chooseToolbox(), progress: () => {}, signal: new AbortController().signal, pause: new PauseSwitch(), saveCheckpoint }

    const all = clip.groundTruth({ count: 160, seed: 11 })
    const seenIn = (set: TrackSet, row: number) => Array.from({ length: FRAMES }, (_, t) => t).filter(t => set.states[row * FRAMES + t] === TrackState.visible)
    const truth = rowsOf(all, all.ids.map((_, row) => row).filter(row => seenIn(all, row).length >= 5))
    const seen = truth.ids.map((_, row) => seenIn(truth, row))
    const place = (set: TrackSet, row: number, frame: number): Keyframe => ({ frame, x: set.positions[(row * FRAMES + frame) * 2], y: set.positions[(row * FRAMES + frame) * 2 + 1] })
    const queries = truth.ids.map((id, row) => ({ id, ...place(truth, row, seen[row][0]) }))
    const off = (set: TrackSet, row: number, frame: number, of = row) => {
      const [a, b] = [place(set, row, frame), place(truth, of, frame)]
      return Math.hypot(a.x - b.x, a.y - b.y)
    }
    const error = (set: TrackSet, row: number) => mean(seen[row].slice(1).map(t => Math.min(LIMIT_PX, off(set, row, t))))

    const draft = await fitField({ ...base, settings: presets.draft })
    const before = await readTracks({ ...draft, queries, clip })
    await draft.close()

    const worst = truth.ids.map((_, row) => row).sort((a, b) => error(before, b) - error(before, a))
    const humans = worst.filter((_, k) => k % 2 === 0).slice(0, CORRECTED).map(row => {
      const nodes = [place(truth, row, seen[row][0])]
      for (const t of [...seen[row]].sort((a, b) => off(before, row, b) - off(before, row, a)))
        if (nodes.length < 4 && off(before, row, t) > BAD_PX && nodes.every(node => Math.abs(node.frame - t) >= 6)) nodes.push(place(truth, row, t))
      return { id: truth.ids[row], row, nodes: nodes.sort((a, b) => a.frame - b.frame), labels: [] }
    })
    const touched = new Set(humans.map(human => human.row))
    const others = truth.ids.map((_, row) => row).filter(row => !touched.has(row))
    const bad = others.filter(row => error(before, row) > BAD_PX)
    const score = (set: TrackSet): Row => ({
      others: mean(others.map(row => error(set, row))),
      bad: mean(bad.map(row => error(set, row))),
      good: mean(others.filter(row => !bad.includes(row)).map(row => error(set, row))),
      AJ: 100 * evaluateTracks(rowsOf(truth, others), rowsOf(set, others), { mode: 'first' }).averageJaccard,
    })

    const refit = await fitField({ ...base, settings: refitSettings(presets.draft), refitOf: checkpoint, humans: humans.map(({ id, nodes, labels }) => ({ id, nodes, labels })) })
    const after = await readTracks({ ...refit, queries, clip })
    const paths = await trackThrough(throughField(refit, frames), humans.map(({ nodes, labels }) => ({ nodes, labels })))
    await refit.close()

    const reading = (set: TrackSet, row: number) => ({ states: set.states.subarray(row * FRAMES, (row + 1) * FRAMES), uncertainty: set.uncertainty.subarray(row * FRAMES, (row + 1) * FRAMES) })
    const kept: TrackSet = { ...before, positions: before.positions.slice(), states: before.states.slice(), uncertainty: before.uncertainty.slice() }
    for (const row of others) {
      if (!isSurer(reading(after, row), reading(before, row))) continue
      kept.positions.set(after.positions.subarray(row * FRAMES * 2, (row + 1) * FRAMES * 2), row * FRAMES * 2)
      kept.states.set(after.states.subarray(row * FRAMES, (row + 1) * FRAMES), row * FRAMES)
    }
    add(scene, 'before', score(before))
    add(scene, 'refitted field', score(after))
    add(scene, 'as kept', score(kept))

    const between = (nodes: readonly Keyframe[], row: number) => seen[row].filter(t => t > nodes[0].frame && t < nodes.at(-1)!.frame && !nodes.some(node => node.frame === t))
    const lineOff = ({ nodes, row }: (typeof humans)[number], t: number) => {
      const right = nodes.findIndex(node => node.frame > t)
      const [a, b] = [nodes[right - 1], nodes[right]]
      const share = (t - a.frame) / (b.frame - a.frame)
      const { x, y } = place(truth, row, t)
      return Math.hypot(a.x + share * (b.x - a.x) - x, a.y + share * (b.y - a.y) - y)
    }
    const over = (distance: (human: (typeof humans)[number], k: number, t: number) => number) => mean(humans.flatMap((human, k) => between(human.nodes, human.row).map(t => distance(human, k, t))))
    add(scene, 'corrected, between keyframes', {
      repaired: over((human, k, t) => Math.hypot(paths[k].positions[t * 2] - place(truth, human.row, t).x, paths[k].positions[t * 2 + 1] - place(truth, human.row, t).y)),
      'from one point': over((human, _, t) => off(before, human.row, t)),
      'straight line': over((human, _, t) => lineOff(human, t)),
    })
  } finally {
    rmSync(cacheFolder, { recursive: true, force: true })
  }
}

for (const scene of scenes) await measure(scene)
for (const [label, each] of Object.entries(rows)) {
  const names = Object.keys(each[0])
  print(`mean: ${label}`, Object.fromEntries(names.map(name => [name, mean(each.map(row => row[name]))])))
}
