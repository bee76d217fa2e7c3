import { describe, expect, it } from 'vitest'
import { initialDepth, noDepth } from './initialDepth.ts'

const prior = (near: number, far: number) => {
  const depth = Float32Array.from({ length: 1_000 }, (_, k) => near * (far / near) ** (k / 999))
  return { width: 50, height: 20, depth, trust: 0.5 }
}

describe('the depth that a field starts from', () => {
  it('is the prior itself where its range is moderate', () => {
    const p = prior(0.8, 1.3)
    expect(initialDepth(p)).toBe(p)
  })

  it('keeps the order of a wide prior, within a factor of two but for the outermost, median 1', () => {
    const { depth, trust } = initialDepth(prior(0.1, 10))
    for (let k = 1; k < depth.length; k++) expect(depth[k]).toBeGreaterThan(depth[k - 1])
    expect(depth[980] / depth[20]).toBeCloseTo(2, 1)
    expect(depth[500]).toBeCloseTo(1, 2)
    expect(trust).toBe(0.5)
  })

  it('is a plane that nothing holds the field to, where depth is left out', () => {
    const { depth, trust, ...size } = noDepth({ width: 5, height: 4 }, 3)
    expect([...depth]).toEqual(new Array<number>(60).fill(1))
    expect([size, trust]).toEqual([{ width: 5, height: 4 }, 0])
  })
})
