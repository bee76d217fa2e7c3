/** Changes of the user's keys, as new settings: only what differs from the command table is kept. Pure. */
import { commandIds, commands, type CommandId } from '../../shared/commands.ts'
import type { UserSettings } from '../../shared/settings.ts'

export type UserKeys = UserSettings['keys']

export const strokesFor = (keys: UserKeys, id: CommandId): readonly string[] => keys[id] ?? commands[id].keys

/** The other command that has the stroke; null where it is free. */
export function takenBy(keys: UserKeys, stroke: string, id: CommandId): CommandId | null {
  return commandIds.find(other => other !== id && strokesFor(keys, other).includes(stroke)) ?? null
}

/** The stroke becomes one of the command's, in the place of `instead` where that is given; whoever had it loses it. */
export function withKey(keys: UserKeys, id: CommandId, stroke: string, instead: string | null): UserKeys {
  const own = strokesFor(keys, id).filter(each => each !== stroke)
  const next = instead !== null && own.includes(instead) ? own.map(each => (each === instead ? stroke : each)) : [...own.filter(each => each !== instead), stroke]
  const other = takenBy(keys, stroke, id)
  const freed = other ? withoutKey(keys, other, stroke) : keys
  return differing({ ...freed, [id]: next })
}

export function withoutKey(keys: UserKeys, id: CommandId, stroke: string): UserKeys {
  return differing({ ...keys, [id]: strokesFor(keys, id).filter(each => each !== stroke) })
}

/** The table's keys again; commands that took one of them lose it. */
export function withReset(keys: UserKeys, id: CommandId): UserKeys {
  let next: UserKeys = keys
  for (const stroke of commands[id].keys) {
    const other = takenBy(next, stroke, id)
    if (other) next = withoutKey(next, other, stroke)
  }
  return differing(Object.fromEntries(Object.entries(next).filter(([name]) => name !== id)))
}

function differing(keys: UserKeys): UserKeys {
  const isDefault = (id: CommandId, strokes: readonly string[]) => strokes.length === commands[id].keys.length && strokes.every((stroke, at) => stroke === commands[id].keys[at])
  return Object.fromEntries(commandIds.filter(id => keys[id] && !isDefault(id, keys[id])).map(id => [id, keys[id]]))
}
