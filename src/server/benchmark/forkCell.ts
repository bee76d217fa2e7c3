/** The benchmark's side of one cell: a process of its own, its progress, its measures. Not here: what the process does (runCell.ts). */
import { TaplineError } from '../../shared/errors.ts'
import type { Progress } from '../../shared/progress.ts'
import { forkProcess } from '../jobs/jobChannel.ts'
import type { CellJob, CellMeasures, CellRequest, CellResponse } from './cell.ts'

/** Runs a cell. An abort kills its process at once: nothing of it is kept. @throws TaplineError, 'cancelled' among them */
export function forkCell(job: CellJob, subject: string, options: { readonly progress: Progress; readonly signal: AbortSignal }): Promise<CellMeasures> {
  const { progress, signal } = options
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled(subject))
    const link = forkProcess<CellRequest, CellResponse>(new URL('./cellProcess.ts', import.meta.url))
    let last: Exclude<CellResponse, { kind: 'progress' }> | undefined
    const onAbort = () => link.kill()
    signal.addEventListener('abort', onAbort, { once: true })
    link.onResponse(response => {
      if (response.kind === 'progress') progress(response.message)
      else last = response
    })
    link.onExit(({ exitCode, signal: killedBy, stderr }) => {
      signal.removeEventListener('abort', onAbort)
      if (signal.aborted) reject(cancelled(subject))
      else if (last?.kind === 'result') resolve(last.measures)
      else if (last?.kind === 'failed') reject(new TaplineError(last.error.code, last.error.subject, last.error.reason, last.error.next, { cause: last.details }))
      else {
        const how = killedBy ? `was ended by ${killedBy}: killed from outside, or the system ran out of memory` : `ended with exit code ${exitCode}`
        reject(new TaplineError('internal', subject, `its process ${how}`, 'Run the same command again to try it once more.', { cause: stderr }))
      }
    })
    link.send({ kind: 'start', job })
  })
}

const cancelled = (subject: string) => new TaplineError('cancelled', subject, 'cancelled on request', 'The same command goes on with what is missing.')
