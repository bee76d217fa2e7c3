/** Commands as entries of menus, made from the table: words, keys, tick, whether they can be done now. */
import { commandIds, commands, menus, type CommandId, type MenuName } from '../../shared/commands.ts'
import type { MenuAction, MenuEntry } from '../chrome/Menu.tsx'
import { useDocument } from '../state/documentStore.ts'
import { keyHint } from './keyBindings.ts'
import { isChecked, isEnabled, runCommand } from './registry.ts'

/** A command's entry; `label` where a menu says it in other words. */
export function commandItem(id: CommandId, label: string = labelOf(id)): MenuAction {
  return { label, keys: keyHint(id), enabled: isEnabled(id), checked: isChecked(id), run: () => void runCommand(id) }
}

/** Undo and Redo name what they would do. */
export function labelOf(id: CommandId): string {
  const history = useDocument.getState().document?.history
  const step = id === 'edit.undo' ? history?.undo : id === 'edit.redo' ? history?.redo : null
  return step ? `${commands[id].label}: ${step}` : commands[id].label
}

/** Where a menu of many commands takes a breath: a line is drawn before these. */
const breaks = new Set<CommandId>([
  'video.add', 'export.open', 'models.open', 'edit.copyLabels', 'point.save', 'tool.select', 'label.occluded', 'track.propagate', 'track.merge', 'track.rename',
  'track.next', 'frame.first', 'keyframe.next', 'doubt.next', 'play.faster', 'range.start', 'view.follow', 'overlay.flow', 'view.panels', 'tracker.run', 'field.pause', 'help.keys',
])

export function menuEntries(menu: MenuName): MenuEntry[] {
  return commandIds.filter(id => commands[id].menu === menu).flatMap((id, at) => (at > 0 && breaks.has(id) ? ['separator' as const, commandItem(id)] : [commandItem(id)]))
}

/** Every menu of the application, for a bar of menus or one menu of submenus. */
export const applicationMenus = menus.map(name => ({ name, entries: () => menuEntries(name) }))
