/** One row of the list of tracks: colour, name, state in the frame shown, doubt, share labelled, eye, lock. Not here: which rows there are. */
import { memo } from 'react'
import { Eye, EyeOff, Lock, LockOpen } from 'lucide-react'
import type { ShownTrack } from '../state/shownTrack.ts'
import { DOUBT_PX } from '../state/shownTrack.ts'
import { useView } from '../state/viewStore.ts'
import { RenameField } from './RenameField.tsx'
import { StateSign, type Sign } from './StateSign.tsx'
import { changeTracks } from './trackCommands.ts'
import { useTrackList } from './trackListStore.ts'
import { percent, pixels, stateWords } from './wording.ts'

/** The doubt at which the bar is full, px. */
const FULL_DOUBT_PX = 2 * DOUBT_PX

export const rowId = (key: number): string => `track-row-${key}`

export interface TrackRowProps {
  readonly track: ShownTrack
  /** Place in the list as shown, from 0. */
  readonly index: number
  /** Px from the top of the list. */
  readonly top: number
  readonly selected: boolean
  readonly renaming: boolean
  onSwatch(key: number, swatch: HTMLElement): void
}

export const TrackRow = memo(function TrackRow({ track, index, top, selected, renaming, onSwatch }: TrackRowProps) {
  const { record, doubt, labelled, provisional } = track
  const { key, name, colour, hidden, locked } = record
  const classes = ['track-row', selected && 'selected', hidden && 'hidden', provisional && 'provisional'].filter(Boolean).join(' ')
  return (
    <div id={rowId(key)} className={classes} role="row" aria-label={name} aria-rowindex={index + 1} aria-selected={selected} data-key={key}
      style={{ transform: `translateY(${top}px)` }}>
      <span role="gridcell" className="swatch-cell">
        <button type="button" className="swatch" tabIndex={-1} aria-label={`Colour of ${name}`} title="Colour" style={{ background: colour }}
          onClick={event => onSwatch(key, event.currentTarget)} />
      </span>
      <span role="gridcell" className="name" title={record.notes ? `${name}\n${record.notes}` : name}>
        {renaming ? <RenameField value={name} onDone={next => rename(key, name, next)} /> : name}
      </span>
      <StateCell track={track} />
      <span role="gridcell" className="doubt" aria-label={doubt ? `Doubt ${pixels(doubt)}` : 'No doubt known'} title={doubt ? `Doubt: ${pixels(doubt)} in the median` : undefined}>
        <span className="doubt-fill" style={{ transform: `scaleX(${Math.min(1, doubt / FULL_DOUBT_PX)})` }} />
      </span>
      <span role="gridcell" className="labelled" title="Frames that have a state">
        {percent(labelled)}
      </span>
      <span role="gridcell">
        <button type="button" className="row-button" tabIndex={-1} aria-pressed={hidden} aria-label={`Hide ${name}`} title={hidden ? 'Show' : 'Hide'}
          onClick={() => void changeTracks([key], { hidden: !hidden })}>
          {hidden ? <EyeOff size={14} aria-hidden /> : <Eye size={14} aria-hidden />}
        </button>
      </span>
      <span role="gridcell">
        <button type="button" className="row-button" tabIndex={-1} aria-pressed={locked} aria-label={`Lock ${name}`} title={locked ? 'Unlock' : 'Lock'}
          onClick={() => void changeTracks([key], { locked: !locked })}>
          {locked ? <Lock size={14} aria-hidden /> : <LockOpen size={14} aria-hidden />}
        </button>
      </span>
    </div>
  )
})

function rename(key: number, before: string, next: string | null): void {
  useTrackList.setState({ renaming: null })
  if (next !== null && next !== before) void changeTracks([key], { name: next })
}

/** Draws itself anew only where the state of this track differs between frames. */
function StateCell({ track }: { readonly track: ShownTrack }) {
  const sign = useView(({ frame }): Sign => (track.nodes.some(node => node.frame === frame) ? 'keyframe' : (track.states[frame] as Sign)))
  const words = sign === 'keyframe' ? 'keyframe' : stateWords[sign]
  return (
    <span role="gridcell" className="state" aria-label={words} title={`In this frame: ${words}`}>
      <StateSign sign={sign} />
    </span>
  )
}
