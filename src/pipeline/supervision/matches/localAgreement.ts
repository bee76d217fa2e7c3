/**
 * Keeps matches that their neighbours confirm: around each, some affine motion through it must be shared by enough of the
 * nearest other matches, and must predict it from them alone. A stricter form of METHOD section 3's neighbour counts.
 */
import type { FrameMatches } from './putativeMatches.ts'
import { pick } from './putativeMatches.ts'

export interface AgreementOptions {
  /** Neighbours asked, by distance in a. */
  readonly neighbours: number
  /** How far neighbours may lie, in pixels of a. */
  readonly reachPx: number
  /** Neighbours that must share the motion. */
  readonly support: number
  /** Error allowed: this many pixels and this share of the neighbour's distance. */
  readonly tolerancePx: number
  readonly toleranceShare: number
  /** Error allowed between a match and what its supporters predict, in pixels. */
  readonly predictPx: number
}

export const defaultAgreementOptions: AgreementOptions = {
  neighbours: 12, reachPx: 60, support: 4, tolerancePx: 1, toleranceShare: 0.06, predictPx: 1.5,
}

/** Weighted least-squares affine motion b − b0 = M (a − a0) + t over chosen matches; null when they lie on a line. */
function predict(m: FrameMatches, centre: number, chosen: readonly number[], sigma: number): [number, number] | null {
  const [x0, y0] = [m.a[centre * 2], m.a[centre * 2 + 1]]
  let [s, sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0, 0]
  let [u, ux, uy, v, vx, vy] = [0, 0, 0, 0, 0, 0]
  for (const k of chosen) {
    const [x, y] = [m.a[k * 2] - x0, m.a[k * 2 + 1] - y0]
    const w = 1 / (1 + (x * x + y * y) / (sigma * sigma))
    const [bu, bv] = [m.b[k * 2], m.b[k * 2 + 1]]
    s += w
    sx += w * x
    sy += w * y
    sxx += w * x * x
    sxy += w * x * y
    syy += w * y * y
    u += w * bu
    ux += w * bu * x
    uy += w * bu * y
    v += w * bv
    vx += w * bv * x
    vy += w * bv * y
  }
  const c00 = sxx * syy - sxy * sxy
  const c01 = sxy * sy - sx * syy
  const c02 = sx * sxy - sxx * sy
  const det = s * c00 + sx * c01 + sy * c02
  // Spread of less than a pixel in some direction.
  if (!(det > s * s * s * 1)) return null
  return [(u * c00 + ux * c01 + uy * c02) / det, (v * c00 + vx * c01 + vy * c02) / det]
}

/** Index lists of each match's nearest others in a, within reach. */
function neighbourLists(m: FrameMatches, options: AgreementOptions): number[][] {
  const cell = options.reachPx
  const cells = new Map<number, number[]>()
  const key = (x: number, y: number) => Math.floor(y / cell) * 65_536 + Math.floor(x / cell)
  for (let k = 0; k < m.count; k++) {
    const at = key(m.a[k * 2], m.a[k * 2 + 1])
    const list = cells.get(at)
    if (list === undefined) cells.set(at, [k])
    else list.push(k)
  }
  const most = options.neighbours
  return Array.from({ length: m.count }, (_, k) => {
    const x = m.a[k * 2]
    const y = m.a[k * 2 + 1]
    // The nearest so far, ascending: insertion is cheaper than sorting all within reach.
    const near: number[] = []
    const squares: number[] = []
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        for (const n of cells.get(key(x + dx * cell, y + dy * cell)) ?? []) {
          const ex = m.a[n * 2] - x
          const ey = m.a[n * 2 + 1] - y
          const square = ex * ex + ey * ey
          // Two features on one spot say the same thing twice.
          if (square <= 4 || square >= cell * cell || (near.length === most && square >= squares[most - 1])) continue
          let at = near.length < most ? near.length : most - 1
          for (; at > 0 && squares[at - 1] > square; at--) {
            squares[at] = squares[at - 1]
            near[at] = near[at - 1]
          }
          squares[at] = square
          near[at] = n
        }
      }
    }
    return near
  })
}

/** A neighbour's place relative to the match in a (x, y) and in b (u, v). */
interface Relative {
  readonly n: number
  readonly x: number
  readonly y: number
  readonly u: number
  readonly v: number
  /** Error allowed, in pixels. */
  readonly limit: number
}

function agrees(r: Relative, m00: number, m01: number, m10: number, m11: number): boolean {
  const du = m00 * r.x + m01 * r.y - r.u
  const dv = m10 * r.x + m11 * r.y - r.v
  return du * du + dv * dv < r.limit * r.limit
}

/** Neighbours of k that share the best affine motion through k and two of them. */
function supporters(m: FrameMatches, k: number, near: readonly number[], options: AgreementOptions): number[] {
  const rel = near.map((n): Relative => {
    const [x, y] = [m.a[n * 2] - m.a[k * 2], m.a[n * 2 + 1] - m.a[k * 2 + 1]]
    const [u, v] = [m.b[n * 2] - m.b[k * 2], m.b[n * 2 + 1] - m.b[k * 2 + 1]]
    return { n, x, y, u, v, limit: options.tolerancePx + options.toleranceShare * Math.hypot(x, y) }
  })
  let most = 0
  let best = [0, 0, 0, 0]
  for (let i = 0; i < rel.length; i++) {
    for (let j = i + 1; j < rel.length; j++) {
      const [p, q] = [rel[i], rel[j]]
      const det = p.x * q.y - p.y * q.x
      // Three points nearly on a line fix no affine motion.
      if (det * det < 0.04 * (p.x * p.x + p.y * p.y) * (q.x * q.x + q.y * q.y)) continue
      const m00 = (p.u * q.y - q.u * p.y) / det
      const m01 = (q.u * p.x - p.u * q.x) / det
      const m10 = (p.v * q.y - q.v * p.y) / det
      const m11 = (q.v * p.x - p.v * q.x) / det
      // No surface folds over or grows tenfold.
      const area = m00 * m11 - m01 * m10
      if (area < 0.1 || area > 10) continue
      let agreeing = 0
      for (const r of rel) if (agrees(r, m00, m01, m10, m11)) agreeing++
      if (agreeing > most) {
        most = agreeing
        best = [m00, m01, m10, m11]
      }
    }
    // Most agree: no better motion is worth the search.
    if (most >= 0.75 * rel.length) break
  }
  return most === 0 ? [] : rel.filter(r => agrees(r, best[0], best[1], best[2], best[3])).map(r => r.n)
}

/** One round of filtering; run it twice, so that supporters are themselves supported. */
export function locallyAgreeing(m: FrameMatches, options: AgreementOptions = defaultAgreementOptions): FrameMatches {
  const kept: number[] = []
  const confidence: number[] = []
  neighbourLists(m, options).forEach((near, k) => {
    if (near.length < options.support) return
    const chosen = supporters(m, k, near, options)
    if (chosen.length < options.support) return
    const expected = predict(m, k, chosen, options.reachPx / 3)
    if (expected === null) return
    const error = Math.hypot(expected[0] - m.b[k * 2], expected[1] - m.b[k * 2 + 1])
    if (error > options.predictPx) return
    kept.push(k)
    confidence.push(Math.min(1, m.confidence[k] * (0.6 + (0.4 * chosen.length) / near.length) * (1.2 - (0.4 * error) / options.predictPx)))
  })
  return pick(m, kept, confidence)
}
