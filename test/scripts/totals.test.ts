import { expect, test } from 'vitest'
import { totals } from '../../scripts/totals.mjs'

const file = (status: string, ...tests: [status: string, fullName: string][]) => ({
  name: '/clone/src/a.test.ts',
  status,
  assertionResults: tests.map(([status, fullName]) => ({ status, fullName })),
})

test('tests are counted by outcome, skipped ones by name', () => {
  const files = [file('failed', ['passed', 'one'], ['failed', 'two'], ['skipped', 'three (needs NumPy)']), file('passed', ['passed', 'four'], ['todo', 'five'])]
  expect(totals(files, 1, () => 'a')).toEqual({ passed: 2, failed: 1, skipped: ['a: three (needs NumPy)', 'a: five'] })
})

test('a file that cannot be loaded has failed though no test of it has', () => {
  expect(totals([file('failed'), file('passed', ['passed', 'one'])], 1)).toMatchObject({ passed: 1, failed: 1 })
})

test('a run that ended badly has failed though every test passed', () => {
  expect(totals([file('passed', ['passed', 'one'])], 1)).toMatchObject({ passed: 1, failed: 1 })
})

test('a run without a report has failed, whatever its exit code', () => {
  expect(totals(null, 0)).toEqual({ passed: 0, failed: 1, skipped: [] })
})

test('a good run has not failed', () => {
  expect(totals([file('passed', ['passed', 'one'])], 0)).toEqual({ passed: 1, failed: 0, skipped: [] })
})
