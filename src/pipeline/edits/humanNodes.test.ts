import { expect, test } from 'vitest'
import { humanNodes } from './humanNodes.ts'

const query = { frame: 4, x: 1, y: 2 }

test('the query stands among the keyframes in order', () => {
  const keyframes = [{ frame: 1, x: 0, y: 0 }, { frame: 9, x: 5, y: 5 }]
  expect(humanNodes({ query }, { keyframes })).toEqual([keyframes[0], query, keyframes[1]])
})

test('a keyframe at the query’s frame takes its place', () => {
  const keyframes = [{ frame: 4, x: 7, y: 7 }]
  expect(humanNodes({ query }, { keyframes })).toEqual(keyframes)
})
