import { expect, test } from 'vitest'
import { known } from './persistView.ts'
import { defaultLasting } from './viewStore.ts'

test('of stored ways of showing, those of today and of the right type are taken', () => {
  expect(known({ trails: false, trailPast: '20', gone: 1, gridSpacing: 12 }, defaultLasting)).toEqual({ trails: false, gridSpacing: 12 })
})
