/**
 * The column beside the lanes: colour, name, lock and eye of the tracks in view, one row a lane. The keyboard has the same switches in the list
 * of tracks. Not here: the lanes (drawLanes.ts).
 */
import { Eye, Lock, LockOpen } from 'lucide-react'
import { memo } from 'react'
import type { TrackRecord } from '../../shared/projectRecords.ts'
import { IconButton } from '../chrome/IconButton.tsx'
import { runCommand } from '../commands/registry.ts'
import { useDocument } from '../state/documentStore.ts'
import { applyGesture } from '../state/session.ts'
import { select, useView } from '../state/viewStore.ts'
import { LANE_PX, lanesInView } from './laneRows.ts'
import { useTimeline } from './timelineStore.ts'

export function LaneHeaders() {
  const lanes = useTimeline(state => state.lanes)
  const topPx = useTimeline(state => state.topPx)
  const first = useTimeline(state => lanesInView(state.lanes.length, state.topPx, state.heightPx).first)
  const last = useTimeline(state => lanesInView(state.lanes.length, state.topPx, state.heightPx).last)
  const tracks = useDocument(state => state.document?.tracks)
  const selection = useView(state => state.selection)
  const hovered = useView(state => state.hovered)
  return (
    <div role="grid" aria-label="Lanes" aria-rowcount={lanes.length} aria-multiselectable>
      {lanes.slice(first, last + 1).map((key, k) => {
        const record = tracks?.get(key)?.record
        return record && <Row key={key} record={record} lane={first + k} y={(first + k) * LANE_PX - topPx} isSelected={selection.has(key)} isHovered={hovered === key} />
      })}
    </div>
  )
}

interface RowProps {
  readonly record: TrackRecord
  readonly lane: number
  readonly y: number
  readonly isSelected: boolean
  readonly isHovered: boolean
}

const Row = memo(function Row({ record, lane, y, isSelected, isHovered }: RowProps) {
  const { key, name, colour, locked } = record
  return (
    <div
      role="row"
      className={`lane-header${isHovered ? ' hovered' : ''}`}
      aria-rowindex={lane + 1}
      aria-selected={isSelected}
      style={{ transform: `translateY(${y}px)` }}
      onPointerEnter={() => useView.setState({ hovered: key })}
      onPointerLeave={() => useView.setState({ hovered: null })}
      onClick={event => select([key], event.ctrlKey || event.metaKey ? 'toggle' : event.shiftKey ? 'add' : 'replace')}
      onDoubleClick={() => {
        select([key])
        runCommand('track.rename')
      }}
    >
      <span className="lane-colour" style={{ background: colour }} />
      <span role="rowheader" className="lane-name" title={name}>
        {name}
      </span>
      <span role="gridcell" className="lane-switches">
        <IconButton
          icon={locked ? Lock : LockOpen}
          size={12}
          tabIndex={-1}
          className={locked ? 'on' : ''}
          label={locked ? `Unlock ${name}` : `Lock ${name}`}
          onClick={event => {
            event.stopPropagation()
            void applyGesture({ kind: 'updateTracks', keys: [key], change: { locked: !locked } })
          }}
        />
        <IconButton
          icon={Eye}
          size={12}
          tabIndex={-1}
          label={`Hide ${name}`}
          onClick={event => {
            event.stopPropagation()
            void applyGesture({ kind: 'updateTracks', keys: [key], change: { hidden: true } })
          }}
        />
      </span>
    </div>
  )
})
