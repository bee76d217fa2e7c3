/** The context menu of lanes: what can be done with the marked cells, or with the track under the mouse at its frame. */
import type { MenuEntry } from '../chrome/Menu.tsx'
import { commandItem } from '../commands/commandItems.ts'
import { currentDocument } from '../state/documentStore.ts'
import { select, showFrame, useView } from '../state/viewStore.ts'
import { clearingEdits } from './labelCommands.ts'
import { frameAt } from './timeAxis.ts'
import { trackAt } from './pointer.ts'
import { useTimeline } from './timelineStore.ts'

/** `at` on the screen; `lanes` is the element that shows them. */
export function laneMenu(at: { readonly x: number; readonly y: number }, lanes: DOMRect): readonly MenuEntry[] {
  const { axis, topPx } = useTimeline.getState()
  const point = { x: at.x - lanes.left, y: at.y - lanes.top + topPx }
  const key = trackAt(point)
  const name = key === null ? undefined : currentDocument()?.tracks.get(key)?.record.name
  if (key === null || name === undefined) return []
  const frame = frameAt(axis, point.x)
  const { laneSelection, selection } = useView.getState()
  const isMarked = laneSelection !== null && laneSelection.keys.includes(key) && frame >= laneSelection.first && frame <= laneSelection.last
  if (!isMarked) {
    useView.setState({ laneSelection: null, playing: false })
    if (!selection.has(key)) select([key])
    showFrame(frame, axis.frames)
  }
  const tracks = isMarked ? laneSelection.keys.length : useView.getState().selection.size
  const heading = `${tracks === 1 ? name : `${tracks} tracks`}, ${isMarked ? `frames ${laneSelection.first} to ${laneSelection.last}` : `frame ${frame}`}`
  return [
    { heading },
    commandItem('label.occluded', 'Occluded'),
    commandItem('label.outOfFrame', 'Out of frame'),
    commandItem('label.visible', 'Visible'),
    commandItem('label.clear', 'Clear labels'),
    'separator',
    ...(isMarked ? [] : [commandItem('keyframe.toggle')]),
    commandItem('keyframe.delete', isMarked ? 'Delete keyframes' : 'Delete keyframe'),
    { label: 'Clear keyframes and labels', enabled: clearingEdits.enabled!(), run: () => void clearingEdits.run() },
    'separator',
    commandItem('edit.copyLabels'),
    commandItem('edit.pasteLabels'),
    'separator',
    commandItem('track.propagate'),
    commandItem('track.propagateBoth'),
    commandItem('track.split'),
    commandItem('track.rename'),
    commandItem('track.delete'),
  ]
}
