/**
 * Where a point of one frame lies in another, told by the matches around it: the similarity that most of its nearest matches share, the near
 * ones counting most. Not here: the matches themselves (supervision/matches), what happens between frames (supportedTrack.ts).
 */
import type { FrameMatches } from '../supervision/matches/putativeMatches.ts'

export interface PlaceOptions {
  /** Nearest matches asked. */
  readonly neighbours: number
  /** How far they may lie, in pixels of the query's frame. */
  readonly reachPx: number
  /** Matches that must share the motion, and the share of all votes that they must have. */
  readonly support: number
  readonly share: number
  /** The nearest of them may be this far away, in pixels: further off it may be another surface. */
  readonly nearestPx: number
  /** Error allowed: this many pixels and this share of the distance from the query. */
  readonly tolerancePx: number
  readonly toleranceShare: number
}

export const defaultPlaceOptions: PlaceOptions = { neighbours: 10, reachPx: 48, support: 3, share: 0.5, nearestPx: 24, tolerancePx: 1.5, toleranceShare: 0.06 }

/** A match relative to the query: its offset in the query's frame, its place in the other, and its vote. */
interface Neighbour {
  readonly x: number
  readonly y: number
  readonly u: number
  readonly v: number
  readonly weight: number
  readonly limit: number
}

/** b = (p + a·x − b·y, q + b·x + a·y): scale and turn (a, b), and the query's own place (p, q). */
type Similarity = readonly [a: number, b: number, p: number, q: number]

/** Distance at which a match's vote is half. */
const HALF_VOTE_PX = 12
/** No surface grows or shrinks more from one frame to another. */
const MOST_SCALE = 4

/** The point's place in b, or null where too few matches around it agree. */
export function placeFromMatches(matches: FrameMatches, x: number, y: number, options: PlaceOptions = defaultPlaceOptions): readonly [number, number] | null {
  const near = neighboursOf(matches, x, y, options)
  if (near.length < options.support) return null
  let best: Similarity | null = null
  let most = 0
  for (const candidate of candidates(near)) {
    let votes = 0
    for (const n of near) if (agrees(n, candidate)) votes += n.weight
    if (votes > most) {
      most = votes
      best = candidate
    }
  }
  if (best === null) return null
  const chosen = near.filter(n => agrees(n, best))
  const all = near.reduce((sum, n) => sum + n.weight, 0)
  if (chosen.length < options.support || most < options.share * all || Math.hypot(chosen[0].x, chosen[0].y) > options.nearestPx) return null
  const [, , p, q] = fitted(chosen) ?? best
  return [p, q]
}

/** The nearest matches, nearest first. */
function neighboursOf({ a, b, count }: FrameMatches, x: number, y: number, options: PlaceOptions): Neighbour[] {
  const near: number[] = []
  const squares: number[] = []
  const reach = options.reachPx ** 2
  for (let k = 0; k < count; k++) {
    const square = (a[2 * k] - x) ** 2 + (a[2 * k + 1] - y) ** 2
    if (square > reach || (near.length === options.neighbours && square >= squares[near.length - 1])) continue
    let at = near.length < options.neighbours ? near.length : near.length - 1
    for (; at > 0 && squares[at - 1] > square; at--) {
      near[at] = near[at - 1]
      squares[at] = squares[at - 1]
    }
    near[at] = k
    squares[at] = square
  }
  return near.map((k, n) => ({
    x: a[2 * k] - x,
    y: a[2 * k + 1] - y,
    u: b[2 * k],
    v: b[2 * k + 1],
    weight: 1 / (1 + squares[n] / HALF_VOTE_PX ** 2),
    limit: options.tolerancePx + options.toleranceShare * Math.sqrt(squares[n]),
  }))
}

/** The similarities that take two of the neighbours exactly where they were matched. */
function* candidates(near: readonly Neighbour[]): Generator<Similarity> {
  for (let i = 0; i < near.length; i++) {
    for (let j = i + 1; j < near.length; j++) {
      const [n, m] = [near[i], near[j]]
      const [dx, dy, du, dv] = [m.x - n.x, m.y - n.y, m.u - n.u, m.v - n.v]
      const square = dx * dx + dy * dy
      // Two matches on one spot tell no turn.
      if (square < 16) continue
      const a = (du * dx + dv * dy) / square
      const b = (dv * dx - du * dy) / square
      const scale = Math.hypot(a, b)
      if (scale > MOST_SCALE || scale < 1 / MOST_SCALE) continue
      yield [a, b, n.u - a * n.x + b * n.y, n.v - b * n.x - a * n.y]
    }
  }
}

function agrees({ x, y, u, v, limit }: Neighbour, [a, b, p, q]: Similarity): boolean {
  return (p + a * x - b * y - u) ** 2 + (q + b * x + a * y - v) ** 2 < limit * limit
}

/** Weighted least squares over neighbours; null when they lie on one spot. */
function fitted(near: readonly Neighbour[]): Similarity | null {
  let [s, mx, my, mu, mv] = [0, 0, 0, 0, 0]
  for (const { x, y, u, v, weight } of near) {
    s += weight
    mx += weight * x
    my += weight * y
    mu += weight * u
    mv += weight * v
  }
  mx /= s
  my /= s
  mu /= s
  mv /= s
  let [square, along, across] = [0, 0, 0]
  for (const { x, y, u, v, weight } of near) {
    square += weight * ((x - mx) ** 2 + (y - my) ** 2)
    along += weight * ((x - mx) * (u - mu) + (y - my) * (v - mv))
    across += weight * ((x - mx) * (v - mv) - (y - my) * (u - mu))
  }
  if (square < s) return null
  const [a, b] = [along / square, across / square]
  return [a, b, mu - a * mx + b * my, mv - b * mx - a * my]
}
