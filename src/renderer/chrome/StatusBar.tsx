/** The line at the bottom: where the mouse is, what the selected track is here, the machine, the job, whether all is saved. */
import { Check, LoaderCircle, Unplug } from 'lucide-react'
import { TrackState } from '../../shared/tracks.ts'
import { deviceTitles } from '../devices/deviceWords.ts'
import { useFitsOn } from '../devices/useFitsOn.ts'
import { useApp } from '../state/appStore.ts'
import { useDevices } from '../state/deviceStore.ts'
import { shownOf, useDocument } from '../state/documentStore.ts'
import { mainSelection, useView } from '../state/viewStore.ts'
import { JobLine } from './JobLine.tsx'
import './statusBar.css'

export function StatusBar() {
  return (
    <footer className="status-bar" aria-label="Status">
      <Pointer />
      <TrackHere />
      <span className="bar-space" />
      <FieldLoading />
      <JobLine />
      <Device />
      <Saved />
    </footer>
  )
}

function Pointer() {
  const pointer = useView(state => state.pointer)
  return (
    <output className="status-pointer" aria-label="Mouse over the picture">
      {pointer ? `${pointer.x.toFixed(1)}, ${pointer.y.toFixed(1)}` : '–'}
    </output>
  )
}

const words: Readonly<Record<number, string>> = {
  [TrackState.visible]: 'visible',
  [TrackState.occluded]: 'occluded',
  [TrackState.outOfFrame]: 'out of frame',
  [TrackState.unlabelled]: 'unlabelled',
}

/** What the selected track is at this frame, in words. */
function TrackHere() {
  const document = useDocument(state => state.document)
  const key = useView(state => mainSelection(state.selection))
  const others = useView(state => state.selection.size - 1)
  const frame = useView(state => state.frame)
  const track = document && key !== null ? shownOf(document, key) : undefined
  if (!track) return null
  const sigma = track.uncertainty[frame]
  const isKeyframe = track.nodes.some(node => node.frame === frame)
  const parts = [
    words[track.states[frame]],
    isKeyframe ? 'keyframe' : null,
    !isKeyframe && track.states[frame] === TrackState.visible && Number.isFinite(sigma) ? `± ${sigma.toFixed(1)} px` : null,
    track.provisional ? 'provisional' : null,
  ]
  return (
    <span className="status-track">
      <i className="status-dot" style={{ background: track.record.colour }} />
      <b>{track.record.name}</b>
      {others > 0 && <span className="secondary">and {others} more</span>}
      <span className="secondary">{parts.filter(Boolean).join(' · ')}</span>
    </span>
  )
}

/** The first flow of a clip takes a while: tracks clicked meanwhile follow when it is there. */
function FieldLoading() {
  const share = useDocument(state => (state.document?.field.loading ? state.document.field.share : null))
  if (share === null) return null
  return (
    <span className="job-line" data-tip="Tracks clicked meanwhile follow when it is done">
      <b>Reading motion</b>
      <progress aria-label="Reading motion" max={1} value={share} />
      <span className="job-figures secondary">{Math.floor(share * 100)} %</span>
    </span>
  )
}

function Device() {
  const device = useFitsOn()
  const measuring = useDevices(state => state.devices?.measuring)
  return device ? <span className="status-device secondary">{measuring ? `Measuring ${deviceTitles[measuring]}…` : device}</span> : null
}

function Saved() {
  const connection = useApp(state => state.connection)
  const saving = useApp(state => state.saving)
  const [Icon, text] = connection !== 'connected' ? ([Unplug, 'Connection lost'] as const) : saving > 0 ? ([LoaderCircle, 'Saving…'] as const) : ([Check, 'Saved'] as const)
  return (
    <output className={`status-saved ${connection === 'connected' ? 'secondary' : 'error'}`} aria-label="Saving">
      <Icon size={14} aria-hidden /> {text}
    </output>
  )
}
