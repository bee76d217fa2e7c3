import { describe, expect, test } from 'vitest'
import { FrameImages, type Bitmap } from './frameImages.ts'

const side = 10
const bytes = side * side * 4
const range = { first: 0, last: 99 }

interface FakeBitmap extends Bitmap {
  readonly frame: number
  closed: boolean
}

function fakeFrames({ budgetFrames = 20, ahead = 12 } = {}) {
  const asked = new Map<number, { resolve(): void; reject(error: Error): void; signal: AbortSignal }>()
  const changed: number[] = []
  const made: FakeBitmap[] = []
  let most = 0
  const images = new FrameImages<FakeBitmap>({
    frameCount: 100, frameBytes: bytes, budgetBytes: budgetFrames * bytes, ahead,
    onChange: frame => changed.push(frame),
    load: (frame, signal) =>
      new Promise((resolve, reject) => {
        const bitmap: FakeBitmap = { frame, width: side, height: side, closed: false, close: () => (bitmap.closed = true) }
        const forget = () => asked.delete(frame)
        signal.addEventListener('abort', () => (forget(), reject(new DOMException('aborted', 'AbortError'))))
        asked.set(frame, { resolve: () => (forget(), made.push(bitmap), resolve(bitmap)), reject: error => (forget(), reject(error)), signal })
        most = Math.max(most, asked.size)
      }),
  })
  const settle = () => new Promise(resolve => setImmediate(resolve))
  return {
    images, asked, changed, made, settle,
    most: () => most,
    async finish(frame: number) {
      asked.get(frame)!.resolve()
      await settle()
    },
    /** Answers until nothing is asked any more. */
    async finishAll() {
      for (let round = 0; asked.size; round++) {
        if (round > 200) throw new Error('it fetches for ever')
        for (const { resolve } of [...asked.values()]) resolve()
        await settle()
      }
    },
  }
}

describe('the frames held', () => {
  test('are handed out under their own number only, whatever the order they come in', async () => {
    const { images, asked, settle } = fakeFrames()
    images.want({ frame: 10, direction: 1, range, loops: false })
    for (const frame of [...asked.keys()].reverse()) asked.get(frame)!.resolve()
    await settle()
    for (const frame of images.held) expect(images.get(frame)!.frame).toBe(frame)
    expect(images.get(10)!.frame).toBe(10)
    expect(images.get(99)).toBeUndefined()
  })

  test('come at most four at a time, the one looked at first', async () => {
    const { images, asked, most, finishAll } = fakeFrames()
    images.want({ frame: 30, direction: 1, range, loops: false })
    expect([...asked.keys()]).toEqual([30, 31, 29, 32])
    await finishAll()
    expect(most()).toBe(4)
    expect(images.held).toHaveLength(12)
  })

  test('never take more bytes than the budget, and keep what is near', async () => {
    const { images, made, finishAll } = fakeFrames({ budgetFrames: 8, ahead: 50 })
    for (const frame of [0, 40, 41, 90, 3]) {
      images.want({ frame, direction: 1, range, loops: false })
      await finishAll()
      expect(images.bytes).toBeLessThanOrEqual(8 * bytes)
      expect(images.bytes).toBe(images.held.length * bytes)
      expect(images.get(frame)).toBeDefined()
    }
    expect(made.filter(({ closed }) => !closed)).toHaveLength(images.held.length)
    expect(images.held.every(frame => frame < 20)).toBe(true)
    images.budgetBytes = 2 * bytes
    expect(images.held).toHaveLength(2)
    expect(images.get(3)).toBeDefined()
  })

  test('a frame on show stays although travel has gone on', async () => {
    const { images, finishAll } = fakeFrames({ budgetFrames: 3 })
    images.want({ frame: 0, direction: 1, range, loops: false })
    await finishAll()
    images.pin(0)
    images.want({ frame: 80, direction: 1, range, loops: false })
    await finishAll()
    expect(images.get(0)).toBeDefined()
    expect(images.get(80)).toBeDefined()
  })

  test('what is no longer wanted is given up; a frame that was looked at is finished', async () => {
    const { images, asked, settle, finish } = fakeFrames()
    images.want({ frame: 10, direction: 1, range, loops: false })
    images.want({ frame: 60, direction: 1, range, loops: false })
    await settle()
    expect([...asked.keys()].sort((a, b) => a - b)).toEqual([10, 59, 60, 61])
    await finish(10)
    expect(images.get(10)).toBeDefined()
  })

  test('scrubbing faster than frames come still brings frames: those looked at are not given up for newer ones', async () => {
    const { images, asked, changed, settle, finish } = fakeFrames()
    for (let frame = 0; frame < 60; frame += 3) {
      images.want({ frame, direction: 1, range, loops: false })
      await settle()
    }
    expect(asked.size).toBe(4)
    const before = changed.length
    const first = [...asked.keys()][0]
    await finish(first)
    expect(changed.slice(before)).toContain(first)
    // The place that became free goes to the newest.
    expect(asked.has(57)).toBe(true)
  })

  test('a frame that fails says why, is not asked for over and over, and comes when asked again', async () => {
    const { images, asked, settle, finish, finishAll } = fakeFrames()
    images.want({ frame: 5, direction: 1, range, loops: false })
    asked.get(5)!.reject(new Error('the picture is damaged'))
    await settle()
    expect(images.problem(5)).toMatchObject({ subject: 'Frame 5', reason: 'the picture is damaged' })
    images.want({ frame: 5, direction: 1, range, loops: false })
    expect(asked.has(5)).toBe(false)
    await finishAll()
    images.retry(5)
    await finish(5)
    expect(images.problem(5)).toBeUndefined()
    expect(images.get(5)!.frame).toBe(5)
  })

  test('closing frees everything, also what comes in late', async () => {
    const { images, made, asked, settle } = fakeFrames()
    images.want({ frame: 5, direction: 1, range, loops: false })
    asked.get(5)!.resolve()
    await settle()
    images.close()
    await settle()
    expect(asked.size).toBe(0)
    expect(made.every(({ closed }) => closed)).toBe(true)
    expect(images.bytes).toBe(0)
  })
})
