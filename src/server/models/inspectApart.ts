/**
 * The look at a network's file in a process of its own: opening and trying out a large one keeps a thread busy for seconds, the server has
 * windows to answer, and a file that brings onnxruntime down must not take the server along. Not here: the look itself (inspectModel.ts).
 */
import { TaplineError } from '../../shared/errors.ts'
import type { InspectJob, Inspection } from '../../shared/models.ts'
import type { JobLink } from '../jobs/jobChannel.ts'

/** @throws TaplineError as inspectModel does; 'cancelled' after an abort, which ends the process; 'bad-file' when the process died of the file */
export function inspectApart(start: () => JobLink, job: InspectJob, signal: AbortSignal | undefined): Promise<Inspection> {
  return new Promise((resolve, reject) => {
    const cancelled = () => new TaplineError('cancelled', job.path, 'cancelled on request', 'Start it again.')
    if (signal?.aborted) return reject(cancelled())
    const link = start()
    const onAbort = () => link.kill()
    signal?.addEventListener('abort', onAbort, { once: true })
    let answer: { readonly inspection: Inspection } | { readonly error: TaplineError } | null = null
    link.onResponse(response => {
      if (response.kind === 'inspected') answer = { inspection: response.inspection }
      if (response.kind === 'failed') answer = { error: TaplineError.fromRecord(response.error) }
    })
    // When it has ended, nothing holds the file any more.
    link.onExit(({ exitCode, signal: by, stderr }) => {
      signal?.removeEventListener('abort', onAbort)
      if (signal?.aborted) reject(cancelled())
      else if (answer && 'inspection' in answer) resolve(answer.inspection)
      else if (answer) reject(answer.error)
      else {
        const how = by ? `was ended by ${by}` : exitCode === null ? 'could not be started' : `ended with exit code ${exitCode}`
        const last = stderr.trim().split('\n').at(-1)
        reject(new TaplineError('bad-file', job.path, `the process that tried it out ${how}${last ? ` (${last})` : ''}`, 'Check that the file is whole, or choose another export of the network.'))
      }
    })
    link.send({ kind: 'inspect', job })
  })
}
