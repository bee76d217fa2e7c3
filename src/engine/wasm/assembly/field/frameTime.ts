// What depends on the frame alone: time features and their product with the first layer, once per frame and step, and
// the gradients of both, pushed once per step from the sums that the blocks left.
import * as c from './config'
import * as slot from './slots'
import { madd, splat, sumLanes } from './arithmetic'

// @ts-ignore: decorator
@inline function usedFrame(n: i32): i32 {
  return load<i32>(c.getAddress(slot.USED_FRAMES) + <usize>n * 4)
}

// Node position of a frame in a table of n nodes.
// @ts-ignore: decorator
@inline function timePosition(frame: i32, n: i32): f64 {
  return (<f64>frame * <f64>(n - 1)) / <f64>(c.frames - 1)
}

// @ts-ignore: decorator
@inline function firstNode(position: f64, n: i32): i32 {
  return min<i32>(<i32>position, n - 2)
}

/** Time features of the used frames and the bias that they give each first layer; this thread's share. */
export function prepareFrames(): void {
  const count = c.getInt(slot.USED_COUNT)
  for (let u = c.thread; u < count; u += c.threads) {
    const frame = usedFrame(u)
    const features = c.frameTime + <usize>(frame * c.timeFeatures) * 4
    for (let table = 0; table < c.timeTables; table++) {
      const n = load<i32>(c.timeNodes + <usize>table * 4)
      const position = timePosition(frame, n)
      const node = firstNode(position, n)
      const share = <f32>(position - <f64>node)
      const at = c.time + <usize>load<i32>(c.timeOffsets + <usize>table * 4) + <usize>(node * c.timeChannels) * 4
      const next = at + <usize>c.timeChannels * 4
      for (let k = 0; k < c.timeChannels; k++)
        store<f32>(
          features + <usize>(table * c.timeChannels + k) * 4,
          load<f32>(at + <usize>k * 4) * (1 - share) + load<f32>(next + <usize>k * 4) * share,
        )
    }
    const row = <usize>c.hidden1 * 4
    for (let layer = 0; layer < c.layers; layer++) {
      const w = c.network + <usize>layer * c.layerBytes
      const out = c.frameBias + <usize>((frame * c.layers + layer) * c.hidden1) * 4
      for (let h: usize = 0; h < row; h += 16) {
        let sum = v128.load(w + c.atB1 + h)
        let from = w + c.atWt + h
        for (let k = 0; k < c.timeFeatures; k++, from += row) sum = madd(v128.load32_splat(features + <usize>k * 4), v128.load(from), sum)
        v128.store(out + h, sum)
      }
    }
  }
}

function transpose(from: usize, rows: i32, columns: i32, to: usize): void {
  for (let r = 0; r < rows; r++)
    for (let k = 0; k < columns; k++)
      store<f32>(to + <usize>(k * rows + r) * 4, load<f32>(from + <usize>(r * columns + k) * 4))
}

/** Transposed weights of this thread's layers, for the way back to inputs. */
export function prepareTransposed(): void {
  for (let layer = c.thread; layer < c.layers; layer += c.threads) {
    const w = c.network + <usize>layer * c.layerBytes
    const to = c.transposed + <usize>layer * c.transposedBytes
    transpose(w + c.atW1, c.features, c.hidden1, to)
    transpose(w + c.atW2, c.hidden1, c.hidden2, to + c.atW2t)
    transpose(w + c.atW3, c.hidden2, c.outputs, to + c.atW3t)
  }
}

/** Sums the frame-bias gradients of all threads into those of thread 0; this thread's share of the frames. */
export function reduceFrameBias(): void {
  const count = c.getInt(slot.USED_COUNT)
  const bytes = <usize>(c.layers * c.hidden1) * 4
  const base = c.getAddress(slot.FRAME_BIAS_GRADIENT)
  for (let u = c.thread; u < count; u += c.threads) {
    const sum = base + <usize>usedFrame(u) * bytes
    for (let t = 1; t < c.threads; t++) {
      const other = sum + <usize>t * c.frameBiasGradientStride
      for (let k: usize = 0; k < bytes; k += 16) {
        v128.store(sum + k, f32x4.add(v128.load(sum + k), v128.load(other + k)))
        v128.store(other + k, f32x4.splat(0))
      }
    }
  }
}

