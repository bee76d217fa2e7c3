/** Worker thread of builtinFlow: one flow kernel, one pair at a time; reads its chains from the cache, writes its results there. */
import { parentPort, workerData } from 'node:worker_threads'
import { FlowKernel } from '../../../engine/flow/flowKernel.ts'
import { loadModule } from '../../../engine/flow/flowModule.ts'
import { TaplineError } from '../../../shared/errors.ts'
import { chainFlow } from './chainFlow.ts'
import { flowPath } from './diskFlowStore.ts'
import { readFlowFile, writeFlowFile } from './flowFile.ts'
import type { FlowJob, FlowReply, FlowWorkerData } from './flowJob.ts'
import { flowStatuses, packFlow } from './flowStatus.ts'

const { size, stride, folder, options } = workerData as FlowWorkerData
const kernel = FlowKernel.create(loadModule('flow'), size, options)

function chained(from: number, via: number | null, to: number): Float32Array | undefined {
  if (via === null) return undefined
  const first = readFlowFile(flowPath(folder, from, via))
  const second = readFlowFile(flowPath(folder, via, to))
  return first && second ? chainFlow(first, second, size) : undefined
}

function compute({ a, b, lumaA, lumaB, via }: FlowJob): void {
  kernel.setFrame(0, lumaA)
  kernel.setFrame(1, lumaB)
  const forward = kernel.flow(0, chained(a, via, b)).slice()
  const backward = kernel.flow(1, chained(b, via, a)).slice()
  writeFlowFile(flowPath(folder, a, b), packFlow(a, b, forward, flowStatuses(forward, backward, size), size, stride))
  writeFlowFile(flowPath(folder, b, a), packFlow(b, a, backward, flowStatuses(backward, forward, size), size, stride))
}

parentPort!.on('message', (job: FlowJob) => {
  let reply: FlowReply = { kind: 'done' }
  try {
    compute(job)
  } catch (error) {
    const known = error instanceof TaplineError ? error : new TaplineError('internal', `flow of frames ${job.a} and ${job.b}`, String(error), 'Please report this.')
    reply = { kind: 'failed', error: known.toRecord() }
  }
  parentPort!.postMessage(reply)
})
