/** Worker thread of pairedFlow: one flow kernel, one job at a time; reads chains and witnesses from the cache, writes results there. */
import { parentPort, workerData } from 'node:worker_threads'
import { FlowKernel } from '../../../engine/flow/flowKernel.ts'
import { loadModule } from '../../../engine/flow/flowModule.ts'
import { TaplineError } from '../../../shared/errors.ts'
import { lumaOf } from '../../frames/frameSource.ts'
import type { FlowPair } from '../supervision.ts'
import { blendFlow, type FlowBothWays } from './blendFlow.ts'
import { chainFlow } from './chainFlow.ts'
import { completeFlow } from './completeFlow.ts'
import { flowPath, rawFlowPath, readFlowFile, writeFlowFile } from './flowFile.ts'
import type { CompleteJob, FlowJob, FlowReply, FlowWorkerData, MatchJob, WitnessRef } from './flowJob.ts'
import { flowStatuses, packFlow } from './flowStatus.ts'
import { photometricAgreement } from './photometric.ts'

const { size, stride, folder, options } = workerData as FlowWorkerData
let kernel: FlowKernel | null = null

function need(from: number, to: number, raw = false): FlowPair {
  const path = (raw ? rawFlowPath : flowPath)(folder, from, to)
  const pair = readFlowFile(path)
  if (!pair) throw new TaplineError('bad-file', path, 'this file of the flow cache went missing while it was needed', 'Run it again: it is computed anew.')
  return pair
}

/** Our kernel's flow; with a network's beside it, ours, then ours that starts from the network's, then the network's: whichever holds first. */
function flowOf({ a, b, rgbA, rgbB, via, network }: MatchJob): FlowBothWays {
  kernel ??= FlowKernel.create(loadModule('flow'), size, options)
  const chained = (from: number, to: number) => (via === null ? undefined : chainFlow(need(from, via), need(via, to), size))
  kernel.setFrame(0, lumaOf(rgbA))
  kernel.setFrame(1, lumaOf(rgbB))
  const own = [kernel.flow(0, chained(a, b)).slice(), kernel.flow(1, chained(b, a)).slice()] as const
  if (network === null) return own
  return blendFlow([own, [kernel.flow(0, network[0]).slice(), kernel.flow(1, network[1]).slice()], network], rgbA, rgbB, size)
}

function match(job: MatchJob): void {
  const { a, b, rgbA, rgbB } = job
  const [forward, backward] = flowOf(job)
  writeFlowFile(rawFlowPath(folder, a, b), packFlow(a, b, forward, flowStatuses(forward, backward, size, photometricAgreement(rgbA, rgbB, forward, size)), size, stride))
  writeFlowFile(rawFlowPath(folder, b, a), packFlow(b, a, backward, flowStatuses(backward, forward, size, photometricAgreement(rgbB, rgbA, backward, size)), size, stride))
}

function complete({ a, b, witnessesA, witnessesB }: CompleteJob): void {
  const forward = need(a, b, true)
  const backward = need(b, a, true)
  const load = (from: number, refs: readonly WitnessRef[]) => refs.map(({ to, scale, raw }) => ({ pair: need(from, to, raw), scale }))
  writeFlowFile(flowPath(folder, a, b), completeFlow(forward, backward, load(a, witnessesA)))
  writeFlowFile(flowPath(folder, b, a), completeFlow(backward, forward, load(b, witnessesB)))
}

parentPort!.on('message', (job: FlowJob) => {
  let reply: FlowReply = { kind: 'done' }
  try {
    if (job.kind === 'match') match(job)
    else complete(job)
  } catch (error) {
    const known = error instanceof TaplineError ? error : new TaplineError('internal', `flow of frames ${job.a} and ${job.b}`, String(error), 'Please report this.')
    reply = { kind: 'failed', error: known.toRecord() }
  }
  parentPort!.postMessage(reply)
})
