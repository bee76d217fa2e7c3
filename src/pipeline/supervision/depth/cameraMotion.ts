/**
 * Camera motion and sparse inverse depth of a clip from its flow alone: bundle adjustment over every frame's pose and the
 * inverse depths of points spread over anchor frames, robust to what moves by itself. The field of view is assumed (the
 * field's own, METHOD section 1). Not here: dense depth (parallaxDepth.ts), things that move (motionLayers.ts).
 */
import { BandedSystem } from './bandedCholesky.ts'
import type { Sightings } from './sightings.ts'

/** Poses of all frames: camera coordinates of a world point are R·X + t. */
export interface CameraMotion {
  /** [frames, 9] row-major */
  readonly rotations: Float64Array
  /** [frames, 3] in units of the median depth. */
  readonly translations: Float64Array
  /** Median reprojection error in pixels. */
  readonly errorPx: number
  /** Mean robust cost of a sighting: ½·c²·log(1 + (error/c)²) at c = 1 px. */
  readonly cost: number
  /** [points] inverse depths of the anchor points. */
  readonly inverse: Float64Array
}

/** Weak pull of every sighting to inverse depth 1, in square pixels: it decides where nothing else does. */
const DEPTH_PRIOR = 0.1

/** R ← exp(ω)·R for one frame, kept orthonormal by the exact exponential. */
function turn(rotations: Float64Array, at: number, wx: number, wy: number, wz: number): void {
  const angle = Math.hypot(wx, wy, wz)
  const a = angle < 1e-12 ? 1 : Math.sin(angle) / angle
  const b = angle < 1e-12 ? 0.5 : (1 - Math.cos(angle)) / (angle * angle)
  const e = [
    1 - b * (wy * wy + wz * wz), b * wx * wy - a * wz, b * wx * wz + a * wy,
    b * wx * wy + a * wz, 1 - b * (wx * wx + wz * wz), b * wy * wz - a * wx,
    b * wx * wz - a * wy, b * wy * wz + a * wx, 1 - b * (wx * wx + wy * wy),
  ]
  const r = rotations.slice(at, at + 9)
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) rotations[at + i * 3 + j] = e[i * 3] * r[j] + e[i * 3 + 1] * r[3 + j] + e[i * 3 + 2] * r[6 + j]
  }
}

/** Relative motion from frame i to j: out[0..8] = R_ij, out[9..11] = t_ij. */
export function relativeMotion(rotations: Float64Array, translations: Float64Array, i: number, j: number, out: Float64Array): void {
  for (let a = 0; a < 3; a++) {
    for (let b = 0; b < 3; b++) {
      let sum = 0
      for (let k = 0; k < 3; k++) sum += rotations[j * 9 + a * 3 + k] * rotations[i * 9 + b * 3 + k]
      out[a * 3 + b] = sum
    }
  }
  for (let a = 0; a < 3; a++) {
    let sum = translations[j * 3 + a]
    for (let b = 0; b < 3; b++) sum -= out[a * 3 + b] * translations[i * 3 + b]
    out[9 + a] = sum
  }
}

/** The adjustment: state and one Gauss-Newton step at a time. Residuals are in pixels; weights are Cauchy's. */
export class CameraAdjustment {
  readonly #s: Sightings
  readonly #system: BandedSystem
  readonly rotations: Float64Array
  readonly translations: Float64Array
  /** [points] inverse depth in the anchor frame, median 1. */
  readonly inverse: Float64Array

  constructor(sightings: Sightings) {
    this.#s = sightings
    this.#system = new BandedSystem(6 * (sightings.frames - 1), 6 * (2 * sightings.reach + 1))
    this.rotations = new Float64Array(sightings.frames * 9)
    for (let k = 0; k < this.rotations.length; k++) this.rotations[k] = k % 9 === 0 || k % 9 === 4 || k % 9 === 8 ? 1 : 0
    this.translations = new Float64Array(sightings.frames * 3)
    this.inverse = new Float64Array(sightings.anchor.length).fill(1)
  }

