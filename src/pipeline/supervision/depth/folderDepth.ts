/**
 * Depth maps that the person has, one a frame, as the prior. Not here: reading files (server/decode/depthFolder.ts), which
 * is handed in.
 */
import { TaplineError, throwIfCancelled } from '../../../shared/errors.ts'
import type { DepthProvider } from '../supervision.ts'

/** One frame's depth, larger = farther; 0, NaN and infinity mean unknown. */
export interface DepthMap {
  readonly width: number
  readonly height: number
  /** [height, width] */
  readonly values: Float32Array
}

export interface DepthMaps {
  readonly count: number
  /** Names the map in messages. */
  name(frame: number): string
  /** @throws TaplineError 'bad-file' */
  read(frame: number): Promise<DepthMap>
}

export type OpenDepthMaps = (folder: string) => Promise<DepthMaps>

const known = (v: number): boolean => v > 0 && v < Infinity

/** The map at another size, corners aligned, bilinear over what is known; where nothing near is known, NaN. */
export function resampleDepth(map: DepthMap, width: number, height: number): Float32Array {
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const v = height > 1 ? (y * (map.height - 1)) / (height - 1) : 0
    const j = Math.min(Math.max(0, map.height - 2), Math.floor(v))
    for (let x = 0; x < width; x++) {
      const u = width > 1 ? (x * (map.width - 1)) / (width - 1) : 0
      const i = Math.min(Math.max(0, map.width - 2), Math.floor(u))
      let sum = 0
      let weight = 0
      for (let b = 0; b < 2; b++) {
        for (let a = 0; a < 2; a++) {
          const w = (a ? u - i : 1 - u + i) * (b ? v - j : 1 - v + j)
          const value = map.values[Math.min(map.height - 1, j + b) * map.width + Math.min(map.width - 1, i + a)]
          if (w > 0 && known(value)) {
            sum += w * value
            weight += w
          }
        }
      }
      out[y * width + x] = weight > 0 ? sum / weight : Number.NaN
    }
  }
  return out
}

export function folderDepth(folder: string, open: OpenDepthMaps): DepthProvider {
  return {
    id: 'folder',
    async compute(context, _flow, size) {
      const frames = context.frames.clip.frameCount
      const maps = await open(folder)
      if (maps.count !== frames)
        throw new TaplineError('bad-file', folder, `it holds ${maps.count} depth maps, the clip has ${frames} frames`, 'Give a folder with one map for each frame.')
      const depth = new Float32Array(frames * size.width * size.height)
      for (let frame = 0; frame < frames; frame++) {
        throwIfCancelled(context.signal, 'depth maps')
        const plane = resampleDepth(await maps.read(frame), size.width, size.height)
        const seen = plane.filter(known).sort()
        if (seen.length === 0) throw new TaplineError('bad-file', maps.name(frame), 'no value of this depth map is positive', 'Depth must grow with distance; 0 means unknown.')
        const middle = seen[seen.length >> 1]
        depth.set(
          plane.map(v => (known(v) ? v : middle)),
          frame * plane.length,
        )
        context.onProgress?.(frame + 1, frames)
      }
      normaliseDepth(depth)
      return { ...size, depth, trust: 1 }
    },
  }
}

/** Scales depth so that its median over the clip is 1. */
export function normaliseDepth(depth: Float32Array): void {
  const sample = depth.filter((_, k) => k % 7 === 0 || depth.length < 10_000).sort()
  const median = sample[sample.length >> 1]
  for (let k = 0; k < depth.length; k++) depth[k] /= median
}
