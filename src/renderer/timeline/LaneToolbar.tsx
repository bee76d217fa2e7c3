/** What can be done with the cells of the marquee, floating beside them. Not here: the commands (labelCommands.ts). */
import { Diamond, Eraser, Eye, EyeOff, LogOut, RotateCcw, X } from 'lucide-react'
import { commands, type CommandId } from '../../shared/commands.ts'
import { Button } from '../chrome/Button.tsx'
import { IconButton } from '../chrome/IconButton.tsx'
import { keyHint } from '../commands/keyBindings.ts'
import { isChecked, isEnabled, runCommand } from '../commands/registry.ts'
import { useDocument } from '../state/documentStore.ts'
import { useView } from '../state/viewStore.ts'
import { clearingEdits } from './labelCommands.ts'
import { LANE_PX } from './laneRows.ts'
import { xOf } from './timeAxis.ts'
import { useTimeline } from './timelineStore.ts'

const actions: readonly { readonly id: CommandId; readonly label: string; readonly icon: typeof Eye }[] = [
  { id: 'label.occluded', label: 'Occluded', icon: EyeOff },
  { id: 'label.outOfFrame', label: 'Out of frame', icon: LogOut },
  { id: 'label.visible', label: 'Visible', icon: Eye },
  { id: 'label.clear', label: 'Clear labels', icon: Eraser },
  { id: 'keyframe.delete', label: 'Delete keyframes', icon: Diamond },
]

const PX_WIDE = 520
const PX_HIGH = 32

export function LaneToolbar() {
  const cells = useView(state => state.laneSelection)
  const isDrawing = useTimeline(state => state.marquee !== null)
  const axis = useTimeline(state => state.axis)
  const topPx = useTimeline(state => state.topPx)
  const heightPx = useTimeline(state => state.heightPx)
  const lanes = useTimeline(state => state.lanes)
  // What is enabled and ticked depends on the tracks.
  useDocument(state => state.document?.tracks)
  if (!cells || isDrawing || lanes.length === 0) return null

  const top = lanes.indexOf(cells.keys[0]) * LANE_PX - topPx
  const bottom = (lanes.indexOf(cells.keys[cells.keys.length - 1]) + 1) * LANE_PX - topPx
  const middle = (xOf(axis, cells.first) + xOf(axis, cells.last + 1)) / 2
  // Above the cells or below them, else over them; always within the timeline.
  const y = top - PX_HIGH - 4 >= -40 ? top - PX_HIGH - 4 : bottom + 4 + PX_HIGH <= heightPx ? bottom + 4 : Math.max(0, Math.min(heightPx - PX_HIGH - 4, bottom + 4))
  const x = Math.max(4, Math.min(axis.widthPx - PX_WIDE - 4, middle - PX_WIDE / 2))
  const frames = cells.last - cells.first + 1
  return (
    <div className="lane-toolbar" role="toolbar" aria-label="Marked cells" style={{ translate: `${Math.round(x)}px ${Math.round(y)}px` }}>
      <span className="secondary">
        {cells.keys.length} × {frames}
      </span>
      {actions.map(({ id, label, icon }) => (
        <Button key={id} kind="quiet" icon={icon} hint={commands[id].label} keys={keyHint(id)} pressed={isChecked(id)} disabled={!isEnabled(id)} onClick={() => runCommand(id)}>
          {label}
        </Button>
      ))}
      <IconButton icon={RotateCcw} label="Clear keyframes and labels" disabled={!clearingEdits.enabled!()} onClick={() => void clearingEdits.run()} />
      <IconButton icon={X} label="Unmark" onClick={() => useView.setState({ laneSelection: null })} />
    </div>
  )
}
