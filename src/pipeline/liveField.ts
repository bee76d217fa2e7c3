/**
 * A clip's field between runs, to be asked at once: tracks through people's keyframes, the track under the pointer, pictures. From a
 * finished run's checkpoint, or, before any fit, from flow alone. Not here: the process that it lives in (server/tracking).
 */
import type { FieldTracker, Picture } from '../shared/fieldTracker.ts'
import type { PathSource, TrackPath } from '../shared/studio/document.ts'
import type { FrameIndex, Size } from '../shared/units.ts'
import { cyclePicture, depthPicture, fastMotionPx, flowPicture, nearnessRange } from './fieldPictures.ts'
import type { FlowStore } from './supervision/supervision.ts'
import { openField, openFlow, type Surroundings } from './trackVideo.ts'
import { flowTracks } from './tracks/flowTracks.ts'
import { readNodes, type NodeTracks } from './tracks/readTracks.ts'
import { trackThrough } from './tracks/trackThrough.ts'

export interface LiveFieldInput extends Surroundings {
  /** Of the finished run; null: flow only. */
  readonly checkpoint: Uint8Array | null
}

/** Flow read ahead of the first question, at most; the store keeps as much. */
const WARM_BYTES = 300 * 2 ** 20
const WARM_AT_ONCE = 8

/** What the two kinds of live field have of their own. */
interface Source {
  readonly kind: FieldTracker['kind']
  readonly flow: FlowStore
  readonly sources: readonly [PathSource, PathSource]
  read(frames: Int32Array, points: Float32Array, hints: Int8Array, withPatches: boolean): Promise<NodeTracks>
  depthPicture(frame: FrameIndex): Picture | null
  close(): Promise<void>
}

/** The frames stay the caller's to close. */
export async function openLiveField(input: LiveFieldInput): Promise<FieldTracker> {
  const source = input.checkpoint ? await fittedSource(input, input.checkpoint) : await flowSource(input)
  const { clip, work } = input.frames
  const { flow } = source
  const frames = clip.frameCount
  const closed = new AbortController()
  const through = (withPatches: boolean) => ({
    clip, work, frames, flow, sources: source.sources,
    read: (nodeFrames: Int32Array, points: Float32Array, hints: Int8Array) => source.read(nodeFrames, points, hints, withPatches),
  })
  let fastPx: number | null = null
  void warmUp()
  /** The first question would otherwise pay for reading the disk and for code that has not run yet. The answer, or the failure, is nobody's. */
  async function warmUp(): Promise<void> {
    await warm(flow, closed.signal)
    const middle = { frame: frames >> 1, x: clip.width / 2, y: clip.height / 2 }
    if (!closed.signal.aborted) await trackThrough(through(true), [{ nodes: [middle], labels: [] }]).catch(() => undefined)
  }
  return {
    kind: source.kind,
    track: asks => trackThrough(through(true), asks),
    async preview(frame, x, y): Promise<TrackPath | null> {
      if (!(frame >= 0 && frame < frames && x >= 0 && y >= 0 && x < clip.width && y < clip.height)) return null
      const [path] = await trackThrough(through(false), [{ nodes: [{ frame, x, y }], labels: [] }])
      return path
    },
    async image(kind, frame) {
      if (kind === 'depth') return source.depthPicture(frame)
      if (!flow.has(frame, frame + 1)) return null
      const pair = flow.read(frame, frame + 1)
      if (kind === 'cycle') return cyclePicture(pair, work)
      return flowPicture(pair, work, (fastPx ??= fastMotionPx(flow)))
    },
    async close() {
      closed.abort()
      await source.close()
    },
  }
}

async function fittedSource(input: LiveFieldInput, checkpoint: Uint8Array): Promise<Source> {
  const field = await openField({ ...input, checkpoint })
  const { shape } = field.engine
  const map: Size = { width: shape.depthWidth, height: shape.depthHeight }
  const nodes = map.width * map.height
  const range = nearnessRange(field.depth)
  return {
    kind: 'fitted',
    flow: field.flow,
    sources: ['field', 'repaired'],
    read: (frames, points, hints, withPatches) => readNodes({ ...field, patches: withPatches ? field.patches : null }, frames, points, hints),
    depthPicture: frame => depthPicture(field.depth.subarray(frame * nodes, (frame + 1) * nodes), map, input.frames.work, range),
    close: () => field.close(),
  }
}

async function flowSource(input: LiveFieldInput): Promise<Source> {
  const { flow, flowGaps, patches, close } = await openFlow(input)
  const { work, clip } = input.frames
  return {
    kind: 'flow',
    flow,
    sources: ['flow', 'flow'],
    read: (frames, points, hints, withPatches) =>
      flowTracks({ work, frames: clip.frameCount, flow, flowGaps, patches: withPatches ? patches : null }, frames, points, hints),
    depthPicture: () => null,
    close,
  }
}

/** Reads flow into the store's memory, so that the first click does not wait for the disk; a few pairs between any two questions. */
async function warm(flow: FlowStore, closed: AbortSignal): Promise<void> {
  let bytes = 0
  for (let n = 0; n < flow.pairs.length && bytes < WARM_BYTES; n++) {
    if (n % WARM_AT_ONCE === 0) await new Promise(resolve => setImmediate(resolve))
    if (closed.aborted) return
    try {
      const pair = flow.read(...flow.pairs[n])
      bytes += pair.flow.byteLength + pair.status.byteLength
    } catch {
      // Whoever needs this pair is told.
      return
    }
  }
}
