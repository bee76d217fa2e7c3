/** Entry of the process that runs one cell of a benchmark, answers, and ends. What it does is runCell's. */
import { TaplineError } from '../../shared/errors.ts'
import { processChannel } from '../jobs/jobChannel.ts'
import type { CellRequest, CellResponse } from './cell.ts'
import { runCell } from './runCell.ts'

const channel = processChannel<CellRequest, CellResponse>()
channel.onRequest(({ job }) => {
  void runCell(job, message => void channel.send({ kind: 'progress', message }))
    .then(
      (measures): CellResponse => ({ kind: 'result', measures }),
      (error: unknown): CellResponse => ({ kind: 'failed', error: recordOf(error), details: error instanceof Error ? error.stack : undefined }),
    )
    .then(async response => {
      await channel.send(response)
      process.exit(0)
    })
})
// Ctrl+C in a terminal reaches the whole group of processes: the benchmark decides. When it is gone, nobody waits for a result.
process.on('SIGINT', () => {})
channel.onClosed(() => process.exit(1))

function recordOf(error: unknown) {
  if (error instanceof TaplineError) return error.toRecord()
  return { code: 'internal' as const, subject: 'this cell', reason: error instanceof Error ? error.message : String(error), next: 'Run it again; if it stays, report it with the details.' }
}
