/** The job under way: what it does, how far, how long still; pause and cancel. Not here: its losses and results (the Fit page). */
import { Pause, Play, X } from 'lucide-react'
import { runCommand } from '../commands/registry.ts'
import { activeJob, isOver, useJobs } from '../state/jobStore.ts'
import { ask } from '../state/session.ts'
import { useView } from '../state/viewStore.ts'
import { IconButton } from './IconButton.tsx'
import { remaining } from './remaining.ts'

export function JobLine() {
  const active = useJobs(activeJob)
  const waiting = useJobs(state => [...state.jobs.values()].filter(({ job }) => !isOver(job)).length - 1)
  if (!active) return null
  const { job, share, etaS, label } = active
  const paused = job.state === 'paused'
  const text = job.state === 'queued' ? 'waiting' : paused ? 'paused' : label === job.title ? '' : label
  const canPause = job.kind === 'optimise' || job.kind === 'refit'
  return (
    <section className="job-line" aria-label="Job">
      <button type="button" className="job-title" data-tip={`${job.title}: ${text || job.state}`} onClick={() => (job.kind === 'model' ? void runCommand('models.open') : useView.setState({ inspector: 'fit' }))}>
        <b>{job.title}</b>
        {text && <span className="secondary">{text}</span>}
      </button>
      <progress aria-label={job.title} max={1} value={share ?? undefined} />
      <span className="job-figures secondary">
        {share !== null && `${Math.floor(share * 100)} %`}
        {share !== null && remaining(etaS) && ' · '}
        {!paused && remaining(etaS)}
      </span>
      {canPause && <IconButton icon={paused ? Play : Pause} size={14} label={paused ? 'Resume the job' : 'Pause the job'} onClick={() => runCommand('field.pause')} />}
      <IconButton icon={X} size={14} label="Cancel the job" onClick={() => void ask('job.cancel', { id: job.id })} />
      {waiting > 0 && <span className="secondary">{waiting === 1 ? '1 more waiting' : `${waiting} more waiting`}</span>}
    </section>
  )
}
