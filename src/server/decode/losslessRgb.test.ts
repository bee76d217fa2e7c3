import { describe, expect, it } from 'vitest'
import { decodeLosslessRgb, encodeLosslessRgb } from './losslessRgb.ts'

/** A small generator with a known sequence (Numerical Recipes' LCG). */
function noise(count: number, seed: number): Uint8Array {
  let state = seed >>> 0
  return Uint8Array.from({ length: count }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24)
}

describe('lossless RGB', () => {
  it.each([[1, 1], [1, 7], [7, 1], [2, 2], [33, 17], [64, 48]])('gives back every byte of noise at %i×%i', async (width, height) => {
    const rgb = noise(width * height * 3, width * 131 + height)
    const bytes = await encodeLosslessRgb(rgb, { width, height })
    expect(Buffer.compare(await decodeLosslessRgb(bytes, { width, height }), rgb)).toBe(0)
  })

  it('gives back frames of extreme values', async () => {
    const size = { width: 16, height: 9 }
    for (const pattern of [() => 0, () => 255, (i: number) => (i % 2) * 255, (i: number) => (i % 3 === 0 ? 255 : 0), (i: number) => (Math.floor(i / 48) % 2) * 255]) {
      const rgb = Uint8Array.from({ length: 16 * 9 * 3 }, (_, i) => pattern(i))
      expect(Buffer.compare(await decodeLosslessRgb(await encodeLosslessRgb(rgb, size), size), rgb)).toBe(0)
    }
  })

  it('makes a smooth picture much smaller', async () => {
    const size = { width: 200, height: 100 }
    const rgb = Uint8Array.from({ length: 60_000 }, (_, i) => (Math.floor(i / 3) % 200) + Math.floor(i / 600) * 0.3)
    expect((await encodeLosslessRgb(rgb, size)).length).toBeLessThan(rgb.length / 20)
  })

  it('refuses bytes of another size', async () => {
    await expect(encodeLosslessRgb(new Uint8Array(5), { width: 1, height: 2 })).rejects.toThrow('not an RGB frame')
    const bytes = await encodeLosslessRgb(new Uint8Array(12), { width: 2, height: 2 })
    await expect(decodeLosslessRgb(bytes, { width: 3, height: 2 })).rejects.toThrow('not an RGB frame')
  })
})
