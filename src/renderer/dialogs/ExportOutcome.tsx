/** An export as it is written, and where the file is. */
import { Check, X } from 'lucide-react'
import { Button } from '../chrome/Button.tsx'
import { ErrorDetails } from '../panels/ErrorDetails.tsx'
import { Path } from '../panels/Section.tsx'
import type { JobProgress } from '../state/jobStore.ts'
import { ask } from '../state/session.ts'

export function ExportOutcome({ progress, path }: { readonly progress: JobProgress; readonly path: string }) {
  const { job, share, label } = progress
  if (job.state === 'failed' && job.error) return <ErrorDetails error={job.error} />
  if (job.state === 'cancelled' || job.state === 'interrupted') return <p role="status">The export was cancelled; nothing was written.</p>
  if (job.state === 'done') {
    return (
      <p className="done-line" role="status">
        <Check size={14} aria-hidden />
        <span>
          Written to <Path path={path} />
        </span>
      </p>
    )
  }
  return (
    <div className="export-progress">
      <span className="secondary">{label}</span>
      <progress aria-label="Progress of the export" max={1} value={share ?? undefined} />
      <Button kind="quiet" icon={X} onClick={() => void ask('job.cancel', { id: job.id })}>
        Stop
      </Button>
    </div>
  )
}
