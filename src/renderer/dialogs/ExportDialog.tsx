/** The dialog Export: format, tracks, unlabelled frames, place; says what will be written before it is, and where it is after. */
import { useEffect, useMemo, useState } from 'react'
import { Download, FolderOpen } from 'lucide-react'
import type { ErrorRecord } from '../../shared/errors.ts'
import { exportFormats, type ExportRequest, type ExportSummary } from '../../shared/studio/review.ts'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { Checkbox, Field } from '../chrome/Field.tsx'
import { Select } from '../chrome/Select.tsx'
import { ErrorDetails } from '../panels/ErrorDetails.tsx'
import { selectedKeys } from '../panels/trackCommands.ts'
import { count } from '../panels/wording.ts'
import { openDialog, useApp } from '../state/appStore.ts'
import { useDocument } from '../state/documentStore.ts'
import { isOver, useJobs } from '../state/jobStore.ts'
import { pickPath } from '../state/pathPicker.ts'
import { client, tell } from '../state/session.ts'
import { ExportOutcome } from './ExportOutcome.tsx'
import { exportRequest, useExportChoices, type ExportChoices } from './exportStore.ts'
import { formatWords, stateCounts, summarySentence } from './exportWords.ts'
import './dialogs.css'

const formats = exportFormats.map(value => ({ value, label: `${formatWords[value].label} (${formatWords[value].extension})` }))

export function ExportDialog() {
  const isOpen = useApp(state => state.dialog === 'export')
  const hasDocument = useDocument(state => state.document !== null)
  return isOpen && hasDocument ? <OpenDialog /> : null
}

type Answer = { readonly request: ExportRequest; readonly summary: ExportSummary | null; readonly problem: ErrorRecord | null }

/** The server's summary of a request; null while it is on its way. */
function useSummary(request: ExportRequest | null): Answer | null {
  const [answer, setAnswer] = useState<Answer | null>(null)
  useEffect(() => {
    if (!request) return
    let isPast = false
    const timer = setTimeout(() => void tell('export.summary', request).then(reply => {
      if (!isPast) setAnswer(reply.ok ? { request, summary: reply.value, problem: null } : { request, summary: null, problem: reply.error })
    }), 150)
    return () => {
      isPast = true
      clearTimeout(timer)
    }
  }, [request])
  return answer?.request === request ? answer : null
}

function OpenDialog() {
  const document = useDocument(state => state.document)!
  const videos = useApp(state => state.project?.videos)
  const choices = useExportChoices()
  const [selected] = useState(selectedKeys)
  const [written, setWritten] = useState<{ readonly job: number; readonly path: string } | null>(null)
  const [problem, setProblem] = useState<ErrorRecord | null>(null)
  const job = useJobs(state => (written ? state.jobs.get(written.job) : undefined))
  const { project, video } = document
  const ids = useMemo(() => videos?.map(({ id }) => id) ?? [video], [videos, video])
  const request = useMemo(() => exportRequest(choices, { project, video }, ids, selected), [choices, project, video, ids, selected])
  const answer = useSummary(request)
  const summary = answer?.summary ?? null
  const words = formatWords[choices.format]
  const isBusy = job !== undefined && !isOver(job.job)
  const set = (change: Partial<ExportChoices>) => {
    setWritten(null)
    setProblem(null)
    useExportChoices.setState(change)
  }
  const write = async () => {
    if (!request || !summary || isBusy) return
    const reply = await tell('export.write', request)
    if (reply.ok) setWritten({ job: reply.value.id, path: summary.path })
    else setProblem(reply.error)
  }
  const choosePath = async () => {
    const path = await pickPath('save', choices.path || summary?.path || `${document.record.name}${words.extension}`)
    if (path) set({ path })
  }
  const isDone = job?.job.state === 'done'

  return (
    <Dialog name="export" title="Export" onSubmit={() => void write()} footer={
      <>
        <Button onClick={() => openDialog(null)}>{isDone ? 'Close' : 'Cancel'}</Button>
        {isDone && written ? (
          <Button kind="primary" icon={client().shell === 'browser' ? Download : FolderOpen} onClick={() => client().reveal(written.path)}>
            {client().shell === 'browser' ? 'Download' : 'Show in folder'}
          </Button>
        ) : (
          <Button kind="primary" submit disabled={!summary || summary.tracks === 0 || isBusy}>
            {summary?.exists ? 'Replace the file' : 'Export'}
          </Button>
        )}
      </>
    }>
      <Select label="Format" value={choices.format} options={formats} hint={words.text} onChange={format => set({ format, path: '' })} />
      {ids.length > 1 && words.manyVideos && (
        <Select label="Videos" value={choices.videos} onChange={value => set({ videos: value })}
          options={[{ value: 'this', label: document.record.name }, { value: 'all', label: `All ${ids.length} videos of the project` }]} />
      )}
      {!(choices.videos === 'all' && words.manyVideos && ids.length > 1) && (
        <Select label="Tracks" value={choices.tracks} onChange={tracks => set({ tracks })}
          options={[{ value: 'shown', label: 'All that are not hidden' }, { value: 'selected', label: selected.length ? `Only selected: ${count(selected.length, 'track')}` : 'Only selected: none' }]} />
      )}
      {choices.format !== 'mp4' && (
        <Select label="Unlabelled frames" value={choices.unlabelled} onChange={unlabelled => set({ unlabelled })}
          hint={words.allStates ? undefined : 'This format knows visible and occluded only.'}
          options={[{ value: 'occluded', label: words.allStates ? 'Are written as they are' : 'Are written as occluded' }, { value: 'leaveOut', label: 'Leave out tracks that have some' }]} />
      )}
      {words.carriesVideo && <Checkbox label="With the frames of the video" checked={choices.withVideo} onChange={withVideo => set({ withVideo })} hint="Without them the file is small, but readers need the video too." />}
      <Field label="File">
        {({ id }) => (
          <div className="path-row">
            <input id={id} className="input" value={choices.path} placeholder={summary?.path ?? 'In the project’s own folder'} spellCheck={false} autoComplete="off" onChange={event => set({ path: event.target.value })} />
            <Button onClick={() => void choosePath()}>Choose…</Button>
          </div>
        )}
      </Field>
      <div className="summary" role="status" aria-label="Summary">
        {!request && <p>No track is selected.</p>}
        {request && !answer && <p className="secondary">Counting…</p>}
        {summary && (
          <>
            <p>
              <b>{summarySentence(summary)}</b>
            </p>
            <p className="secondary">{stateCounts(summary).map(({ name, cells }) => `${cells} ${name}`).join(' · ')}</p>
            {summary.exists && !isDone && <p className="doubt-text">A file of this name is there already; it will be replaced.</p>}
            {summary.warnings.map(warning => (
              <p key={warning} className="doubt-text">
                {warning}
              </p>
            ))}
          </>
        )}
      </div>
      {answer?.problem && <ErrorDetails error={answer.problem} />}
      {problem && <ErrorDetails error={problem} />}
      {job && written && <ExportOutcome progress={job} path={written.path} />}
    </Dialog>
  )
}
