/**
 * How long the studio's server takes for a person's gestures, without the field: store, history, changes. A clip of 1,000 frames with 1,000
 * tracks. Run: node test/bench/studioGestures.ts. Times are this machine's; the last column is the ratio to opening the document.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createProject } from '../../src/server/db/createProject.ts'
import { FieldPool } from '../../src/server/studio/fieldPool.ts'
import { liveTracks } from '../../src/server/studio/liveTracks.ts'
import { VideoSession } from '../../src/server/studio/videoSession.ts'
import { humansOf, noteTaken, noteTaught } from '../../src/server/tracking/taught.ts'
import { presets } from '../../src/shared/presets.ts'
import type { Gesture } from '../../src/shared/studio/gestures.ts'
import { fakeField } from '../builders/fakeField.ts'

const FRAMES = 1_000
const TRACKS = 1_000

const folder = mkdtempSync(join(tmpdir(), 'tapline-bench-'))
const project = await createProject(join(folder, 'project'))
const timesS = Float64Array.from({ length: FRAMES }, (_, i) => i / 25)
const video = project.videos.add({ name: 'clip', sourcePath: '', width: 1_920, height: 1_080, timesS, cacheFolder: 'frames/clip' })
const session = new VideoSession({
  project, video, emit: () => {}, openField: fakeField(FRAMES).open, threads: 1, pool: new FieldPool(2), patienceMs: Number.POSITIVE_INFINITY,
})

const rows: [string, number][] = []
async function measure(what: string, times: number, work: (n: number) => unknown): Promise<void> {
  const took: number[] = []
  for (let n = 0; n < times; n++) {
    const started = performance.now()
    await work(n)
    took.push(performance.now() - started)
  }
  rows.push([what, took.sort((a, b) => a - b)[times >> 1]])
}

await session.field.load()
const points = Array.from({ length: TRACKS }, (_, n) => ({ frame: n % FRAMES, x: (n * 37) % 1_900, y: (n * 53) % 1_000 }))
let keys: readonly number[] = []
const apply = (gesture: Gesture) => session.apply(gesture)
await measure('add 1,000 tracks', 1, async () => (keys = (await apply({ kind: 'addTracks', points })).keys))
while (liveTracks(project, video).some(track => !track.path)) await new Promise(resolve => setTimeout(resolve, 50))
// A fitted field that was taught some corrections, as in the middle of work.
const run = project.runs.create({ videoId: video.id, settings: presets.draft, queries: project.tracks.list(video.id).map(({ id, query }) => ({ id, ...query })), codeVersion: 'bench' })
await apply({ kind: 'setKeyframes', items: keys.slice(0, 200).map(key => ({ key, frame: 700, x: 9, y: 9 })) })
noteTaught(project, run.id, { humans: humansOf(project, video), refitOf: null })
noteTaken(project, run.id)
project.runs.update(run.id, { state: 'done', endedAt: Date.now(), checkpointPath: `runs/${run.id}/checkpoint.bin` })
project.marks.chooseField(video.id, run.id)
await measure('read the document', 3, () => project.snapshot(() => liveTracks(project, video)))
await measure('add a track', 9, n => apply({ kind: 'addTracks', points: [{ frame: n, x: n, y: n }] }))
await measure('drag a point', 9, n => apply({ kind: 'setKeyframes', items: [{ key: keys[n], frame: 500 + n, x: 50 + n, y: 60 }] }))
await measure('label a range', 9, n => apply({ kind: 'setLabels', spans: [{ key: keys[n], first: 10, last: 90 }], label: 'occluded' }))
await measure('undo', 9, () => session.undo())
await measure('redo', 9, () => session.redo())
await measure('label a range of 1,000 tracks', 3, n => apply({ kind: 'setLabels', spans: keys.map(key => ({ key, first: 100 * n, last: 100 * n + 50 })), label: 'occluded' }))
await measure('rename a track', 9, n => apply({ kind: 'updateTracks', keys: [keys[n]], change: { name: `renamed ${n}` } }))
await session.close()
project.close()
rmSync(folder, { recursive: true })

const document = rows.find(([what]) => what === 'read the document')![1]
console.log('| gesture | ms | ratio |\n|---|---:|---:|')
for (const [what, ms] of rows) console.log(`| ${what} | ${ms.toFixed(1)} | ${(ms / document).toFixed(2)} |`)
