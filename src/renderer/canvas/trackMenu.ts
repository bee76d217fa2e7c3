/** The menu at the mouse over the canvas: of the track there, or of the empty place. */
import type { CommandId } from '../../shared/commands.ts'
import type { MenuEntry } from '../chrome/Menu.tsx'
import { commandItem } from '../commands/commandItems.ts'
import { currentDocument } from '../state/documentStore.ts'
import { useView } from '../state/viewStore.ts'
import type { CanvasView } from './CanvasView.ts'
import { insideClip } from './tools/tool.ts'
import { toClip, type Point } from './viewport.ts'

const ofTrack: readonly (CommandId | 'separator')[] = [
  'label.visible', 'label.occluded', 'label.outOfFrame', 'label.clear', 'separator', 'keyframe.toggle', 'keyframe.delete', 'separator',
  'track.propagate', 'track.propagateBoth', 'track.split', 'separator', 'track.rename', 'track.hide', 'track.lock', 'separator', 'track.delete',
]
const ofPlace: readonly (CommandId | 'separator')[] = ['zoom.fit', 'view.loupe', 'separator', 'edit.selectAll', 'tool.point', 'tool.grid', 'tool.polygon']

const items = (ids: readonly (CommandId | 'separator')[]): MenuEntry[] => ids.map(id => (id === 'separator' ? id : commandItem(id)))

/** `at`: place on the page. A track under it is selected, so that the commands mean it. */
export function canvasMenu(canvas: CanvasView, at: Point): readonly MenuEntry[] {
  if (!currentDocument()) return []
  const box = canvas.container.getBoundingClientRect()
  const screen = { x: at.x - box.left, y: at.y - box.top }
  const key = canvas.trackAt(screen)
  const track = canvas.tracks.find(track => track.key === key)
  if (track) {
    if (!canvas.selection.has(track.key)) canvas.select([track.key], 'replace')
    const { size } = useView.getState().selection
    return [{ heading: size > 1 ? `${size} tracks` : track.record.name }, ...items(ofTrack)]
  }
  const place = toClip(canvas.view, screen)
  const add: MenuEntry[] = insideClip(place, canvas.clip) ? [{ label: 'Add a point here', run: () => void canvas.add([place]) }, 'separator'] : []
  return [...add, ...items(ofPlace)]
}
