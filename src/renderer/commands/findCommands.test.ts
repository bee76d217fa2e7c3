import { expect, test } from 'vitest'
import { commandIds } from '../../shared/commands.ts'
import { matchOf, wordsOf } from './findCommands.ts'

const best = (search: string) => commandIds.toSorted((a, b) => matchOf(b, search) - matchOf(a, search))[0]

test('every command is found by each of its words', () => {
  for (const id of commandIds) {
    for (const word of wordsOf(id).split(/[^\p{L}\p{N}]+/u).filter(Boolean)) expect(matchOf(id, word), `${id} by ${word}`).toBeGreaterThan(0)
  }
})

test.each([
  ['undo', 'edit.undo'],
  ['mark occ', 'label.occluded'],
  ['hidden', 'label.occluded'],
  ['ground truth', 'review.import'],
  ['shortcuts', 'help.keys'],
  ['next doubt', 'doubt.next'],
])('"%s" finds %s first', (search, id) => expect(best(search)).toBe(id))

test('a word that no command has finds none', () => expect(commandIds.filter(id => matchOf(id, 'undo xylophone') > 0)).toEqual([]))
