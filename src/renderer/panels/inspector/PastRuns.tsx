/** The runs of the video so far: preset, time, state; an unfinished one can go on, a failed one says why; losses on request. */
import { useState } from 'react'
import { ChartLine, Play } from 'lucide-react'
import type { LossPoint, RunRecord } from '../../../shared/projectRecords.ts'
import { Button } from '../../chrome/Button.tsx'
import { IconButton } from '../../chrome/IconButton.tsx'
import { currentDocument } from '../../state/documentStore.ts'
import type { JobProgress } from '../../state/jobStore.ts'
import { ask } from '../../state/session.ts'
import { ErrorDetails } from '../ErrorDetails.tsx'
import { Section } from '../Section.tsx'
import { duration, inThousands } from '../wording.ts'
import { LossCurve } from './LossCurve.tsx'
import { RunSupervisionLine } from './RunSupervisionLine.tsx'
import { runRows, runStateWords, type RunRow } from './runRows.ts'

interface PastRunsProps {
  readonly runs: readonly RunRecord[]
  /** Fits of this video that this window has heard of. */
  readonly jobs: readonly JobProgress[]
}

const under = new Set(['queued', 'running', 'paused'])

export function PastRuns({ runs, jobs }: PastRunsProps) {
  const rows = runRows(runs, jobs).filter(row => !under.has(row.state))
  return (
    <Section title="Runs" aside={rows.length || undefined}>
      {rows.length === 0 && <p className="secondary small">None has ended yet.</p>}
      <ul className="plain-list" aria-label="Runs">
        {rows.map(row => (
          <Run key={row.runId} row={row} />
        ))}
      </ul>
    </Section>
  )
}

const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

function Run({ row }: { readonly row: RunRow }) {
  const { runId, preset, kind, state, step, steps, activeMs, startedAt, error, canResume } = row
  const [losses, setLosses] = useState<readonly LossPoint[] | null>(null)
  const video = () => ({ project: currentDocument()!.project, video: currentDocument()!.video })
  const isShort = state !== 'done'
  const facts = [
    isShort && `step ${inThousands(step)} of ${inThousands(steps)}`,
    activeMs !== null && activeMs > 0 && duration(activeMs / 1000),
  ].filter(Boolean)
  return (
    <li className="run" aria-label={`Run ${runId}`}>
      <div className="run-head">
        <b title={startedAt === null ? undefined : when.format(startedAt)}>Run {runId}</b>
        <span className="run-name">
          {kind === 'refit' ? 'refit' : preset}, {runStateWords[state]}
        </span>
        {canResume && (
          <Button icon={Play} label={`Resume run ${runId}`} hint="Goes on from its last checkpoint" onClick={() => void ask('run.resume', { video: video(), runId })}>
            Resume
          </Button>
        )}
        <IconButton icon={ChartLine} size={14} label={`Losses of run ${runId}`} pressed={losses !== null}
          onClick={() => (losses ? setLosses(null) : void ask('run.losses', { video: video(), runId }).then(points => points && setLosses(points)))} />
      </div>
      {facts.length > 0 && <p className="secondary small">{facts.join(' · ')}</p>}
      <RunSupervisionLine runId={runId} />
      {error && <ErrorDetails error={error} />}
      {losses && (losses.length > 1 ? <LossCurve losses={losses} /> : <p className="secondary small">It kept no losses.</p>)}
    </li>
  )
}
