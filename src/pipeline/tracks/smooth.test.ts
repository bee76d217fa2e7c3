import { describe, expect, it } from 'vitest'
import { smoothVisibility } from './smooth.ts'

/** The best sequence by trying all of them. */
function bruteForce(logits: Float32Array, fixed: number, cost: number): number {
  let best = Number.NEGATIVE_INFINITY
  for (let code = 0; code < 1 << logits.length; code++) {
    if (!((code >> fixed) & 1)) continue
    let score = 0
    for (let t = 0; t < logits.length; t++) {
      const state = (code >> t) & 1
      score += (state ? 1 : -1) * (logits[t] / 2)
      if (t > 0 && state !== ((code >> (t - 1)) & 1)) score -= cost
    }
    best = Math.max(best, score)
  }
  return best
}

const scoreOf = (logits: Float32Array, states: Uint8Array, cost: number) =>
  states.reduce((sum, s, t) => sum + (s ? 1 : -1) * (logits[t] / 2) - (t > 0 && s !== states[t - 1] ? cost : 0), 0)

describe('smoothing of visibility', () => {
  it('finds the most probable sequence among all', () => {
    for (let seed = 0; seed < 40; seed++) {
      const logits = Float32Array.from({ length: 10 }, (_, t) => 4 * Math.sin(seed * 7.3 + t * (1 + (seed % 5))))
      const states = smoothVisibility(logits, [seed % 10], 1.5)
      expect(states[seed % 10]).toBe(1)
      expect(scoreOf(logits, states, 1.5)).toBeCloseTo(bruteForce(logits, seed % 10, 1.5), 4)
    }
  })

  it('overrules a single doubtful frame and keeps a long occlusion', () => {
    const logits = new Float32Array(20).fill(3)
    logits[4] = -1
    logits.fill(-3, 10, 15)
    expect([...smoothVisibility(logits, [0])].join('')).toBe('11111111110000011111')
  })
})
