/** The look at a file in its own process: how it ends, with a stand-in of the line. The real process: studio/models, tracking. */
import { describe, expect, it } from 'vitest'
import type { JobResponse } from '../../shared/jobs.ts'
import type { InspectJob } from '../../shared/models.ts'
import type { JobLink, ProcessExit } from '../jobs/jobChannel.ts'
import { inspectApart } from './inspectApart.ts'

const job: InspectJob = { path: '/net.onnx', role: 'flow', hints: {}, known: null, modelsFolder: '/models' }
const quiet: ProcessExit = { exitCode: 0, signal: null, stderr: '' }

/** A process that answers and ends as told, or when it is killed. */
function processOf(answer: JobResponse | null, exit: ProcessExit | null) {
  let respond: (response: JobResponse) => void = () => {}
  let end: (exit: ProcessExit) => void = () => {}
  const link: JobLink = {
    pid: 1,
    send(request) {
      expect(request).toEqual({ kind: 'inspect', job })
      if (answer) respond(answer)
      if (exit) end(exit)
    },
    onResponse: listener => (respond = listener),
    onExit: listener => (end = listener),
    kill: () => end({ exitCode: null, signal: 'SIGKILL', stderr: '' }),
  }
  return () => link
}

describe('a look at a network in its own process', () => {
  it('gives what was found, or why nothing was', async () => {
    const inspection = { conventions: null, found: 'kept' }
    expect(await inspectApart(processOf({ kind: 'inspected', inspection }, quiet), job, undefined)).toEqual(inspection)
    const error = { code: 'bad-file', subject: '/net.onnx', reason: 'no flow', next: 'Give another.' } as const
    await expect(inspectApart(processOf({ kind: 'failed', error }, quiet), job, undefined)).rejects.toMatchObject(error)
  })

  it('a file that brings the process down is refused with its last word', async () => {
    const exit = { exitCode: null, signal: 'SIGSEGV', stderr: 'loading\nbad tensor' }
    await expect(inspectApart(processOf(null, exit), job, undefined)).rejects.toMatchObject({ code: 'bad-file', reason: 'the process that tried it out was ended by SIGSEGV (bad tensor)' })
  })

  it('is cancelled by ending the process', async () => {
    const stop = new AbortController()
    const looking = inspectApart(processOf(null, null), job, stop.signal)
    stop.abort()
    await expect(looking).rejects.toMatchObject({ code: 'cancelled' })
    await expect(inspectApart(() => expect.fail('a process was started'), job, stop.signal)).rejects.toMatchObject({ code: 'cancelled' })
  })
})
