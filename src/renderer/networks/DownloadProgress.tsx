/** A download as it comes: how much, how fast, how long still; what became of it, and how it goes on. */
import { RotateCw, X } from 'lucide-react'
import { Button } from '../chrome/Button.tsx'
import { remaining } from '../chrome/remaining.ts'
import { ErrorDetails } from '../panels/ErrorDetails.tsx'
import { fileSize } from '../projects/pickRules.ts'
import { secondsLeft, type Amount } from '../state/amount.ts'
import type { JobProgress } from '../state/jobStore.ts'
import { setNetworkError, useNetworks } from '../state/networkStore.ts'
import { cancelJob, pull } from './networkActions.ts'

interface DownloadProgressProps {
  readonly name: string
  readonly title: string
  readonly progress: JobProgress
}

export function DownloadProgress({ name, title, progress }: DownloadProgressProps) {
  const { job, share, amount, etaS, label } = progress
  const request = useNetworks(state => state.pulls.get(name)?.request)
  if (job.state === 'done') return null
  if (job.state === 'queued' || job.state === 'running' || job.state === 'paused') {
    return (
      <div className="network-progress">
        <progress aria-label={`Download of ${title}`} max={1} value={share ?? undefined} />
        <Button icon={X} label={`Cancel the download of ${title}`} onClick={() => cancelJob(job.id)}>
          Cancel
        </Button>
        <span className="secondary numbers" role="status">{amount ? amountWords(amount, etaS) : job.state === 'queued' ? 'waiting' : label}</span>
      </div>
    )
  }
  const goOn = async () => {
    if (request) setNetworkError(name, await pull(request))
  }
  const isCancelled = job.state === 'cancelled' || job.state === 'interrupted'
  return (
    <div className="network-outcome">
      {isCancelled ? <p className="secondary" role="status">{amount?.done ? `Stopped at ${fileSize(amount.done)}; what came is kept.` : 'Stopped.'}</p> : job.error && <ErrorDetails error={job.error} />}
      {request && (
        <Button icon={RotateCw} label={`${isCancelled ? 'Resume' : 'Try again'}: ${title}`} hint="Goes on where it stopped, where the server still has the same file" onClick={() => void goOn()}>
          {isCancelled ? 'Resume' : 'Try again'}
        </Button>
      )}
    </div>
  )
}

/** '12.3 of 64.1 MB · 2.1 MB/s · 25 s left' */
export function amountWords(amount: Amount, etaS: number | null): string {
  const { done, total, rate } = amount
  return [total ? `${fileSize(done)} of ${fileSize(total)}` : fileSize(done), rate !== null && `${fileSize(rate)}/s`, remaining(etaS ?? secondsLeft(amount))].filter(Boolean).join(' · ')
}
