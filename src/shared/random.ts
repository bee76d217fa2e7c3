/** A small seeded generator whose state can be saved: sfc32 (Doty-Humphrey, PractRand), period about 2^128. */
export class Random {
  /** [4] uint32: copy it to save, assign to restore. */
  readonly state = new Uint32Array(4)

  constructor(seed: number) {
    // splitmix32 spreads the seed over the state; sfc32 then needs a dozen rounds to mix.
    let z = seed >>> 0
    for (let i = 0; i < 3; i++) {
      z = (z + 0x9e3779b9) >>> 0
      let t = z ^ (z >>> 16)
      t = Math.imul(t, 0x21f0aaad)
      t ^= t >>> 15
      t = Math.imul(t, 0x735a2d97)
      this.state[i] = t ^ (t >>> 15)
    }
    this.state[3] = 1
    for (let i = 0; i < 12; i++) this.uint32()
  }

  uint32(): number {
    const s = this.state
    const t = (s[0] + s[1] + s[3]) >>> 0
    s[3] = s[3] + 1
    s[0] = s[1] ^ (s[1] >>> 9)
    s[1] = s[2] + (s[2] << 3)
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + t
    return t
  }

  /** Uniform in [0, 1). */
  float(): number {
    return this.uint32() / 4294967296
  }

  /** Uniform integer in [0, n). */
  int(n: number): number {
    return Math.floor(this.float() * n)
  }

  /** Standard normal (Box–Muller, one value per call). */
  normal(): number {
    const u = 1 - this.float()
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.float())
  }
}
