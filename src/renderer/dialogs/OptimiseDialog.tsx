/** The dialog Optimise: preset, what supervises it, further settings; starts the fit, or puts it in the queue. Not here: the fit as it runs (the Fit page). */
import { useState } from 'react'
import { Sparkles } from 'lucide-react'
import type { ErrorRecord } from '../../shared/errors.ts'
import { presetNames, presets, type PresetName, type TrackSettings } from '../../shared/presets.ts'
import { Button } from '../chrome/Button.tsx'
import { Dialog } from '../chrome/Dialog.tsx'
import { ErrorDetails } from '../panels/ErrorDetails.tsx'
import { count } from '../panels/wording.ts'
import { useFitsOn } from '../devices/useFitsOn.ts'
import { Networks } from '../networks/NetworksDialog.tsx'
import { openDialog, useApp } from '../state/appStore.ts'
import { useDocument } from '../state/documentStore.ts'
import { isOver, useJobs } from '../state/jobStore.ts'
import { tell } from '../state/session.ts'
import { useView } from '../state/viewStore.ts'
import { AdvancedSettings } from './AdvancedSettings.tsx'
import { ChoiceList } from './ChoiceList.tsx'
import { estimateRun, estimateWords } from './runEstimate.ts'
import { SupervisionSettings } from './SupervisionSettings.tsx'
import { supervisionChoice, useSupervision } from '../state/supervisionStore.ts'

const words: Readonly<Record<PresetName, { readonly label: string; readonly text: string }>> = {
  draft: { label: 'Draft', text: 'A first look: small pictures, a short fit.' },
  standard: { label: 'Standard', text: 'For everyday work on a laptop.' },
  fine: { label: 'Fine', text: 'Full size and the longest fit: for a night.' },
}

export function OptimiseDialog() {
  const isOpen = useApp(state => state.dialog === 'optimise')
  const document = useDocument(state => state.document)
  return isOpen && document ? <OpenDialog /> : null
}

function OpenDialog() {
  const document = useDocument(state => state.document)!
  const device = useFitsOn()
  const ahead = useJobs(state => [...state.jobs.values()].filter(({ job }) => !isOver(job) && (job.kind === 'optimise' || job.kind === 'refit')).length)
  const [preset, setPreset] = useState<PresetName>('standard')
  const [changes, setChanges] = useState<Partial<TrackSettings>>({})
  const [problem, setProblem] = useState<ErrorRecord | null>(null)
  const [hasNetworksOpen, setNetworksOpen] = useState(false)
  const [isStarting, setStarting] = useState(false)
  const estimate = (name: PresetName) => estimateRun({ ...presets[name], ...changes }, document.record, document.runs)

  const start = async () => {
    if (isStarting) return
    setStarting(true)
    const { project, video } = document
    const supervision = supervisionChoice(useSupervision.getState(), document, document.references)
    const reply = await tell('run.start', { video: { project, video }, preset, ...(Object.keys(changes).length > 0 && { settings: changes }), ...(supervision && { supervision }) })
    setStarting(false)
    if (!reply.ok) return setProblem(reply.error)
    openDialog(null)
    useView.setState({ inspector: 'fit' })
  }
  return (
    <>
      <Dialog name="optimise" title="Optimise" onSubmit={() => void start()} note={ahead > 0 ? `Starts when ${count(ahead, 'fit')} before it ${ahead === 1 ? 'has' : 'have'} ended.` : device && `Fits on ${device}`}
        footer={
          <>
            <Button onClick={() => openDialog(null)}>Cancel</Button>
            <Button kind="primary" icon={Sparkles} submit disabled={isStarting}>
              {ahead > 0 ? 'Add to the queue' : 'Start'}
            </Button>
          </>
        }>
        <p className="secondary small">
          Fits one field to all frames of <b>{document.record.name}</b>. Your {count(document.order.length, 'track')} are then read from it; keyframes stay where you set them. You can go on working meanwhile.
        </p>
        <ChoiceList<PresetName> label="Preset" value={preset} onChange={setPreset} choices={presetNames.map(value => ({ value, ...words[value], aside: estimateWords(estimate(value)) }))} />
        <p className="secondary small">{estimate(preset).isMeasured ? 'Times are reckoned from earlier runs of this video.' : 'Times are a first guess: no run of this video has been measured yet.'}</p>
        <SupervisionSettings onNetworks={() => setNetworksOpen(true)} />
        <AdvancedSettings preset={presets[preset]} changes={changes} onChange={setChanges} />
        {problem && <ErrorDetails error={problem} />}
      </Dialog>
      {/* Beside it: a form holds no other. */}
      {hasNetworksOpen && <Networks onClose={() => setNetworksOpen(false)} />}
    </>
  )
}
