import { expect, it } from 'vitest'
import { FrameMemory } from './frameMemory.ts'

const frame = (bytes: number) => () => Promise.resolve(new Uint8Array(bytes))
const never = () => Promise.reject(new Error('read again'))

it('keeps the frames last used within its budget', async () => {
  const memory = new FrameMemory(100)
  await memory.get('a', frame(40))
  await memory.get('b', frame(40))
  await memory.get('a', never)
  await memory.get('c', frame(40))
  expect(memory.bytes).toBe(80)
  await memory.get('a', never)
  await memory.get('c', never)
  await expect(memory.get('b', never)).rejects.toThrow('read again')
})

it('keeps one frame even where it is larger than the budget', async () => {
  const memory = new FrameMemory(10)
  await memory.get('a', frame(50))
  await memory.get('a', never)
  await memory.get('b', frame(50))
  expect(memory.bytes).toBe(50)
})

it('reads a frame once for all who ask at the same time, and again after a failure', async () => {
  const memory = new FrameMemory(100)
  let reads = 0
  const slow = async () => {
    reads++
    await new Promise((resolve) => setTimeout(resolve, 5))
    return new Uint8Array(4)
  }
  const [x, y] = await Promise.all([memory.get('a', slow), memory.get('a', slow)])
  expect(x).toBe(y)
  expect(reads).toBe(1)
  await expect(memory.get('b', never)).rejects.toThrow('read again')
  expect((await memory.get('b', frame(3))).length).toBe(3)
})
