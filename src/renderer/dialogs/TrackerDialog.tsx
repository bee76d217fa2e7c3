/** The dialog Track with another tracker: which one, which tracks; starts it as a job. Not here: its tracks (a reference: the Review page). */
import { useEffect, useState } from 'react'
import { Spline } from 'lucide-react'
import type { ErrorRecord } from '../../shared/errors.ts'
import type { TrackerInfo } from '../../shared/trackers.ts'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { Select } from '../chrome/Select.tsx'
import { keepJob } from '../networks/networkActions.ts'
import { Networks } from '../networks/NetworksDialog.tsx'
import { ErrorDetails } from '../panels/ErrorDetails.tsx'
import { selectedKeys } from '../panels/trackCommands.ts'
import { count } from '../panels/wording.ts'
import { openDialog, useApp } from '../state/appStore.ts'
import { useDocument } from '../state/documentStore.ts'
import { useNetworks } from '../state/networkStore.ts'
import { tell } from '../state/session.ts'
import { ChoiceList } from './ChoiceList.tsx'
import './dialogs.css'

export function TrackerDialog() {
  const isOpen = useApp(state => state.dialog === 'trackers')
  const hasDocument = useDocument(state => state.document !== null)
  return isOpen && hasDocument ? <OpenDialog /> : null
}

type Answer = { readonly trackers: readonly TrackerInfo[] } | { readonly problem: ErrorRecord }

/** The server's list, asked for again when a network was installed or removed. */
function useTrackers(): Answer | null {
  const [answer, setAnswer] = useState<Answer | null>(null)
  useEffect(() => {
    let isPast = false
    const load = () => void tell('tracker.list', null).then(reply => {
      if (!isPast) setAnswer(reply.ok ? { trackers: reply.value } : { problem: reply.error })
    })
    load()
    const stop = useNetworks.subscribe((now, before) => {
      if (now.networks !== before.networks) load()
    })
    return () => {
      isPast = true
      stop()
    }
  }, [])
  return answer
}

function OpenDialog() {
  const document = useDocument(state => state.document!)
  const answer = useTrackers()
  const [selected] = useState(selectedKeys)
  const [wanted, setWanted] = useState<string | null>(null)
  const [scope, setScope] = useState<'all' | 'selected'>('all')
  const [problem, setProblem] = useState<ErrorRecord | null>(null)
  const [isStarting, setStarting] = useState(false)
  const [hasNetworksOpen, setNetworksOpen] = useState(false)
  const trackers = answer && 'trackers' in answer ? answer.trackers : []
  const able = trackers.filter(tracker => tracker.problem === null)
  const chosen = able.find(({ name }) => name === wanted) ?? able[0]
  const start = async () => {
    if (!chosen || isStarting) return
    setStarting(true)
    setProblem(null)
    const reply = await tell('tracker.run', { video: { project: document.project, video: document.video }, tracker: chosen.name, keys: scope === 'selected' ? selected : null })
    setStarting(false)
    if (!reply.ok) return setProblem(reply.error)
    keepJob(reply.value)
    openDialog(null)
  }
  return (
    <>
      <Dialog name="trackers" title="Track with another tracker" onSubmit={() => void start()} footer={
        <>
          <Button onClick={() => openDialog(null)}>Cancel</Button>
          <Button kind="primary" icon={Spline} submit disabled={!chosen || isStarting}>
            Track
          </Button>
        </>
      } note={
        <Button kind="quiet" onClick={() => setNetworksOpen(true)}>
          Networks…
        </Button>
      }>
        <p className="secondary small">
          It tracks from the first point of each track. Your tracks stay as they are: its answer is set beside them for review, and comes in place of what it gave before.
        </p>
        {!answer && <p className="secondary late" role="status">Looking for trackers…</p>}
        {answer && 'problem' in answer && <ErrorDetails error={answer.problem} />}
        {trackers.length > 0 && (
          <ChoiceList label="Tracker" value={chosen?.name ?? ''} onChange={setWanted} choices={trackers.map(({ name, title, text, problem: why }) => ({ value: name, label: title, text, problem: why }))} />
        )}
        <Select<'all' | 'selected'> label="Tracks" value={scope} onChange={setScope}
          options={[{ value: 'all', label: `All ${count(document.order.length, 'track')}` }, { value: 'selected', label: selected.length ? `Only selected: ${count(selected.length, 'track')}` : 'Only selected: none', disabled: selected.length === 0 }]} />
        {problem && <ErrorDetails error={problem} />}
      </Dialog>
      {/* Beside it: a form holds no other. */}
      {hasNetworksOpen && <Networks onClose={() => setNetworksOpen(false)} />}
    </>
  )
}
