/** Fills and smooths a frame's inverse depth along the image: confident nodes speak for their like-coloured neighbours. */
import type { InverseDepth } from './parallaxDepth.ts'

/** Passes of a 5×5 filter whose taps spread out: 1, 2, 4, 8 nodes apart. */
const SPREADS = [1, 2, 4, 8]
const COLOUR_SIGMA = 14
const TAPS = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16]

/**
 * @param guide [height, width, 3] colour at the nodes, 0..255
 * @param confidence [height, width] 0..1
 * @returns [height, width] inverse depth
 */
export function smoothDepth(depth: InverseDepth, guide: Float32Array, confidence: Float32Array): Float32Array {
  const { width, height } = depth
  let value = depth.inverse.slice()
  let trust = confidence.map(c => Math.max(c, 1e-4))
  for (const spread of SPREADS) {
    const nextValue = new Float32Array(value.length)
    const nextTrust = new Float32Array(value.length)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = y * width + x
        let [sum, weight, support] = [0, 0, 0]
        for (let b = -2; b <= 2; b++) {
          const v = y + b * spread
          if (v < 0 || v >= height) continue
          for (let a = -2; a <= 2; a++) {
            const u = x + a * spread
            if (u < 0 || u >= width) continue
            const n = v * width + u
            let difference = 0
            for (let c = 0; c < 3; c++) difference += (guide[n * 3 + c] - guide[at * 3 + c]) ** 2
            const like = TAPS[a + 2] * TAPS[b + 2] * Math.exp(-difference / (2 * COLOUR_SIGMA * COLOUR_SIGMA))
            // A confident node is not moved by neighbours at another depth.
            const step = trust[at] * Math.abs(Math.log(value[n] / value[at]))
            const w = (like * trust[n]) / (1 + (step / 0.05) ** 2)
            sum += w * value[n]
            weight += w
            support += like * trust[n]
          }
        }
        nextValue[at] = sum / weight
        nextTrust[at] = Math.max(trust[at], Math.min(1, support))
      }
    }
    value = nextValue
    trust = nextTrust
  }
  return value
}
