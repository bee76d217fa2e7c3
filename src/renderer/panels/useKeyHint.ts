/** The keys of commands in hints of running text, drawn anew when the user remaps them. */
import type { CommandId } from '../../shared/commands.ts'
import { keyHint } from '../commands/keyBindings.ts'
import { useApp } from '../state/appStore.ts'

/** From command to its first key as people read it; '–' where it has none. */
export function useKeyHint(): (id: CommandId) => string {
  useApp(state => state.settings.keys)
  return id => keyHint(id) ?? '–'
}
