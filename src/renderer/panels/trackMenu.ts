/** The menu of selected tracks, as the list and the inspector open it. Not here: what its commands do. */
import { commands, type CommandId } from '../../shared/commands.ts'
import type { MenuAction, MenuEntry } from '../chrome/Menu.tsx'
import { isChecked, isEnabled, keysOf, runCommand } from '../commands/registry.ts'
import { keyWords } from './keyWords.ts'

function command(id: CommandId, more: Partial<MenuAction> = {}): MenuAction {
  const [key] = keysOf(id)
  const checked = isChecked(id)
  return { label: commands[id].label, enabled: isEnabled(id), run: () => runCommand(id), ...(key && { keys: keyWords(key) }), ...(checked !== undefined && { checked }), ...more }
}

export function trackMenu(): MenuEntry[] {
  return [
    command('track.rename'),
    command('track.duplicate'),
    command('track.split'),
    command('track.merge'),
    'separator',
    command('label.visible'),
    command('label.occluded'),
    command('label.outOfFrame'),
    command('label.clear'),
    'separator',
    command('track.propagate'),
    command('track.propagateBoth'),
    'separator',
    command('track.hide', { label: 'Hidden' }),
    command('track.lock', { label: 'Locked' }),
    command('track.solo', { label: 'Solo' }),
    'separator',
    command('track.delete', { danger: true }),
  ]
}
