import { expect, it } from 'vitest'
import { compareNatural } from './naturalOrder.ts'

it('orders numbers by value, of any length, and everything else by letters', () => {
  const ordered = ['1.png', '2.png', '10.png', 'a', 'f01', 'f1', 'f2', 'f10', 'f10b2', 'f10b10', 'x9007199254740993', 'x9007199254740994', 'x20000000000000000']
  const shuffled = ordered.map((_, i) => ordered[(i * 5) % ordered.length])
  expect(new Set(shuffled).size).toBe(ordered.length)
  expect(shuffled.sort(compareNatural)).toEqual(ordered)
})

it('is a consistent order', () => {
  const names = ['', '0', '00', '1a', '01a', 'a', 'a0', 'a00', 'A1', 'a-1', 'a1']
  for (const a of names) for (const b of names) expect(Math.sign(compareNatural(a, b))).toBe(a === b ? 0 : -Math.sign(compareNatural(b, a)))
})
