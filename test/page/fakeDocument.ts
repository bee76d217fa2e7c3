/**
 * A made-up video with tracks, as the server would tell of it: every state, keyframes, labels, doubt and provisional paths among them,
 * the same for the same numbers. Runs in a browser. Not a clip: its frames only carry their number (pageImages.ts).
 */
import { presets } from '../../src/shared/presets.ts'
import type { RunRecord } from '../../src/shared/projectRecords.ts'
import type { TrackPath, TrackView, VideoDocument } from '../../src/shared/studio/document.ts'
import { trackColour } from '../../src/shared/trackColours.ts'
import { TrackState, emptyTracks } from '../../src/shared/tracks.ts'
import type { ReferenceTracks } from '../../src/shared/studio/review.ts'
import { seededNumbers } from '../builders/seededTracks.ts'

export interface FakeVideo {
  readonly tracks: number
  readonly frames: number
  readonly width: number
  readonly height: number
  readonly fps: number
  /** Every third frame lasts twice as long. */
  readonly variableRate: boolean
  readonly fitted: boolean
}

export const defaultFake: FakeVideo = { tracks: 12, frames: 40, width: 320, height: 240, fps: 24, variableRate: false, fitted: true }

/** The folder says how large the pictures are: pageImages.ts reads it. */
export const fakeFolder = ({ width, height }: Pick<FakeVideo, 'width' | 'height'>): string => `/fake/${width}x${height}`

/** A path that wanders through the frame and, where it starts near an edge, out of it. */
export function fakePath(video: FakeVideo, seed: number, at?: { readonly frame: number; readonly x: number; readonly y: number }): TrackPath {
  const { frames, width, height } = video
  const random = seededNumbers(seed)
  const [cx, cy, rx, ry, phase, turns] = [random() * width, random() * height, 0.12 * width * random(), 0.12 * height * random(), 6.28 * random(), 1 + random()]
  const positions = new Float32Array(frames * 2)
  for (let t = 0; t < frames; t++) {
    const angle = phase + (6.28 * turns * t) / Math.max(40, frames)
    positions[2 * t] = cx + rx * Math.cos(angle)
    positions[2 * t + 1] = cy + ry * Math.sin(angle)
  }
  if (at) {
    const dx = at.x - positions[2 * at.frame]
    const dy = at.y - positions[2 * at.frame + 1]
    for (let t = 0; t < frames; t++) {
      positions[2 * t] += dx
      positions[2 * t + 1] += dy
    }
  }
  const states = new Uint8Array(frames)
  const uncertainty = new Float32Array(frames)
  const hidden = Math.floor(random() * frames)
  const doubtful = Math.floor(random() * frames)
  for (let t = 0; t < frames; t++) {
    const outside = !(positions[2 * t] >= 0 && positions[2 * t] < width && positions[2 * t + 1] >= 0 && positions[2 * t + 1] < height)
    const behind = t >= hidden && t < hidden + frames / 8 && t !== at?.frame
    states[t] = outside ? TrackState.outOfFrame : behind ? TrackState.occluded : TrackState.visible
    uncertainty[t] = outside ? Number.NaN : 0.3 + 6 * Math.max(0, 1 - Math.abs(t - doubtful) / (1 + frames / 16))
  }
  return { positions, states, uncertainty, source: video.fitted ? 'field' : 'flow' }
}

export function fakeTrack(video: FakeVideo, key: number): TrackView {
  const path = fakePath(video, key)
  const place = (frame: number) => ({ frame, x: path.positions[2 * frame], y: path.positions[2 * frame + 1] })
  const middle = Math.floor(video.frames / 2)
  return {
    record: {
      key, videoId: 1, id: `t${key}`, name: `Track ${key}`, colour: trackColour(key), query: place(0), order: key, notes: '',
      hidden: false, locked: key % 11 === 10,
    },
    edits: {
      keyframes: key % 3 === 0 ? [place(middle)] : [],
      labels: key % 4 === 0 && video.frames > 8 ? [{ kind: 'occluded', first: 3, last: 6 }] : [],
    },
    // A few are not fitted yet.
    path: key % 7 === 6 ? { ...path, source: 'flow' } : path,
  }
}

export function fakeTimes({ frames, fps, variableRate }: FakeVideo): Float64Array {
  const times = new Float64Array(frames)
  for (let t = 1; t < frames; t++) times[t] = times[t - 1] + (variableRate && t % 3 === 0 ? 2 : 1) / fps
  return times
}

export function fakeRun(video: FakeVideo): RunRecord {
  return {
    id: 1, videoId: 1, preset: 'draft', settingsDiff: {}, settings: presets.draft, seed: 0, codeVersion: '0.1.0', state: video.fitted ? 'done' : 'interrupted',
    step: 600, error: null, checkpointPath: 'runs/1', checkpointStep: 600, createdAt: 1_760_000_000_000, startedAt: 1_760_000_000_000, endedAt: 1_760_000_060_000,
    activeMs: 60_000, phaseMs: { flow: 10_000, optimise: 50_000 },
  }
}

export function fakeDocument(video: FakeVideo): VideoDocument {
  const { frames, width, height } = video
  return {
    project: fakeFolder(video),
    video: 1,
    record: { id: 1, name: 'numbered', sourcePath: '/fake/numbered.mp4', frameCount: frames, cacheFolder: 'videos/1', addedAt: 1_760_000_000_000, width, height },
    timesS: fakeTimes(video),
    damagedFrames: [],
    tracks: Array.from({ length: video.tracks }, (_, index) => fakeTrack(video, index + 1)),
    markers: [],
    history: { undo: null, redo: null },
    field: { state: video.fitted ? 'fitted' : 'flow', loading: false, share: null, runId: video.fitted ? 1 : null, corrections: 0, untaught: 0, problem: null },
    runs: [fakeRun(video)],
    references: [{ id: 1, name: 'second annotator', kind: 'annotator', tracks: video.tracks, matched: video.tracks }],
    decisions: [],
    revision: 1,
  }
}

/** Another annotator's tracks: every track a little off, every fourth far off in the second half. */
export function fakeReference(video: FakeVideo): ReferenceTracks {
  const { tracks, frames } = video
  const keys = Int32Array.from({ length: tracks }, (_, index) => index + 1)
  const set = emptyTracks(Array.from(keys, key => `r${key}`), frames, video)
  keys.forEach((key, row) => {
    const { positions, states } = fakePath(video, key)
    for (let t = 0; t < frames; t++) {
      const off = key % 4 === 0 && t >= frames / 2 ? 14 : 0.4
      set.positions[2 * (row * frames + t)] = positions[2 * t] + off
      set.positions[2 * (row * frames + t) + 1] = positions[2 * t + 1]
    }
    set.states.set(states, row * frames)
  })
  return { keys, tracks: set }
}
