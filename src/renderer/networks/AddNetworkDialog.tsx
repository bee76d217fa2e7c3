/** Brings a network in from a file: what it is for, what people know of it; the outcome of its self-test. */
import { useState } from 'react'
import { Check } from 'lucide-react'
import type { ErrorRecord } from '../../shared/errors.ts'
import { modelRoles, pictureRanges, type ModelHints, type ModelRole, type PictureRange } from '../../shared/models.ts'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { Field, NumberField, TextField } from '../chrome/Field.tsx'
import { Select } from '../chrome/Select.tsx'
import { ErrorDetails } from '../panels/ErrorDetails.tsx'
import { isOver, useJobs } from '../state/jobStore.ts'
import { pickPath } from '../state/pathPicker.ts'
import { tell } from '../state/session.ts'
import { cancelJob, keepJob } from './networkActions.ts'
import { roleWords, type NetworkRow } from './networkRows.ts'

interface AddNetworkDialogProps {
  /** A known network whose file is brought; null: any. */
  readonly row: NetworkRow | null
  onClose(): void
}

const roles = modelRoles.map(value => ({ value, label: roleWords[value].title }))
const rangeWords: Readonly<Record<PictureRange, string>> = { bytes: '0 to 255', unit: '0 to 1', signed: '−1 to 1', imagenet: '0 to 1, less ImageNet’s mean' }
const foundOut = { value: '', label: 'Found out, or usual' } as const

export function AddNetworkDialog({ row, onClose }: AddNetworkDialogProps) {
  const [path, setPath] = useState('')
  const [role, setRole] = useState<ModelRole>(row?.role ?? 'flow')
  const [name, setName] = useState('')
  const [hints, setHints] = useState<ModelHints>({})
  const [problem, setProblem] = useState<ErrorRecord | null>(null)
  const [job, setJob] = useState<number | null>(null)
  const [isAsking, setAsking] = useState(false)
  const progress = useJobs(state => (job === null ? undefined : state.jobs.get(job)))
  const isBusy = isAsking || (progress !== undefined && !isOver(progress.job))
  const isDone = progress?.job.state === 'done'
  const error = problem ?? progress?.job.error ?? null
  const choose = async () => {
    const chosen = await pickPath('network', path || undefined)
    if (chosen) setPath(chosen)
  }
  const add = async () => {
    if (!path.trim() || isBusy) return
    setAsking(true)
    setProblem(null)
    setJob(null)
    const reply = await tell('models.add', { path: path.trim(), role, name: name.trim() || (row?.name ?? null), hints: hintsFor(role, hints) })
    setAsking(false)
    if (!reply.ok) return setProblem(reply.error)
    keepJob(reply.value)
    setJob(reply.value.id)
  }
  return (
    <Dialog open title={row ? `Add ${row.title}` : 'Add a network'} onClose={onClose} onSubmit={() => (isDone ? onClose() : void add())} footer={
      isDone ? (
        <Button kind="primary" submit>
          Done
        </Button>
      ) : (
        <>
          <Button onClick={() => (isBusy && job !== null ? cancelJob(job) : onClose())}>{isBusy ? 'Stop' : 'Cancel'}</Button>
          <Button kind="primary" submit disabled={!path.trim() || isBusy}>
            {isBusy ? 'Adding…' : 'Add'}
          </Button>
        </>
      )
    }>
      {isDone ? (
        <p className="done-line" role="status">
          <Check size={14} aria-hidden />
          <span>{progress.notes.at(-1) ?? progress.job.title}</span>
        </p>
      ) : (
        <>
          <Field label="File" hint="An .onnx file. It is copied, and tried before it is kept.">
            {({ id, describedBy }) => (
              <div className="path-row">
                <input id={id} className="input" value={path} aria-describedby={describedBy} spellCheck={false} autoComplete="off" onChange={event => setPath(event.target.value)} />
                <Button onClick={() => void choose()}>Choose…</Button>
              </div>
            )}
          </Field>
          <Select<ModelRole> label="What it is for" value={role} options={roles} hint={roleWords[role].text} disabled={row !== null} onChange={setRole} />
          {!row && <TextField label="Name (optional)" value={name} placeholder="The file’s name" onChange={setName} />}
          <Hints role={role} hints={hints} onChange={setHints} />
          {isBusy && (
            <p className="secondary" role="status">
              {progress?.label ?? 'Starting'}…
            </p>
          )}
          {progress?.job.state === 'cancelled' && <p className="secondary" role="status">Stopped: nothing was installed.</p>}
          {error && <ErrorDetails error={error} />}
        </>
      )}
    </Dialog>
  )
}

/** Those that the role has a use for. */
function hintsFor(role: ModelRole, { meaning, cell, ...rest }: ModelHints): ModelHints {
  return { ...rest, ...(role === 'depth' && meaning && { meaning }), ...(role === 'features' && cell !== undefined && { cell }) }
}

function Hints({ role, hints, onChange }: { readonly role: ModelRole; readonly hints: ModelHints; onChange(hints: ModelHints): void }) {
  const set = (change: { readonly [Name in keyof ModelHints]: ModelHints[Name] | '' }) => {
    onChange(Object.fromEntries(Object.entries({ ...hints, ...change }).filter(([, value]) => value !== '' && value !== undefined)) as ModelHints)
  }
  return (
    <details className="network-more">
      <summary>What you know of it</summary>
      <div className="network-hints">
        <Select<PictureRange | ''> label="Range of its pictures" value={hints.range ?? ''} options={[foundOut, ...pictureRanges.map(value => ({ value, label: rangeWords[value] }))]} onChange={range => set({ range })} />
        <Select<'rgb' | 'bgr' | ''> label="Order of channels" value={hints.channels ?? ''} options={[foundOut, { value: 'rgb', label: 'RGB' }, { value: 'bgr', label: 'BGR' }]} onChange={channels => set({ channels })} />
        {role === 'depth' && (
          <Select<'distance' | 'inverse' | ''> label="Larger values are" value={hints.meaning ?? ''} options={[foundOut, { value: 'distance', label: 'Farther' }, { value: 'inverse', label: 'Nearer' }]} onChange={meaning => set({ meaning })} />
        )}
        {role === 'features' && <NumberField label="Pixels a cell" value={hints.cell ?? Number.NaN} min={1} max={64} onCommit={cell => set({ cell })} />}
        <TextField label="Output to read" value={hints.output ?? ''} placeholder="The first that fits" onChange={output => set({ output })} />
      </div>
    </details>
  )
}
