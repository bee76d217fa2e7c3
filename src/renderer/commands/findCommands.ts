/** How well a command answers a search: every word of the search must be found in its words. Pure. */
import { commands, type CommandId } from '../../shared/commands.ts'

/** All that a command is found by. */
export const wordsOf = (id: CommandId): string => `${commands[id].label} ${commands[id].words ?? ''} ${commands[id].menu}`.toLowerCase()

/** 0: not at all; up to 1: each word of the search begins a word of the label. */
export function matchOf(id: CommandId, search: string): number {
  const asked = search.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  if (asked.length === 0) return 1
  const label = commands[id].label.toLowerCase()
  const all = wordsOf(id)
  let sum = 0
  for (const word of asked) {
    const score = begins(label, word) ? 1 : begins(all, word) ? 0.6 : all.includes(word) ? 0.3 : 0
    if (score === 0) return 0
    sum += score
  }
  // The command that the search begins comes first.
  return sum / asked.length - (label.startsWith(asked[0]) ? 0 : 0.05)
}

const begins = (text: string, word: string) => text.split(/[^\p{L}\p{N}]+/u).some(part => part.startsWith(word))
