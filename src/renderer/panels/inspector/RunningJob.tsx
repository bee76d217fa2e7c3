/** The fit under way: phase, how far, how long still, losses as they fall; pause and cancel. */
import { useEffect } from 'react'
import { Pause, Play, X } from 'lucide-react'
import { Button } from '../../chrome/Button.tsx'
import { remaining } from '../../chrome/remaining.ts'
import { putLosses, type JobProgress } from '../../state/jobStore.ts'
import { ask, tell } from '../../state/session.ts'
import { Fact, Facts, Section } from '../Section.tsx'
import { inThousands } from '../wording.ts'
import { LossCurve } from './LossCurve.tsx'
import { RunSupervisionLine } from './RunSupervisionLine.tsx'

export function RunningJob({ progress }: { readonly progress: JobProgress }) {
  const { job, losses, share, etaS, label, pointsPerSecond, notes } = progress
  const isPaused = job.state === 'paused'
  useEarlierLosses(progress)
  const step = losses.at(-1)?.step
  return (
    <Section title={job.kind === 'refit' ? 'Refit' : 'Optimise'} aside={isPaused ? 'paused' : remaining(etaS)}>
      <p className="job-phase">{label}</p>
      <div className="job-bar">
        <progress aria-label="Progress of the fit" max={1} value={share ?? undefined} />
        <span className="numbers">{share === null ? '' : `${Math.floor(share * 100)} %`}</span>
      </div>
      {losses.length > 1 && <LossCurve losses={losses} />}
      <Facts>
        {step !== undefined && (
          <Fact name="Step">
            {inThousands(step)}
            {job.settings && ` of ${inThousands(job.settings.steps)}`}
          </Fact>
        )}
        {pointsPerSecond !== null && <Fact name="Speed">{inThousands(Math.round(pointsPerSecond))} points/s</Fact>}
        {job.settings && <Fact name="Preset">{job.settings.preset}</Fact>}
      </Facts>
      {job.runId !== null && <RunSupervisionLine runId={job.runId} />}
      {notes.length > 0 && (
        <ul className="job-notes secondary small" aria-label="Notes of the fit">
          {[...new Set(notes)].slice(-4).map(note => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <div className="button-row">
        <Button icon={isPaused ? Play : Pause} onClick={() => void ask(isPaused ? 'job.unpause' : 'job.pause', { id: job.id })}>
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
        <Button icon={X} hint="Stops and keeps the last checkpoint: the run can go on later" onClick={() => void ask('job.cancel', { id: job.id })}>
          Cancel
        </Button>
      </div>
    </Section>
  )
}

/** Losses from before this window heard of the job: of a run that goes on, or that another window started. */
function useEarlierLosses({ job }: JobProgress): void {
  const { id, runId, project, video } = job
  useEffect(() => {
    if (runId === null || video === null || project === null) return
    void tell('run.losses', { video: { project, video }, runId }).then(reply => reply.ok && putLosses(id, reply.value))
  }, [id, runId, project, video])
}
