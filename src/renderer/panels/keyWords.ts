/** Keys as people read them, for menus and hints in running text. */
import { commands, type CommandId } from '../../shared/commands.ts'
import { useApp } from '../state/appStore.ts'

const signs: Readonly<Record<string, string>> = { ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', Delete: 'Del' }

/** 'Mod+Shift+Z' as 'Ctrl+Shift+Z', on macOS '⌘⇧Z'. */
export function keyWords(key: string): string {
  const isMac = useApp.getState().info?.platform === 'darwin'
  const parts = key.split('+').map(part => signs[part] ?? part)
  if (!isMac) return parts.map(part => (part === 'Mod' ? 'Ctrl' : part)).join('+')
  const mac: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' }
  return parts.map(part => mac[part] ?? part).join('')
}

/** From command to the first of its keys; '–' where it has none. Draws anew when keys are remapped. */
export function useKeyWords(): (id: CommandId) => string {
  const keys = useApp(state => state.settings.keys)
  return id => {
    const [key] = keys[id] ?? commands[id].keys
    return key ? keyWords(key) : '–'
  }
}
