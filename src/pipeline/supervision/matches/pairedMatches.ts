/**
 * Matches of features, whatever finds them: mutual nearest neighbours under ratio and self-similarity tests, and local affine
 * agreement, between far frames and where flow is silent. Cached per clip. Not here: what finds features (builtinMatches.ts,
 * networkMatches.ts).
 */
import { join } from 'node:path'
import type { Features } from '../../../engine/features/detectFeatures.ts'
import { throwIfCancelled } from '../../../shared/errors.ts'
import type { Size } from '../../../shared/units.ts'
import { lumaOf } from '../../frames/frameSource.ts'
import { clipKey } from '../clipKey.ts'
import type { LongMatches, MatchProvider, SupervisionContext } from '../supervision.ts'
import { WorkerPool } from '../workerPool.ts'
import { defaultAgreementOptions } from './localAgreement.ts'
import type { AgreementOptions } from './localAgreement.ts'
import { readMatchFile, writeMatchFile } from './matchFile.ts'
import type { FrameFeatures, MatchJob, MatchResult, MatchWorkerData } from './matchJob.ts'
import { matchPairs } from './matchPairs.ts'
import { novelMatches } from './novelMatches.ts'
import { defaultPutativeOptions } from './putativeMatches.ts'
import type { FrameMatches, PutativeOptions } from './putativeMatches.ts'

const SUBJECT = 'long-term matches'

/** Finds the features of one picture [height, width, 3]. */
export type FindFeatures = (rgb: Uint8Array, size: Size) => Promise<Features>

export interface PairedMatchSettings {
  readonly putative: PutativeOptions
  readonly agreement: AgreementOptions
}

/**
 * @param id names the method: part of the cache's key
 * @param open opens what finds features, when there is no cached file; null: our own (SIFT), in the worker threads
 */
export function pairedMatches(
  id: string,
  open: ((context: SupervisionContext) => Promise<{ features: FindFeatures; close(): Promise<void> }>) | null,
  settings: PairedMatchSettings = { putative: defaultPutativeOptions, agreement: defaultAgreementOptions },
): MatchProvider {
  return {
    id,
    async compute(context, flow) {
      throwIfCancelled(context.signal, SUBJECT)
      const gaps = [...new Set(flow.pairs.map(([from, to]) => Math.abs(to - from)))].sort((p, q) => p - q)
      const pairs = matchPairs(context.frames.clip.frameCount, gaps)
      const file = join(context.cacheFolder, `matches-${await clipKey(context.frames, { id, pairs, ...settings })}.bin`)
      let matches = readMatchFile(file)
      if (matches === null) {
        const network = pairs.length > 0 ? await open?.(context) : undefined
        try {
          matches = await matchAll(context, pairs, settings, network?.features)
        } finally {
          await network?.close()
        }
        writeMatchFile(file, matches)
      }
      context.onProgress?.(1, 1)
      return novelMatches(matches, flow)
    },
  }
}

async function matchAll(
  context: SupervisionContext,
  pairs: readonly (readonly [number, number])[],
  settings: PairedMatchSettings,
  find: FindFeatures | undefined,
): Promise<LongMatches> {
  const { frames, signal } = context
  if (pairs.length === 0) return joined([], [])
  const used = [...new Set(pairs.flat())].sort((p, q) => p - q)
  // A frame's features take about as long as a dozen pairs.
  const total = used.length * 12 + pairs.length
  const data: MatchWorkerData = { size: frames.work, ...settings }
  const threads = Math.min(context.threads, used.length)
  const pool = new WorkerPool<MatchJob, MatchResult>(new URL('./matchWorker.ts', import.meta.url), threads, data, SUBJECT, signal)
  try {
    const features = new Map<number, FrameFeatures>()
    const found = await pool.map(
      used,
      async (frame): Promise<MatchJob> => {
        const rgb = await frames.workRgb(frame)
        return find ? { kind: 'found', features: await find(rgb, frames.work) } : { kind: 'detect', luma: lumaOf(rgb) }
      },
      done => context.onProgress?.(done * 12, total),
    )
    found.forEach((result, k) => {
      if (result.kind === 'features') features.set(used[k], result.frame)
    })
    const results = await pool.map(
      pairs,
      ([a, b]): MatchJob => ({ kind: 'match', a: features.get(a)!, b: features.get(b)! }),
      done => context.onProgress?.(used.length * 12 + done, total),
    )
    throwIfCancelled(signal, SUBJECT)
    return joined(
      pairs,
      results.map(r => (r.kind === 'matches' ? r.matches : null)),
    )
  } finally {
    await pool.close()
  }
}

function joined(pairs: readonly (readonly [number, number])[], parts: readonly (FrameMatches | null)[]): LongMatches {
  const count = parts.reduce((sum, part) => sum + (part?.count ?? 0), 0)
  const all = {
    frameA: new Int32Array(count),
    frameB: new Int32Array(count),
    a: new Float32Array(count * 2),
    b: new Float32Array(count * 2),
    confidence: new Float32Array(count),
  }
  let at = 0
  parts.forEach((part, k) => {
    if (part === null) return
    all.frameA.fill(pairs[k][0], at, at + part.count)
    all.frameB.fill(pairs[k][1], at, at + part.count)
    all.a.set(part.a, at * 2)
    all.b.set(part.b, at * 2)
    all.confidence.set(part.confidence, at)
    at += part.count
  })
  return all
}
