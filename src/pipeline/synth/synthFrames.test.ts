/** A synthetic clip as a FrameSource. */
import { expect, it } from 'vitest'
import { shrinkByArea, synthFrames } from './synthFrames.ts'
import { renderScene } from './synthScenes.ts'

const clip = renderScene('stacking', { width: 64, height: 48, frames: 3, seed: 1 })

it('gives frames at the clip size and at the working size', async () => {
  const frames = synthFrames(clip, 32)
  expect(frames.work).toEqual({ width: 32, height: 24 })
  expect(frames.clip.frameCount).toBe(3)
  expect(await frames.clipRgb(2)).toEqual(clip.rgb(2))
  const work = await frames.workRgb(2)
  const whole = clip.rgb(2)
  const mean = (whole[0] + whole[3] + whole[64 * 3] + whole[64 * 3 + 3]) / 4
  expect(Math.abs(work[0] - mean)).toBeLessThanOrEqual(0.5)
})

it('shrinks by the area that each pixel covers, also at uneven ratios', () => {
  const ramp = Uint8Array.from({ length: 5 * 3 * 3 }, (_, k) => Math.floor((k / 3) % 5) * 50)
  const out = shrinkByArea(ramp, { width: 5, height: 3 }, { width: 2, height: 3 })
  // Pixels 0, 1 and half of 2; half of 2, 3 and 4.
  expect([out[0], out[3]]).toEqual([Math.round((0 + 50 + 50) / 2.5), Math.round((50 + 150 + 200) / 2.5)])
})
