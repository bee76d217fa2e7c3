/** Worker thread of pairedMatches: finds features of a frame, or matches two frames' features. */
import { parentPort, workerData } from 'node:worker_threads'
import { BlurKernel } from '../../../engine/features/blurKernel.ts'
import { DESCRIPTOR_SIZE } from '../../../engine/features/descriptor.ts'
import { detectFeatures } from '../../../engine/features/detectFeatures.ts'
import { NearestKernel } from '../../../engine/features/nearestKernel.ts'
import { loadModule } from '../../../engine/flow/flowModule.ts'
import { TaplineError } from '../../../shared/errors.ts'
import type { PoolReply } from '../workerPool.ts'
import { cosineNearest } from './cosineNearest.ts'
import { locallyAgreeing } from './localAgreement.ts'
import type { MatchJob, MatchResult, MatchWorkerData } from './matchJob.ts'
import { putativeMatches, selfDistances } from './putativeMatches.ts'
import type { FindNearest } from './putativeMatches.ts'

const { size, putative, agreement } = workerData as MatchWorkerData
const module = loadModule('features')
const kernel = new NearestKernel(module)
let blur: BlurKernel | null = null

/** The kernel knows descriptors of SIFT's length; networks have others. */
const nearest: FindNearest = {
  nearest: (a, b, apartPx) => (a.descriptors.length === a.count * DESCRIPTOR_SIZE && b.descriptors.length === b.count * DESCRIPTOR_SIZE ? kernel : cosineNearest).nearest(a, b, apartPx),
}

/** The same numbers in shared memory, so that every worker reads them without a copy. */
function shared<A extends Float32Array | Int16Array>(values: A): A {
  const copy = new (values.constructor as new (buffer: SharedArrayBuffer) => A)(new SharedArrayBuffer(values.byteLength))
  copy.set(values)
  return copy
}

function answer(job: MatchJob): MatchResult {
  if (job.kind === 'match') {
    const found = putativeMatches(nearest, job.a.features, job.b.features, job.a.self, job.b.self, putative)
    return { kind: 'matches', matches: locallyAgreeing(locallyAgreeing(found, agreement), agreement) }
  }
  const found = job.kind === 'found' ? job.features : detectFeatures((blur ??= new BlurKernel(module)), job.luma, size)
  const features = {
    count: found.count,
    points: shared(found.points),
    scales: shared(found.scales),
    angles: shared(found.angles),
    descriptors: shared(found.descriptors),
  }
  return { kind: 'features', frame: { features, self: shared(selfDistances(nearest, features, putative.apartPx)) } }
}

parentPort!.on('message', (job: MatchJob) => {
  let reply: PoolReply<MatchResult>
  try {
    reply = { kind: 'done', result: answer(job) }
  } catch (error) {
    const known = error instanceof TaplineError ? error : new TaplineError('internal', 'long-term matches', String(error), 'Please report this.')
    reply = { kind: 'failed', error: known.toRecord() }
  }
  parentPort!.postMessage(reply)
})
