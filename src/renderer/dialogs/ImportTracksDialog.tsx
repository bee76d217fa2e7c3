/** The dialog Import tracks: a file as ground truth, as another annotator's, or as tracks of this project. */
import { useState } from 'react'
import type { ErrorRecord } from '../../shared/errors.ts'
import type { ReferenceSummary } from '../../shared/studio/document.ts'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { Field, TextField } from '../chrome/Field.tsx'
import { ErrorDetails } from '../panels/ErrorDetails.tsx'
import { chooseReference } from '../panels/reviewStore.ts'
import { count } from '../panels/wording.ts'
import { openDialog, useApp } from '../state/appStore.ts'
import { useDocument } from '../state/documentStore.ts'
import { pickPath } from '../state/pathPicker.ts'
import { tell } from '../state/session.ts'
import { useView } from '../state/viewStore.ts'
import { ChoiceList, type Choice } from './ChoiceList.tsx'
import './dialogs.css'

type Purpose = 'truth' | 'annotator' | 'tracks'

const purposes: readonly Choice<Purpose>[] = [
  { value: 'truth', label: 'Ground truth', text: 'Scores your tracks against it.' },
  { value: 'annotator', label: 'Another annotator', text: 'Shows where you disagree, and whose answer to take.' },
  { value: 'tracks', label: 'Tracks of this project', text: 'Adds them as predictions that you can correct.' },
]

export function ImportTracksDialog() {
  const isOpen = useApp(state => state.dialog === 'importTracks')
  const hasDocument = useDocument(state => state.document !== null)
  return isOpen && hasDocument ? <OpenDialog /> : null
}

type Outcome = { readonly kind: 'reference'; readonly summary: ReferenceSummary } | { readonly kind: 'tracks'; readonly added: number }

function OpenDialog() {
  const document = useDocument(state => state.document)!
  const [path, setPath] = useState(() => useApp.getState().dialogFile ?? '')
  const [name, setName] = useState('')
  const [purpose, setPurpose] = useState<Purpose>('truth')
  const [problem, setProblem] = useState<ErrorRecord | null>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [isBusy, setBusy] = useState(false)

  const choose = async () => {
    const chosen = await pickPath('tracks', path || undefined)
    if (chosen) setPath(chosen)
  }
  const bringIn = async () => {
    if (!path.trim() || isBusy) return
    setBusy(true)
    setProblem(null)
    const { project, video } = document
    const before = document.order.length
    const isTracks = purpose === 'tracks'
    const reply = await tell('review.import', {
      project, video, path: path.trim(), kind: purpose === 'truth' ? 'truth' : 'annotator', ...(name.trim() && !isTracks && { name: name.trim() }), ...(isTracks && { asTracks: true }),
    })
    setBusy(false)
    if (!reply.ok) return setProblem(reply.error)
    if (!reply.value) return setOutcome({ kind: 'tracks', added: (useDocument.getState().document?.order.length ?? before) - before })
    chooseReference(reply.value.id)
    setOutcome({ kind: 'reference', summary: reply.value })
  }
  const showReview = (reference: number) => {
    openDialog(null)
    useView.setState({ inspector: 'review', reference })
  }
  if (outcome) {
    return (
      <Dialog name="importTracks" title="Tracks imported" size="small" footer={
        <>
          <Button onClick={() => openDialog(null)}>Close</Button>
          {outcome.kind === 'reference' && (
            <Button kind="primary" onClick={() => showReview(outcome.summary.id)}>
              Show the review
            </Button>
          )}
        </>
      }>
        <p role="status">{outcomeSentence(outcome)}</p>
      </Dialog>
    )
  }
  return (
    <Dialog name="importTracks" title="Import tracks" onSubmit={() => void bringIn()} footer={
      <>
        <Button onClick={() => openDialog(null)}>Cancel</Button>
        <Button kind="primary" submit disabled={!path.trim() || isBusy}>
          {isBusy ? 'Reading…' : 'Import'}
        </Button>
      </>
    }>
      <Field label="File" hint="TAP-Vid pickle or table, .npz, or JSON of Tapline. Its frames must be those of this video.">
        {({ id, describedBy }) => (
          <div className="path-row">
            <input id={id} className="input" value={path} aria-describedby={describedBy} spellCheck={false} autoComplete="off" onChange={event => setPath(event.target.value)} />
            <Button onClick={() => void choose()}>Choose…</Button>
          </div>
        )}
      </Field>
      <ChoiceList<Purpose> label="Import as" value={purpose} choices={purposes} onChange={setPurpose} />
      {purpose !== 'tracks' && <TextField label="Name" value={name} placeholder="The file’s name" onChange={setName} />}
      {problem && <ErrorDetails error={problem} />}
    </Dialog>
  )
}

function outcomeSentence(outcome: Outcome): string {
  if (outcome.kind === 'tracks') return `${count(outcome.added, 'track')} added. They can be corrected like any other.`
  const { name, tracks, matched } = outcome.summary
  if (matched === 0) return `${name} has ${count(tracks, 'track')}, but none has a counterpart among yours: counterparts have the same id, or the same query.`
  return `${name}: ${matched} of ${count(tracks, 'track')} ${matched === 1 ? 'has' : 'have'} a counterpart among yours.`
}