/** Gradients of the time rows of the first layer and of its bias (this thread's layers), and of time features (its frames). */
export function pushFrameBias(): void {
  const count = c.getInt(slot.USED_COUNT)
  const base = c.getAddress(slot.FRAME_BIAS_GRADIENT)
  const row = <usize>c.hidden1 * 4
  for (let layer = c.thread; layer < c.layers; layer += c.threads) {
    const d = c.network + <usize>layer * c.layerBytes + c.toSum
    for (let u = 0; u < count; u++) {
      const frame = usedFrame(u)
      const features = c.frameTime + <usize>(frame * c.timeFeatures) * 4
      const from = base + <usize>((frame * c.layers + layer) * c.hidden1) * 4
      for (let h: usize = 0; h < row; h += 16) {
        const g = v128.load(from + h)
        const bias = d + c.atB1 + h
        v128.store(bias, f32x4.add(v128.load(bias), g))
        let to = d + c.atWt + h
        for (let k = 0; k < c.timeFeatures; k++, to += row)
          v128.store(to, madd(v128.load32_splat(features + <usize>k * 4), g, v128.load(to)))
      }
    }
  }
  for (let u = c.thread; u < count; u += c.threads) {
    const frame = usedFrame(u)
    const out = c.frameTimeGradient + <usize>(frame * c.timeFeatures) * 4
    for (let k = 0; k < c.timeFeatures; k++) {
      let sum = splat(0)
      for (let layer = 0; layer < c.layers; layer++) {
        const from = base + <usize>((frame * c.layers + layer) * c.hidden1) * 4
        const w = c.network + <usize>layer * c.layerBytes + c.atWt + <usize>k * row
        for (let h: usize = 0; h < row; h += 16) sum = madd(v128.load(from + h), v128.load(w + h), sum)
      }
      store<f32>(out + <usize>k * 4, sumLanes(sum))
    }
  }
}

/** Gradient of the time tables from those of the frames' features: one thread, in frame order. */
export function pushTimeTables(): void {
  const count = c.getInt(slot.USED_COUNT)
  for (let u = 0; u < count; u++) {
    const frame = usedFrame(u)
    const from = c.frameTimeGradient + <usize>(frame * c.timeFeatures) * 4
    for (let table = 0; table < c.timeTables; table++) {
      const n = load<i32>(c.timeNodes + <usize>table * 4)
      const position = timePosition(frame, n)
      const node = firstNode(position, n)
      const share = <f32>(position - <f64>node)
      const at = c.time + c.toSum + <usize>load<i32>(c.timeOffsets + <usize>table * 4) + <usize>(node * c.timeChannels) * 4
      const next = at + <usize>c.timeChannels * 4
      for (let k = 0; k < c.timeChannels; k++) {
        const g = load<f32>(from + <usize>(table * c.timeChannels + k) * 4)
        const one = at + <usize>k * 4, two = next + <usize>k * 4
        store<f32>(one, load<f32>(one) + g * (1 - share))
        store<f32>(two, load<f32>(two) + g * share)
      }
    }
  }
}

/** Clears the summed frame-bias gradients of this thread's share. */
export function clearFrameBias(): void {
  const count = c.getInt(slot.USED_COUNT)
  const bytes = <usize>(c.layers * c.hidden1) * 4
  for (let u = c.thread; u < count; u += c.threads)
    memory.fill(c.getAddress(slot.FRAME_BIAS_GRADIENT) + <usize>usedFrame(u) * bytes, 0, bytes)
}