  /** Errors in pixels of every sighting. */
  errors(): Float64Array {
    const s = this.#s
    const out = new Float64Array(s.frame.length)
    const m = new Float64Array(12)
    for (let p = 0; p < s.anchor.length; p++) {
      for (let k = s.start[p]; k < s.start[p + 1]; k++) {
        relativeMotion(this.rotations, this.translations, s.anchor[p], s.frame[k], m)
        const [x, y, q] = [s.ray[2 * p], s.ray[2 * p + 1], this.inverse[p]]
        const z = m[6] * x + m[7] * y + m[8] + q * m[11]
        const ex = (m[0] * x + m[1] * y + m[2] + q * m[9]) / z - s.seen[2 * k]
        const ey = (m[3] * x + m[4] * y + m[5] + q * m[10]) / z - s.seen[2 * k + 1]
        out[k] = z > 0.05 ? s.focal * Math.hypot(ex, ey) : 1e3
      }
    }
    return out
  }

  /**
   * One damped Gauss-Newton step.
   * @param scalePx errors of this size count half
   * @param gap only sightings at most this many frames away
   * @param withDepth false: inverse depths stay
   */
  step(scalePx: number, gap: number, withDepth: boolean, damping: number): void {
    const s = this.#s
    const system = this.#system
    system.clear()
    const m = new Float64Array(12)
    const count = s.anchor.length
    const depthC = new Float64Array(count)
    const depthB = new Float64Array(count)
    /** Of one point: pose blocks coupled to its depth. */
    const frames: number[] = []
    const coupling: Float64Array[] = []
    const couplings: { frames: Int32Array; rows: Float64Array }[] = []
    const jx = new Float64Array(12)
    const jy = new Float64Array(12)
    for (let p = 0; p < count; p++) {
      const i = s.anchor[p]
      const [x, y, q] = [s.ray[2 * p], s.ray[2 * p + 1], this.inverse[p]]
      frames.length = 1
      frames[0] = i
      coupling.length = 1
      coupling[0] = new Float64Array(6)
      let [c, b] = [0, 0]
      let sightings = 0
      for (let k = s.start[p]; k < s.start[p + 1]; k++) {
        const j = s.frame[k]
        if (Math.abs(j - i) > gap) continue
        relativeMotion(this.rotations, this.translations, i, j, m)
        const Y0 = m[0] * x + m[1] * y + m[2] + q * m[9]
        const Y1 = m[3] * x + m[4] * y + m[5] + q * m[10]
        const Y2 = m[6] * x + m[7] * y + m[8] + q * m[11]
        if (Y2 < 0.05) continue
        sightings++
        const [u, v] = [Y0 / Y2, Y1 / Y2]
        const ex = s.focal * (u - s.seen[2 * k])
        const ey = s.focal * (v - s.seen[2 * k + 1])
        const w = 1 / (1 + (ex * ex + ey * ey) / (scalePx * scalePx))
        // d(u, v) = (1/Y2) [1 0 −u; 0 1 −v] dY, in pixels.
        const g = s.focal / Y2
        // Frame j: dY = ω × Y + q·v.
        jx[6] = g * -u * Y1
        jx[7] = g * (Y2 + u * Y0)
        jx[8] = g * -Y1
        jx[9] = g * q
        jx[10] = 0
        jx[11] = g * -u * q
        jy[6] = g * (-Y2 - v * Y1)
        jy[7] = g * v * Y0
        jy[8] = g * Y0
        jy[9] = 0
        jy[10] = g * q
        jy[11] = g * -v * q
        // Frame i: dY = −R (ω × ray + q·v): columns of R, seen through the projection.
        const ax = g * (m[0] - u * m[6])
        const bx = g * (m[1] - u * m[7])
        const cx = g * (m[2] - u * m[8])
        const ay = g * (m[3] - v * m[6])
        const by = g * (m[4] - v * m[7])
        const cy = g * (m[5] - v * m[8])
        jx[0] = -(-bx + cx * y)
        jx[1] = -(ax - cx * x)
        jx[2] = -(-ax * y + bx * x)
        jx[3] = -ax * q
        jx[4] = -bx * q
        jx[5] = -cx * q
        jy[0] = -(-by + cy * y)
        jy[1] = -(ay - cy * x)
        jy[2] = -(-ay * y + by * x)
        jy[3] = -ay * q
        jy[4] = -by * q
        jy[5] = -cy * q
        const dx = g * (m[9] - u * m[11])
        const dy = g * (m[10] - v * m[11])
        c += w * (dx * dx + dy * dy)
        b -= w * (dx * ex + dy * ey)
        const own = new Float64Array(6)
        for (let a = 0; a < 6; a++) {
          coupling[0][a] += w * (jx[a] * dx + jy[a] * dy)
          own[a] = w * (jx[a + 6] * dx + jy[a + 6] * dy)
        }
        frames.push(j)
        coupling.push(own)
        this.#addPoses(i, j, jx, jy, w, ex, ey)
      }
      if (!withDepth || sightings === 0) continue
      const hold = DEPTH_PRIOR * sightings
      depthC[p] = c * (1 + damping) + hold
      depthB[p] = b - hold * (q - 1)
      const rows = new Float64Array(frames.length * 6)
      coupling.forEach((values, n) => rows.set(values, n * 6))
      couplings[p] = { frames: Int32Array.from(frames), rows }
      this.#eliminate(couplings[p], depthC[p], depthB[p])
    }
    for (let r = 0; r < system.size; r++) {
      const diagonal = r * (system.band + 1) + system.band
      system.lower[diagonal] = system.lower[diagonal] * (1 + damping) + 1e-3
    }
    const solution = system.solve()
    if (solution === null) return
    const pose = (frame: number, a: number): number => (frame === 0 ? 0 : solution[(frame - 1) * 6 + a])
    if (withDepth) {
      for (let p = 0; p < count; p++) {
        const held = couplings[p]
        if (held === undefined) continue
        let sum = depthB[p]
        held.frames.forEach((frame, n) => {
          for (let a = 0; a < 6; a++) sum -= held.rows[n * 6 + a] * pose(frame, a)
        })
        const change = sum / depthC[p]
        this.inverse[p] = Math.min(8, Math.max(0.05, this.inverse[p] + Math.min(0.5, Math.max(-0.5, change))))
      }
    }
    for (let frame = 1; frame < s.frames; frame++) {
      turn(this.rotations, frame * 9, pose(frame, 0), pose(frame, 1), pose(frame, 2))
      // The translation turns with the camera: T ← exp(ξ)·T to first order in ξ.
      const [tx, ty, tz] = [this.translations[frame * 3], this.translations[frame * 3 + 1], this.translations[frame * 3 + 2]]
      const [wx, wy, wz] = [pose(frame, 0), pose(frame, 1), pose(frame, 2)]
      this.translations[frame * 3] += pose(frame, 3) + wy * tz - wz * ty
      this.translations[frame * 3 + 1] += pose(frame, 4) + wz * tx - wx * tz
      this.translations[frame * 3 + 2] += pose(frame, 5) + wx * ty - wy * tx
    }
    if (withDepth) this.#normalise()
  }

