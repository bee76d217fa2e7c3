import { expect, test } from 'vitest'
import { commandIds, commands } from '../../shared/commands.ts'
import { strokesFor, takenBy, withKey, withoutKey, withReset, type UserKeys } from './keyChanges.ts'

/** Every command by every stroke it answers to. */
const owners = (keys: UserKeys) => {
  const all = commandIds.flatMap(id => strokesFor(keys, id))
  return all.filter((stroke, at) => all.indexOf(stroke) !== at)
}

test('a key is added behind those that a command has', () => {
  expect(strokesFor(withKey({}, 'label.occluded', 'F8', null), 'label.occluded')).toEqual(['Q', 'F8'])
})

test('a key is put in the place of another', () => {
  expect(strokesFor(withKey({}, 'keyframe.next', 'F8', '.'), 'keyframe.next')).toEqual(['F8', 'R'])
})

test('a key that another command has changes hands', () => {
  expect(takenBy({}, 'K', 'label.occluded')).toBe('keyframe.toggle')
  const keys = withKey({}, 'label.occluded', 'K', 'Q')
  expect(strokesFor(keys, 'label.occluded')).toEqual(['K'])
  expect(strokesFor(keys, 'keyframe.toggle')).toEqual([])
  expect(owners(keys)).toEqual([])
})

test('a command can do without keys', () => {
  expect(withoutKey({}, 'label.occluded', 'Q')).toEqual({ 'label.occluded': [] })
})

test('what is as in the table is not kept', () => {
  expect(withKey(withoutKey({}, 'label.occluded', 'Q'), 'label.occluded', 'Q', null)).toEqual({})
})

test('reset brings the table’s keys back, also from the command that took one', () => {
  const taken = withKey({}, 'label.occluded', 'K', 'Q')
  const keys = withReset(taken, 'keyframe.toggle')
  expect(strokesFor(keys, 'keyframe.toggle')).toEqual(commands['keyframe.toggle'].keys)
  expect(strokesFor(keys, 'label.occluded')).toEqual([])
  expect(owners(keys)).toEqual([])
})
