import { expect, it } from 'vitest'
import { PauseSwitch } from './pauseGate.ts'

it('work waits while paused, and only then', async () => {
  const gate = new PauseSwitch()
  await gate.wait()
  gate.pause()
  gate.pause()
  let passed = false
  const waiting = gate.wait().then(() => (passed = true))
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect([gate.paused, passed]).toEqual([true, false])
  gate.resume()
  await waiting
  expect([gate.paused, passed]).toEqual([false, true])
  await gate.wait()
})