  #addPoses(i: number, j: number, jx: Float64Array, jy: Float64Array, w: number, ex: number, ey: number): void {
    const system = this.#system
    for (let a = 0; a < 12; a++) {
      const r = (a < 6 ? (i - 1) * 6 + a : (j - 1) * 6 + a - 6)
      if (r < 0) continue
      system.right[r] -= w * (jx[a] * ex + jy[a] * ey)
      for (let b = 0; b < 12; b++) {
        const c = (b < 6 ? (i - 1) * 6 + b : (j - 1) * 6 + b - 6)
        if (c >= 0 && c <= r) system.add(r, c, w * (jx[a] * jx[b] + jy[a] * jy[b]))
      }
    }
  }

  /** Schur complement of one point's depth. */
  #eliminate(held: { frames: Int32Array; rows: Float64Array }, c: number, b: number): void {
    const system = this.#system
    const { frames, rows } = held
    for (let m = 0; m < frames.length; m++) {
      if (frames[m] === 0) continue
      for (let a = 0; a < 6; a++) {
        const r = (frames[m] - 1) * 6 + a
        const e = rows[m * 6 + a] / c
        if (e === 0) continue
        system.right[r] -= e * b
        for (let n = 0; n < frames.length; n++) {
          if (frames[n] === 0 || frames[n] > frames[m]) continue
          for (let d = 0; d < 6; d++) {
            const column = (frames[n] - 1) * 6 + d
            if (column <= r) system.add(r, column, -e * rows[n * 6 + d])
          }
        }
      }
    }
  }

  /** Median inverse depth 1: depth and translation share one unknown scale. */
  #normalise(): void {
    const median = this.inverse.slice().sort()[this.inverse.length >> 1]
    for (let p = 0; p < this.inverse.length; p++) this.inverse[p] /= median
    for (let k = 0; k < this.translations.length; k++) this.translations[k] *= median
  }

  /** The other solution of nearly affine views: near and far exchanged, the camera moving the other way. */
  mirror(): void {
    for (let p = 0; p < this.inverse.length; p++) this.inverse[p] = Math.max(0.1, 2 - this.inverse[p])
    for (let k = 0; k < this.translations.length; k++) this.translations[k] = -this.translations[k]
  }
}

