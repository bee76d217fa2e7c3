/**
 * Seeded random numbers, the same on every engine and platform: same seed, same bits. Not for secrets.
 * Generator: xoshiro128** (Blackman, Vigna), seeded by splitmix32.
 */
export interface Random {
  /** 32 random bits as an unsigned integer. */
  bits(): number
  /** Uniform in [0, 1). */
  uniform(): number
  /** Uniform integer in [0, n). */
  below(n: number): number
  /** Standard normal (Box–Muller). */
  normal(): number
  /** A random permutation of 0..n−1. */
  permutation(n: number): number[]
}

export function seededRandom(seed: number): Random {
  let mix = seed | 0
  const next = () => {
    mix = (mix + 0x9e3779b9) | 0
    let z = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return z ^ (z >>> 15)
  }
  let a = next()
  let b = next()
  let c = next()
  let d = next() | 1
  let spare: number | undefined

  const bits = () => {
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result >>> 0
  }
  const uniform = () => bits() / 4294967296
  const below = (n: number) => Math.floor(uniform() * n)
  const normal = () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  const permutation = (n: number) => {
    const order = Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = below(i + 1)
      const held = order[i]
      order[i] = order[j]
      order[j] = held
    }
    return order
  }
  return { bits, uniform, below, normal, permutation }
}
