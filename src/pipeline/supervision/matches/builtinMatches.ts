/**
 * The match provider that needs no weights: SIFT features of every frame, mutual nearest neighbours under ratio and
 * self-similarity tests, and local affine agreement, between far frames and where flow is silent. Cached per clip.
 * Not here: the features (engine/features).
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { throwIfCancelled } from '../../../shared/errors.ts'
import { lumaOf } from '../../frames/frameSource.ts'
import type { FrameSource } from '../../frames/frameSource.ts'
import type { LongMatches, MatchProvider, SupervisionContext } from '../supervision.ts'
import { WorkerPool } from '../workerPool.ts'
import { defaultAgreementOptions } from './localAgreement.ts'
import { readMatchFile, writeMatchFile } from './matchFile.ts'
import type { FrameFeatures, MatchJob, MatchResult, MatchWorkerData } from './matchJob.ts'
import { matchPairs } from './matchPairs.ts'
import { novelMatches } from './novelMatches.ts'
import { defaultPutativeOptions } from './putativeMatches.ts'
import type { FrameMatches } from './putativeMatches.ts'

/** Raised when what is computed changes: cached matches of other versions are not read. */
const METHOD_VERSION = 1
const SUBJECT = 'long-term matches'

export function builtinMatches(): MatchProvider {
  const id = `sift-${METHOD_VERSION}`
  return {
    id,
    async compute(context, flow) {
      throwIfCancelled(context.signal, SUBJECT)
      const gaps = [...new Set(flow.pairs.map(([from, to]) => Math.abs(to - from)))].sort((p, q) => p - q)
      const pairs = matchPairs(context.frames.clip.frameCount, gaps)
      const file = join(context.cacheFolder, `matches-${await cacheKey(context.frames, { id, pairs, defaultPutativeOptions, defaultAgreementOptions })}.bin`)
      let matches = readMatchFile(file)
      if (matches === null) {
        matches = await matchAll(context, pairs)
        writeMatchFile(file, matches)
      }
      context.onProgress?.(1, 1)
      return novelMatches(matches, flow)
    },
  }
}

/** Names method, settings and the frames themselves: the first, middle and last frame stand for the clip. */
async function cacheKey(frames: FrameSource, settings: object): Promise<string> {
  const { name, frameCount, width, height } = frames.clip
  const hash = createHash('sha256').update(JSON.stringify({ settings, name, frameCount, width, height, work: frames.work }))
  for (const frame of new Set([0, frameCount >> 1, frameCount - 1])) hash.update(await frames.workRgb(frame))
  return hash.digest('hex').slice(0, 16)
}

async function matchAll(context: SupervisionContext, pairs: readonly (readonly [number, number])[]): Promise<LongMatches> {
  const { frames, signal } = context
  if (pairs.length === 0) return joined([], [])
  const used = [...new Set(pairs.flat())].sort((p, q) => p - q)
  // A frame's features take about as long as a dozen pairs.
  const total = used.length * 12 + pairs.length
  const data: MatchWorkerData = { size: frames.work, putative: defaultPutativeOptions, agreement: defaultAgreementOptions }
  const threads = Math.min(context.threads, used.length)
  const pool = new WorkerPool<MatchJob, MatchResult>(new URL('./matchWorker.ts', import.meta.url), threads, data, SUBJECT, signal)
  try {
    const features = new Map<number, FrameFeatures>()
    const found = await pool.map(
      used,
      async (frame): Promise<MatchJob> => ({ kind: 'detect', luma: lumaOf(await frames.workRgb(frame)) }),
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