/** Errors that count half, from the first rounds to the last, and how far sightings reach in each. */
const ROUNDS = [
  { gap: 2, scalePx: 3, poses: 4, both: 3 },
  { gap: 4, scalePx: 3, poses: 2, both: 4 },
  { gap: 8, scalePx: 2.5, poses: 2, both: 4 },
  { gap: Infinity, scalePx: 2, poses: 2, both: 5 },
  { gap: Infinity, scalePx: 1, poses: 0, both: 5 },
]

function finish(a: CameraAdjustment): CameraMotion {
  const errors = a.errors()
  const sorted = errors.slice().sort()
  return {
    rotations: a.rotations.slice(),
    translations: a.translations.slice(),
    inverse: a.inverse.slice(),
    errorPx: sorted.length ? sorted[sorted.length >> 1] : 0,
    cost: errors.reduce((sum, e) => sum + 0.5 * Math.log1p(e * e), 0) / Math.max(1, errors.length),
  }
}

/**
 * The camera's motion by adjustment from rest, over sightings that reach further and further.
 * @param onRound called before each step; it may throw to cancel
 * @returns both solutions of the near–far ambiguity, the better one first
 */
export async function estimateCamera(sightings: Sightings, onRound: () => Promise<void> | void = () => {}): Promise<[CameraMotion, CameraMotion]> {
  const adjustment = new CameraAdjustment(sightings)
  for (const round of ROUNDS) {
    for (let k = 0; k < round.poses + round.both; k++) {
      await onRound()
      adjustment.step(round.scalePx, round.gap, k >= round.poses, 1e-3)
    }
  }
  const first = finish(adjustment)
  adjustment.mirror()
  for (let k = 0; k < 16; k++) {
    await onRound()
    adjustment.step(k < 10 ? 2 : 1, k < 3 ? 4 : Infinity, k >= 3, 1e-3)
  }
  const second = finish(adjustment)
  return first.cost <= second.cost ? [first, second] : [second, first]
}

/** Goes on from a solution until it has settled: relief is still too strong or too weak when its error is small already. */
export async function polishCamera(sightings: Sightings, camera: Pick<CameraMotion, 'rotations' | 'translations' | 'inverse'>, steps: number, onRound: () => Promise<void> | void = () => {}): Promise<CameraMotion> {
  const adjustment = new CameraAdjustment(sightings)
  adjustment.rotations.set(camera.rotations)
  adjustment.translations.set(camera.translations)
  adjustment.inverse.set(camera.inverse)
  for (let k = 0; k < steps; k++) {
    await onRound()
    adjustment.step(1, Infinity, true, 1e-3)
  }
  return finish(adjustment)
}
