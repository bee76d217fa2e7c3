import { describe, expect, test } from 'vitest'
import { fetchOrder } from './fetchOrder.ts'

const range = { first: 0, last: 99 }

describe('the order of fetching', () => {
  test('begins with the frame looked at and its neighbours, then goes the way of travel', () => {
    expect(fetchOrder({ frame: 50, direction: 1, range, loops: false }, 8)).toEqual([50, 51, 49, 52, 53, 54, 48, 55])
    expect(fetchOrder({ frame: 50, direction: -1, range, loops: false }, 5)).toEqual([50, 49, 51, 48, 47])
  })

  test('names every frame once when all are wanted, at either end', () => {
    for (const frame of [0, 3, 50, 99]) {
      for (const direction of [1, -1] as const) {
        const order = fetchOrder({ frame, direction, range, loops: false }, 500)
        expect([...order].sort((a, b) => a - b)).toEqual([...Array(100).keys()])
      }
    }
  })

  test('goes on at the start of the range when it loops', () => {
    expect(fetchOrder({ frame: 19, direction: 1, range: { first: 10, last: 19 }, loops: true }, 4)).toEqual([19, 10, 18, 11])
  })

  test('has the frame looked at even outside of the range, and for no room at all', () => {
    expect(fetchOrder({ frame: 5, direction: 1, range: { first: 10, last: 12 }, loops: false }, 4)[0]).toBe(5)
    expect(fetchOrder({ frame: 5, direction: 1, range, loops: false }, 0)).toEqual([5])
  })
})
