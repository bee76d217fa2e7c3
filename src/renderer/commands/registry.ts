/**
 * What the commands do: each part of the page registers its own; menus, palette and keys run them from here. Not here: their words and
 * keys (shared/commands.ts).
 */
import { create } from 'zustand'
import { commandIds, commands, type CommandId } from '../../shared/commands.ts'
import { useApp } from '../state/appStore.ts'

export interface CommandAction {
  run(): void | Promise<unknown>
  /** False greys it out and lets its key pass. */
  enabled?(): boolean
  /** For commands that switch something: whether it is on. */
  checked?(): boolean
}

const actions = new Map<CommandId, CommandAction>()

/** Counts registrations, so that what lists commands draws itself anew. */
export const useRegistrations = create<{ readonly count: number }>(() => ({ count: 0 }))

/** Registers until the returned function is called. @throws Error where another part has that command already. */
export function registerCommands(own: Partial<Record<CommandId, CommandAction>>): () => void {
  const ids = Object.keys(own) as CommandId[]
  for (const id of ids) {
    if (actions.has(id)) throw new Error(`command ${id} is registered twice`)
    actions.set(id, own[id]!)
  }
  useRegistrations.setState(({ count }) => ({ count: count + 1 }))
  return () => {
    for (const id of ids) if (actions.get(id) === own[id]) actions.delete(id)
    useRegistrations.setState(({ count }) => ({ count: count + 1 }))
  }
}

export function isEnabled(id: CommandId): boolean {
  const action = actions.get(id)
  return action !== undefined && (action.enabled?.() ?? true)
}

export function isChecked(id: CommandId): boolean | undefined {
  return actions.get(id)?.checked?.()
}

/** Runs it where it is enabled; true where it did. */
export function runCommand(id: CommandId): boolean {
  if (!isEnabled(id)) return false
  void actions.get(id)!.run()
  return true
}

/** The keys of a command as the user has them. */
export function keysOf(id: CommandId): readonly string[] {
  return useApp.getState().settings.keys[id] ?? commands[id].keys
}

/** Commands that nothing does yet: for the test that none is left. */
export function unregistered(): CommandId[] {
  return commandIds.filter(id => !actions.has(id))
}
