/** A project in a temporary folder, for tests of the store and of jobs. Removed after each test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { createProject } from '../../src/server/db/createProject.ts'
import type { ProjectWriter } from '../../src/server/db/project.ts'
import type { NewVideo } from '../../src/server/db/videos.ts'
import { presets } from '../../src/shared/presets.ts'
import { emptyTracks, TrackState, type Query, type TrackSet } from '../../src/shared/tracks.ts'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapline-test-'))
  folders.push(folder)
  return folder
}

/** A video record of a given number of frames at 25 frames/s. */
export function someVideo(frames = 40, name = 'clip'): NewVideo {
  return {
    name,
    sourcePath: `/videos/${name}.mp4`,
    width: 320,
    height: 240,
    timesS: Float64Array.from({ length: frames }, (_, i) => i / 25),
    cacheFolder: `frames/${name}`,
  }
}

export const someQueries: readonly Query[] = [
  { id: '1', frame: 0, x: 10.5, y: 20.25 },
  { id: '2', frame: 7, x: 100, y: 33.3 },
  { id: '3', frame: 39, x: 319.5, y: 239.5 },
]

/** A project with one video, a track for each of someQueries, and a queued run of them. The caller closes it. */
export async function temporaryProject(): Promise<{ project: ProjectWriter; videoId: number; keys: number[]; runId: number }> {
  const project = await createProject(join(temporaryFolder(), 'clip'))
  const video = project.videos.add(someVideo())
  const tracks = project.tracks.add(video.id, someQueries)
  const run = project.runs.create({ videoId: video.id, settings: { ...presets.draft, steps: 120 }, queries: someQueries, codeVersion: 'test' })
  return { project, videoId: video.id, keys: tracks.map((track) => track.key), runId: run.id }
}

/** Predictions with a value of its own in every cell. */
export function somePredictions(queries: readonly Query[] = someQueries, frames = 40): TrackSet {
  const tracks = emptyTracks(
    queries.map((query) => query.id),
    frames,
    { width: 320, height: 240 },
  )
  tracks.queryFrames.set(queries.map((query) => query.frame))
  tracks.queryPoints.set(queries.flatMap((query) => [query.x, query.y]))
  for (let i = 0; i < tracks.positions.length; i++) tracks.positions[i] = i * 1.37 - 11
  for (let i = 0; i < tracks.states.length; i++) {
    tracks.states[i] = [TrackState.visible, TrackState.occluded, TrackState.outOfFrame][i % 3]
    tracks.uncertainty[i] = i % 5 === 0 ? Number.NaN : i / 7
  }
  return tracks
}
