/** Long work of every video that is waiting or under way, in the order in which it will run. Not here: the fit of this video (RunningJob.tsx). */
import { X } from 'lucide-react'
import { useShallow } from 'zustand/react/shallow'
import { IconButton } from '../../chrome/IconButton.tsx'
import { currentDocument } from '../../state/documentStore.ts'
import { isOver, useJobs } from '../../state/jobStore.ts'
import { ask, openProject } from '../../state/session.ts'
import { Section } from '../Section.tsx'
import { runStateWords } from './runRows.ts'

const kindWords = { import: 'Import', optimise: 'Optimise', refit: 'Refit', export: 'Export', tracker: 'Tracker', model: 'Network' } as const

export function JobQueue() {
  const jobs = useJobs(useShallow(state => [...state.jobs.values()].map(({ job }) => job).filter(job => !isOver(job))))
  const document = currentDocument()
  const others = jobs.filter(job => job.state === 'queued' || job.video !== document?.video || job.project !== document.project || (job.kind !== 'optimise' && job.kind !== 'refit'))
  if (others.length === 0) return null
  return (
    <Section title="Queue" aside={others.length}>
      <ul className="plain-list" aria-label="Queue of jobs">
        {others.map(job => (
          <li key={job.id} className="queue-row">
            <span className="queue-title" title={job.title}>
              {job.title}
            </span>
            <span className="secondary">
              {kindWords[job.kind]}, {runStateWords[job.state]}
            </span>
            {job.project !== null && job.video !== null && (job.video !== document?.video || job.project !== document.project) && (
              <button type="button" className="link" onClick={() => void openProject(job.project!, job.video!)}>
                Show
              </button>
            )}
            <IconButton icon={X} size={14} label={`Cancel ${job.title}`} onClick={() => void ask('job.cancel', { id: job.id })} />
          </li>
        ))}
      </ul>
    </Section>
  )
}
