/**
 * Does a pixel look like what its flow points at? Mean colour difference over 3×3 pixels, judged against the pair's own
 * noise and the local detail. Finds pixels beside a moving edge that took the edge's motion, which cycles cannot see:
 * both directions make the same mistake. Not here: cycles (flowStatus.ts).
 */
import type { Size } from '../../../shared/units.ts'

/** A pixel agrees below `base` + `noise`·(median difference of the pair) + `detail`·(mean step to the next pixels), in grey levels. */
const tolerance = { base: 2.5, noise: 1.5, detail: 0.15 }

/** [height, width] 1 where the frame `to`, moved back by `flow` [height, width, 2], agrees with `from`; both RGB [height, width, 3]. */
export function photometricAgreement(from: Uint8Array, to: Uint8Array, flow: Float32Array, size: Size): Uint8Array {
  const { width, height } = size
  const count = width * height
  const difference = new Float32Array(count)
  const detail = new Float32Array(count)
  const row = width * 3
  for (let y = 0, k = 0; y < height; y++)
    for (let x = 0; x < width; x++, k++) {
      const px = Math.min(Math.max(x + flow[2 * k], 0), width - 1)
      const py = Math.min(Math.max(y + flow[2 * k + 1], 0), height - 1)
      const x0 = Math.min(px | 0, width - 2)
      const y0 = Math.min(py | 0, height - 2)
      const ax = px - x0
      const ay = py - y0
      const w11 = ax * ay
      const w01 = ax - w11
      const w10 = ay - w11
      const w00 = 1 - ax - ay + w11
      const a = 3 * k
      const b = (y0 * width + x0) * 3
      const right = x + 1 < width ? a + 3 : a - 3
      const below = y + 1 < height ? a + row : a - row
      let d = 0
      let g = 0
      for (let c = 0; c < 3; c++) {
        const own = from[a + c]
        d += Math.abs(own - (w00 * to[b + c] + w01 * to[b + 3 + c] + w10 * to[b + row + c] + w11 * to[b + row + 3 + c]))
        g += Math.abs(own - from[right + c]) + Math.abs(own - from[below + c])
      }
      difference[k] = d / 3
      detail[k] = g / 3
    }
  const d3 = box3(difference, width, height)
  const g3 = box3(detail, width, height)
  const base = tolerance.base + tolerance.noise * approximateMedian(d3)
  const agrees = new Uint8Array(count)
  for (let k = 0; k < count; k++) agrees[k] = d3[k] < base + tolerance.detail * g3[k] ? 1 : 0
  return agrees
}

/** Mean over 3×3, fewer at the border. */
function box3(plane: Float32Array, width: number, height: number): Float32Array {
  const across = new Float32Array(plane.length)
  const out = new Float32Array(plane.length)
  for (let y = 0, k = 0; y < height; y++)
    for (let x = 0; x < width; x++, k++) across[k] = (plane[x ? k - 1 : k] + plane[k] + plane[x + 1 < width ? k + 1 : k]) / 3
  for (let y = 0, k = 0; y < height; y++)
    for (let x = 0; x < width; x++, k++) out[k] = (across[y ? k - width : k] + across[k] + across[y + 1 < height ? k + width : k]) / 3
  return out
}

/** Of every 7th value: enough for a noise level. */
function approximateMedian(values: Float32Array): number {
  const some = values.filter((_, k) => k % 7 === 0).sort()
  return some[some.length >> 1]
}
