/**
 * The 128 numbers that describe a keypoint: 4×4 cells of 8 gradient directions (Lowe 2004, section 6), as square roots
 * (Arandjelović and Zisserman 2012), so that their dot product compares histograms. Not here: comparing (nearestKernel.ts).
 */
import type { Keypoint } from './keypoints.ts'

export const DESCRIPTOR_SIZE = 128
/** Length of a descriptor as integers: equal ones have a dot product of DESCRIPTOR_LENGTH². */
export const DESCRIPTOR_LENGTH = 512

const CELLS = 4
const DIRECTIONS = 8
const CELL_SIGMAS = 3
/** exp(−r²/8) at r² = k/64, up to the corner of the cells. */
const FALL = Float64Array.from({ length: 64 * 13 }, (_, k) => Math.exp(-(k + 0.5) / 64 / 8))
const histogram = new Float64Array((CELLS + 2) * (CELLS + 2) * DIRECTIONS)

/** atan2 in turns [0, 1), exact to 1e-4 turn: directions are binned in eighths. */
export function turns(y: number, x: number): number {
  const ax = Math.abs(x)
  const ay = Math.abs(y)
  const most = ax > ay ? ax : ay
  if (most === 0) return 0
  const a = (ax > ay ? ay : ax) / most
  const s = a * a
  // Minimax polynomial of atan on [0, 1], in radians.
  let r = ((-0.0464964749 * s + 0.15931422) * s - 0.327622764) * s * a + a
  if (ay > ax) r = 1.57079637 - r
  if (x < 0) r = 3.14159274 - r
  if (y < 0) r = -r
  const t = r * 0.15915494309189535
  return t < 0 ? t + 1 : t
}

/** Writes the descriptor of a keypoint at an orientation into out[at .. at+127]. */
export function describe(point: Keypoint, angle: number, out: Int16Array, at: number): void {
  const { octave, level, osigma, ox, oy } = point
  const { width, height } = octave
  const plane = octave.blurred[level]
  const cell = CELL_SIGMAS * osigma
  const cos = Math.cos(angle) / cell
  const sin = Math.sin(angle) / cell
  const turn = angle / (2 * Math.PI)
  const radius = Math.round(cell * Math.SQRT2 * (CELLS + 1) * 0.5)
  histogram.fill(0)
  const [x0, x1] = [Math.max(1, Math.floor(ox) - radius), Math.min(width - 2, Math.floor(ox) + radius)]
  const [y0, y1] = [Math.max(1, Math.floor(oy) - radius), Math.min(height - 2, Math.floor(oy) + radius)]
  for (let y = y0; y <= y1; y++) {
    const dy = y - oy
    for (let x = x0; x <= x1; x++) {
      const dx = x - ox
      const u = cos * dx + sin * dy
      const v = -sin * dx + cos * dy
      if (u <= -2.5 || u >= 2.5 || v <= -2.5 || v >= 2.5) continue
      const k = y * width + x
      const gx = plane[k + 1] - plane[k - 1]
      const gy = plane[k + width] - plane[k - width]
      const weight = Math.sqrt(gx * gx + gy * gy) * FALL[Math.floor((u * u + v * v) * 64)]
      let direction = turns(gy, gx) - turn
      direction = (direction - Math.floor(direction)) * DIRECTIONS
      // Trilinear: cells lie at whole numbers of (u + 2.5), one ring of spare cells outside.
      const cu = u + 2.5
      const cv = v + 2.5
      const iu = Math.floor(cu)
      const iv = Math.floor(cv)
      const id = Math.floor(direction)
      const fu = cu - iu
      const fv = cv - iv
      const fd = direction - id
      const d0 = id & 7
      const d1 = (id + 1) & 7
      const c = (iv * (CELLS + 2) + iu) * DIRECTIONS
      const right = c + DIRECTIONS
      const below = c + (CELLS + 2) * DIRECTIONS
      const corner = below + DIRECTIONS
      const w11 = weight * fu * fv
      const w10 = weight * fv - w11
      const w01 = weight * fu - w11
      const w00 = weight - w11 - w10 - w01
      histogram[c + d0] += w00 * (1 - fd)
      histogram[c + d1] += w00 * fd
      histogram[right + d0] += w01 * (1 - fd)
      histogram[right + d1] += w01 * fd
      histogram[below + d0] += w10 * (1 - fd)
      histogram[below + d1] += w10 * fd
      histogram[corner + d0] += w11 * (1 - fd)
      histogram[corner + d1] += w11 * fd
    }
  }
  // Large single gradients are cut, as lighting makes them (Lowe: 0.2 of the length).
  let square = 0
  for (let pass = 0; pass < 2; pass++) {
    const limit = pass === 0 ? Infinity : 0.2 * Math.sqrt(square)
    square = 0
    forEachCell(k => {
      histogram[k] = Math.min(histogram[k], limit)
      square += histogram[k] * histogram[k]
    })
  }
  let sum = 1e-12
  forEachCell(k => (sum += histogram[k]))
  let n = at
  forEachCell(k => (out[n++] = Math.round(DESCRIPTOR_LENGTH * Math.sqrt(histogram[k] / sum))))
}

function forEachCell(visit: (index: number) => void): void {
  for (let v = 1; v <= CELLS; v++) {
    for (let u = 1; u <= CELLS; u++) for (let d = 0; d < DIRECTIONS; d++) visit((v * (CELLS + 2) + u) * DIRECTIONS + d)
  }
}
