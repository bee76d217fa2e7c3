import { expect, test } from 'vitest'
import { clickRow, rowBeside, type RowSelection } from './rowSelection.ts'

const order = [5, 3, 8, 1, 9]
const plain = { shift: false, toggle: false }
const shift = { shift: true, toggle: false }
const toggle = { shift: false, toggle: true }
const nothing: RowSelection = { selection: new Set(), anchor: null }
const keys = ({ selection }: RowSelection) => [...selection]

test('a click selects one row and becomes the anchor', () => {
  const after = clickRow({ selection: new Set([1, 9]), anchor: 9 }, order, 3, plain)
  expect(keys(after)).toEqual([3])
  expect(after.anchor).toBe(3)
})

test('Shift selects from the anchor to the row in the order shown, and the row clicked is the main one', () => {
  const down = clickRow({ selection: new Set([3]), anchor: 3 }, order, 1, shift)
  expect(keys(down)).toEqual([3, 8, 1])
  const up = clickRow(down, order, 5, shift)
  expect(keys(up)).toEqual([3, 5])
  expect(up.anchor).toBe(3)
})

test('Shift with Ctrl adds the range to what was selected', () => {
  const after = clickRow({ selection: new Set([5, 8]), anchor: 8 }, order, 9, { shift: true, toggle: true })
  expect(keys(after)).toEqual([5, 8, 1, 9])
})

test('Ctrl adds and removes single rows', () => {
  const added = clickRow({ selection: new Set([3]), anchor: 3 }, order, 9, toggle)
  expect(keys(added)).toEqual([3, 9])
  expect(keys(clickRow(added, order, 3, toggle))).toEqual([9])
})

test('Shift without an anchor, or with one that a filter has hidden, selects the row alone', () => {
  expect(keys(clickRow(nothing, order, 8, shift))).toEqual([8])
  expect(keys(clickRow({ selection: new Set([77]), anchor: 77 }, order, 8, shift))).toEqual([8])
})

test('stepping stays inside the list and enters it from either end', () => {
  expect(rowBeside(order, 3, 1)).toBe(8)
  expect(rowBeside(order, 9, 1)).toBe(9)
  expect(rowBeside(order, 3, -10)).toBe(5)
  expect(rowBeside(order, null, 1)).toBe(5)
  expect(rowBeside(order, 77, -1)).toBe(9)
  expect(rowBeside([], 3, 1)).toBeNull()
})
