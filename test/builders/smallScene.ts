/** A small synthetic scene on disk, as `tapline synth` writes it, with its exact truth; and a project that has its clip. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readTracks } from '../../src/pipeline/export/readTracks.ts'
import { TrackState, type TrackSet } from '../../src/shared/tracks.ts'
import type { StudioSpec } from './servedStudio.ts'

export const SCENE = { width: 160, height: 120, frames: 24 } as const

export interface SmallScene {
  /** Of the project. */
  readonly project: string
  readonly truthFile: string
  readonly truth: TrackSet
  /** Queries as a file for the command line. */
  readonly queriesFile: string
}

/** Renders the scene and imports it into a project of its own. */
export async function smallScene(spec: StudioSpec, name: string, seed = 0): Promise<SmallScene> {
  const out = join(spec.folder, `scene-${seed}`)
  const { width, height, frames } = SCENE
  await spec.tapline('synth', name, '--seed', String(seed), '--size', `${width}x${height}`, '--frames', String(frames), '--out', out)
  const project = join(spec.folder, `${name}-${seed}.tapline`)
  await spec.tapline('import', join(out, name, 'frames'), '--project', project)
  const truthFile = join(out, name, 'truth.json')
  const { videos } = await readTracks(await readFile(truthFile), { name: truthFile })
  return { project, truthFile, truth: videos[0].tracks, queriesFile: join(out, name, 'queries.csv') }
}

/** Place of a row in a frame. */
export function placeOf({ positions, frames }: TrackSet, row: number, frame: number): { readonly x: number; readonly y: number } {
  const at = 2 * (row * frames + frame)
  return { x: positions[at], y: positions[at + 1] }
}

export const stateOf = ({ states, frames }: TrackSet, row: number, frame: number): number => states[row * frames + frame]

/** Frames in which the truth sees the point. */
export function seenFrames(truth: TrackSet, row: number): number[] {
  return [...Array(truth.frames).keys()].filter(frame => stateOf(truth, row, frame) === TrackState.visible)
}
