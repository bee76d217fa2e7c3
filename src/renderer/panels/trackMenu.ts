/** The menu of selected tracks, as the list opens it. Not here: what its commands do. */
import type { MenuEntry } from '../chrome/Menu.tsx'
import { commandItem } from '../commands/commandItems.ts'

export function trackMenu(): MenuEntry[] {
  return [
    commandItem('track.rename'),
    commandItem('track.duplicate'),
    commandItem('track.split'),
    commandItem('track.merge'),
    'separator',
    commandItem('label.visible'),
    commandItem('label.occluded'),
    commandItem('label.outOfFrame'),
    commandItem('label.clear'),
    'separator',
    commandItem('track.propagate'),
    commandItem('track.propagateBoth'),
    'separator',
    commandItem('track.hide', 'Hidden'),
    commandItem('track.lock', 'Locked'),
    commandItem('track.solo', 'Solo'),
    'separator',
    { ...commandItem('track.delete', 'Delete track…'), danger: true },
  ]
}
