/**
 * Supervision that others computed: what an OmniMotion / OmniTrackFast sequence folder holds, as providers of flow and of
 * long-term matches. Its depth is read by folderDepth. Not here: its files (server/decode/sequenceFolder.ts).
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { TaplineError, throwIfCancelled } from '../../../shared/errors.ts'
import type { Size } from '../../../shared/units.ts'
import { DiskFlowStore } from '../flow/diskFlowStore.ts'
import { flowPath, readFlowFile, writeFlowFile } from '../flow/flowFile.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../supervision.ts'
import type { FlowPair, FlowProvider, MatchProvider } from '../supervision.ts'

/** Dense flow of one pair of frames with its masks, at the size of the folder's own images. */
export interface SequenceFlow extends Size {
  /** [height, width, 2] pixels */
  readonly flow: Float32Array
  /** [height, width] nonzero: the forward-backward cycle agrees. */
  readonly cycle: Uint8Array
  /** [height, width] nonzero: hidden in the target, and the flow holds. */
  readonly occluded: Uint8Array
}

/** A match file's rows: [rows, 7] id1, x1, y1, id2, x2, y2, weight; x and y are pixel indices (0 = centre of the first pixel). */
export type MatchRows = Float64Array

/** A sequence folder, opened. Frames are numbered by the order of its colour images. */
export interface SequenceFolder {
  readonly folder: string
  /** Size of its images: the unit of its flow and matches. */
  readonly size: Size
  readonly frameCount: number
  /** Pairs that have both flow and masks, ordered. */
  readonly pairs: readonly (readonly [number, number])[]
  /** Changes when a file does: part of cache keys. */
  readonly stamp: string
  /** @throws TaplineError 'bad-file' */
  readFlow(from: number, to: number): Promise<SequenceFlow>
  /** All rows of all match files; empty when there are none. @throws TaplineError 'bad-file' */
  readMatches(): Promise<MatchRows>
}

export type OpenSequenceFolder = (folder: string) => Promise<SequenceFolder>

function checkFrames(sequence: SequenceFolder, frames: number): void {
  if (sequence.frameCount !== frames) {
    throw new TaplineError('bad-file', sequence.folder, `it holds ${sequence.frameCount} frames, the clip has ${frames}`, 'Give the sequence folder that was made from this very clip.')
  }
}

/** The pair on nodes of the working size: nearest pixel of the folder's flow, displacements scaled. */
export function flowPairOf(from: number, to: number, source: SequenceFlow, work: Size, stride: number): FlowPair {
  const columns = Math.floor(work.width / stride)
  const rows = Math.floor(work.height / stride)
  const flow = new Int16Array(columns * rows * 2)
  const status = new Uint8Array(columns * rows)
  const [sx, sy] = [source.width / work.width, source.height / work.height]
  const units = (v: number) => Math.min(32_767, Math.max(-32_768, Math.round(v * FLOW_UNITS_PER_PIXEL)))
  for (let j = 0, at = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++, at++) {
      const [x, y] = [(i + 0.5) * stride, (j + 0.5) * stride]
      const k = Math.min(source.height - 1, Math.floor(y * sy)) * source.width + Math.min(source.width - 1, Math.floor(x * sx))
      const [u, v] = [source.flow[2 * k] / sx, source.flow[2 * k + 1] / sy]
      if (!Number.isFinite(u) || !Number.isFinite(v)) continue
      flow[2 * at] = units(u)
      flow[2 * at + 1] = units(v)
      const inside = x + u >= 0 && y + v >= 0 && x + u < work.width && y + v < work.height
      status[at] = source.cycle[k] && inside ? FlowStatus.visible : source.occluded[k] ? FlowStatus.occludedKnown : inside ? FlowStatus.unknown : FlowStatus.outOfFrame
    }
  }
  return { from, to, columns, rows, stride, flow, status }
}

/** Nodes lie at every pixel while the whole store stays below this, else at every second one. */
const FULL_STRIDE_BYTES = 320 * 2 ** 20

/** The folder's flow at the gaps asked for; pairs are converted once into the cache. */
export function folderFlow(folder: string, open: OpenSequenceFolder): FlowProvider {
  return {
    id: 'folder',
    async compute(context, gaps) {
      const { work, clip } = context.frames
      const sequence = await open(folder)
      checkFrames(sequence, clip.frameCount)
      const wanted = new Set(gaps)
      const pairs = sequence.pairs.filter(([from, to]) => wanted.has(Math.abs(to - from)))
      if (pairs.length === 0) throw new TaplineError('bad-file', folder, `it holds no flow with masks at frame gaps ${[...wanted].join(', ')}`, 'It needs raft_exhaustive/<a>_<b>.npy with raft_masks/<a>_<b>.png.')
      const stride = pairs.length * work.width * work.height * 5 <= FULL_STRIDE_BYTES ? 1 : 2
      const key = createHash('sha256').update(JSON.stringify({ folder, stamp: sequence.stamp, work, stride })).digest('hex').slice(0, 16)
      const cache = join(context.cacheFolder, `folder-flow-${key}`)
      let done = 0
      for (const [from, to] of pairs) {
        throwIfCancelled(context.signal, 'flow of the sequence folder')
        const path = flowPath(cache, from, to)
        if (!readFlowFile(path)) writeFlowFile(path, flowPairOf(from, to, await sequence.readFlow(from, to), work, stride))
        context.onProgress?.(++done, pairs.length)
      }
      return new DiskFlowStore(cache, pairs)
    },
  }
}

/** The folder's matches in raster pixels of the working size; a row that names an unknown frame is refused. */
export function folderMatches(folder: string, open: OpenSequenceFolder): MatchProvider {
  return {
    id: 'folder',
    async compute(context) {
      const { work, clip } = context.frames
      const sequence = await open(folder)
      checkFrames(sequence, clip.frameCount)
      const rows = await sequence.readMatches()
      throwIfCancelled(context.signal, 'matches of the sequence folder')
      const count = rows.length / 7
      const matches = {
        frameA: new Int32Array(count),
        frameB: new Int32Array(count),
        a: new Float32Array(count * 2),
        b: new Float32Array(count * 2),
        confidence: new Float32Array(count),
      }
      const [sx, sy] = [work.width / sequence.size.width, work.height / sequence.size.height]
      const isFrame = (t: number) => Number.isInteger(t) && t >= 0 && t < clip.frameCount
      for (let k = 0; k < count; k++) {
        const [t1, x1, y1, t2, x2, y2, weight] = rows.subarray(k * 7, k * 7 + 7)
        if (!isFrame(t1) || !isFrame(t2)) throw new TaplineError('bad-file', folder, `match ${k} names frames ${t1} and ${t2}, the clip has 0 to ${clip.frameCount - 1}`, 'Give the sequence folder that was made from this very clip.')
        matches.frameA[k] = t1
        matches.frameB[k] = t2
        matches.a.set([(x1 + 0.5) * sx, (y1 + 0.5) * sy], k * 2)
        matches.b.set([(x2 + 0.5) * sx, (y2 + 0.5) * sy], k * 2)
        matches.confidence[k] = Number.isFinite(weight) ? Math.min(1, Math.max(0, weight)) : 0
      }
      context.onProgress?.(1, 1)
      return matches
    },
  }
}
