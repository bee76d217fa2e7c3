import { expect, test } from 'vitest'
import { supervisionWords } from './supervisionWords.ts'

const references = [{ id: 3, name: 'Chained flow' }, { id: 4, name: 'Ada' }]

test('a run says what supervised it', () => {
  expect(supervisionWords({ by: 'builtin', networks: [] }, references)).toBe('Built-in supervision')
  const networks = [{ role: 'flow', name: 'raft-small-6', sha256: 'a'.repeat(64) }, { role: 'features', name: null, sha256: '0123456789abcdef' }] as const
  expect(supervisionWords({ by: 'learned', networks }, references)).toBe('Supervised by installed networks: flow by raft-small-6, matches by one that is gone (01234567)')
  expect(supervisionWords({ by: 'folder', folder: 'C:\\clips\\camel\\', networks: [] }, references)).toBe('Supervised by the folder camel')
})

test('and what it learnt from besides', () => {
  expect(supervisionWords({ by: 'builtin', networks: [], depthFolder: '/maps/zoe', references: [4, 3, 9] }, references))
    .toBe('Built-in supervision; also depth maps of zoe and tracks of Ada, Chained flow, a reference that is gone')
})
