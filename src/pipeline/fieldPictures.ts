/** What supervises a field, and what it has learned, as pictures to lay over a frame: RGBA at working size. Not here: encoding them. */
import type { Picture } from '../shared/fieldTracker.ts'
import type { Size } from '../shared/units.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus, type FlowPair, type FlowStore } from './supervision/supervision.ts'

/** Cells of the Middlebury wheel between its colours: red, yellow, green, cyan, blue, magenta, red. */
const WHEEL_STEPS = [15, 6, 4, 11, 13, 6]
const WHEEL_COLOURS = [[255, 0, 0], [255, 255, 0], [0, 255, 0], [0, 255, 255], [0, 0, 255], [255, 0, 255], [255, 0, 0]]

const wheel = WHEEL_STEPS.flatMap((steps, k) =>
  Array.from({ length: steps }, (_, i) => WHEEL_COLOURS[k].map((from, c) => from + ((WHEEL_COLOURS[k + 1][c] - from) * i) / steps)))

/** Motion as colour: direction is hue, speed is saturation, full at `fastPx`. */
export function flowPicture(pair: FlowPair, size: Size, fastPx: number): Picture {
  const scale = 1 / (FLOW_UNITS_PER_PIXEL * Math.max(1e-3, fastPx))
  return paint(pair, size, (node, rgba, at) => {
    const u = pair.flow[node * 2] * scale
    const v = pair.flow[node * 2 + 1] * scale
    const speed = Math.hypot(u, v)
    const place = ((Math.atan2(-v, -u) / Math.PI + 1) / 2) * (wheel.length - 1)
    const cell = Math.floor(place)
    for (let c = 0; c < 3; c++) {
      const hue = (wheel[cell][c] + (place - cell) * (wheel[(cell + 1) % wheel.length][c] - wheel[cell][c])) / 255
      rgba[at + c] = Math.round(255 * (speed <= 1 ? 1 - speed * (1 - hue) : hue * 0.75))
    }
    rgba[at + 3] = 255
  })
}

const FAST_SHARE = 0.98

/** The speed below which nearly all of a clip's motion from frame to frame stays, px. */
export function fastMotionPx(flow: FlowStore): number {
  const speeds: number[] = []
  const near = flow.pairs.filter(([from, to]) => to === from + 1)
  const every = Math.max(1, Math.floor(near.length / 12))
  for (let n = 0; n < near.length; n += every) {
    const pair = flow.read(...near[n])
    for (let k = 0; k < pair.status.length; k += 37) speeds.push(Math.hypot(pair.flow[k * 2], pair.flow[k * 2 + 1]) / FLOW_UNITS_PER_PIXEL)
  }
  speeds.sort((a, b) => a - b)
  return Math.max(0.5, speeds[Math.floor(speeds.length * FAST_SHARE)] ?? 0.5)
}

/** RGBA of what flow knows of a pixel; where its cycle holds nothing is laid over the frame. */
const statusColours: Readonly<Record<number, readonly [number, number, number, number]>> = {
  [FlowStatus.unknown]: [128, 128, 128, 150],
  [FlowStatus.visible]: [0, 0, 0, 0],
  [FlowStatus.occludedKnown]: [240, 190, 40, 170],
  [FlowStatus.occluded]: [235, 90, 60, 170],
  [FlowStatus.outOfFrame]: [80, 120, 220, 150],
}

/** Where forward and backward flow disagree, and why. */
export function cyclePicture(pair: FlowPair, size: Size): Picture {
  return paint(pair, size, (node, rgba, at) => rgba.set(statusColours[pair.status[node]], at))
}

/** Range of nearness (1 / depth) that most of a clip lies in. */
export function nearnessRange(depth: Float32Array): readonly [number, number] {
  const sample: number[] = []
  const stride = Math.max(1, Math.floor(depth.length / 40_000)) | 1
  for (let k = 0; k < depth.length; k += stride) sample.push(1 / depth[k])
  sample.sort((a, b) => a - b)
  const at = (share: number) => sample[Math.min(sample.length - 1, Math.floor(share * sample.length))]
  return [at(0.02), at(0.98)]
}

/** Depth map [map.height, map.width] of one frame as grey, near is bright. */
export function depthPicture(depth: Float32Array, map: Size, size: Size, [far, near]: readonly [number, number]): Picture {
  const rgba = new Uint8Array(size.width * size.height * 4)
  const range = Math.max(1e-6, near - far)
  const place = (k: number, n: number, nodes: number) => (n > 1 ? (k * (nodes - 1)) / (n - 1) : 0)
  for (let y = 0, at = 0; y < size.height; y++) {
    const v = place(y, size.height, map.height)
    const row = Math.min(map.height - 2, Math.floor(v))
    for (let x = 0; x < size.width; x++, at += 4) {
      const u = place(x, size.width, map.width)
      const column = Math.min(map.width - 2, Math.floor(u))
      const k = row * map.width + column
      const [a, b] = [u - column, v - row]
      const z = (1 - b) * ((1 - a) * depth[k] + a * depth[k + 1]) + b * ((1 - a) * depth[k + map.width] + a * depth[k + map.width + 1])
      const grey = Math.round(255 * Math.min(1, Math.max(0, (1 / z - far) / range)))
      rgba.fill(grey, at, at + 3)
      rgba[at + 3] = 255
    }
  }
  return { ...sizeOf(size), rgba }
}

const sizeOf = ({ width, height }: Size): Size => ({ width, height })

function paint(pair: FlowPair, size: Size, colour: (node: number, rgba: Uint8Array, at: number) => void): Picture {
  const rgba = new Uint8Array(size.width * size.height * 4)
  for (let y = 0, at = 0; y < size.height; y++) {
    const row = Math.min(pair.rows - 1, Math.floor(y / pair.stride)) * pair.columns
    for (let x = 0; x < size.width; x++, at += 4) colour(row + Math.min(pair.columns - 1, Math.floor(x / pair.stride)), rgba, at)
  }
  return { ...sizeOf(size), rgba }
}
