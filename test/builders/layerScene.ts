/**
 * A textured foreground disc moving over a textured background, both by similarities, with exact flow and visibility:
 * the smallest scene with a motion edge and an occlusion. Textures are analytic, so motion is exact at any sub-pixel.
 * Not here: 3-D scenes (pipeline/synth).
 */

/** Maps layer coordinates to raster pixels: scale and turn about (cx, cy), then shift. */
export interface Similarity {
  readonly cx: number
  readonly cy: number
  readonly angle: number
  readonly scale: number
  readonly dx: number
  readonly dy: number
}

export interface LayerScene {
  readonly width: number
  readonly height: number
  readonly background: (frame: number) => Similarity
  /** Left out: no foreground. */
  readonly foreground?: (frame: number) => Similarity
  /** Of the disc, in layer coordinates, centred at the similarity's (cx, cy). */
  readonly radius?: number
  readonly seed?: number
}

export const still: Similarity = { cx: 0, cy: 0, angle: 0, scale: 1, dx: 0, dy: 0 }

function apply(m: Similarity, x: number, y: number): [number, number] {
  const c = Math.cos(m.angle) * m.scale
  const s = Math.sin(m.angle) * m.scale
  return [m.cx + m.dx + c * (x - m.cx) - s * (y - m.cy), m.cy + m.dy + s * (x - m.cx) + c * (y - m.cy)]
}

function invert(m: Similarity, x: number, y: number): [number, number] {
  const c = Math.cos(m.angle) / m.scale
  const s = Math.sin(m.angle) / m.scale
  const px = x - m.cx - m.dx
  const py = y - m.cy - m.dy
  return [m.cx + c * px + s * py, m.cy - s * px + c * py]
}

function lattice(ix: number, iy: number, seed: number): number {
  let h = (ix * 374761393 + iy * 668265263 + seed * 974711) | 0
  h = Math.imul(h ^ (h >>> 13), 1274126177)
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296
}

function noise(x: number, y: number, seed: number): number {
  const ix = Math.floor(x)
  const iy = Math.floor(y)
  const fx = x - ix
  const fy = y - iy
  const u = fx * fx * fx * (fx * (fx * 6 - 15) + 10)
  const v = fy * fy * fy * (fy * (fy * 6 - 15) + 10)
  const top = lattice(ix, iy, seed) * (1 - u) + lattice(ix + 1, iy, seed) * u
  const low = lattice(ix, iy + 1, seed) * (1 - u) + lattice(ix + 1, iy + 1, seed) * u
  return top * (1 - v) + low * v
}

/** Luma 0..255 of a texture with detail from 3 to 48 pixels. */
export function texture(x: number, y: number, seed: number): number {
  const t = 0.35 * noise(x / 48, y / 48, seed) + 0.3 * noise(x / 19, y / 19, seed + 1) + 0.2 * noise(x / 7.3, y / 7.3, seed + 2) + 0.15 * noise(x / 3.1, y / 3.1, seed + 3)
  return 255 * Math.min(1, Math.max(0, (t - 0.5) * 1.7 + 0.5))
}

function onForeground(scene: LayerScene, frame: number, x: number, y: number): boolean {
  if (!scene.foreground) return false
  const m = scene.foreground(frame)
  const [lx, ly] = invert(m, x, y)
  return Math.hypot(lx - m.cx, ly - m.cy) < (scene.radius ?? 0)
}

/** Luma [height, width], each pixel the mean of 2×2 samples. */
export function renderLuma(scene: LayerScene, frame: number): Float32Array {
  const { width, height, seed = 0 } = scene
  const out = new Float32Array(width * height)
  for (let y = 0, k = 0; y < height; y++)
    for (let x = 0; x < width; x++, k++) {
      let sum = 0
      for (const oy of [0.25, 0.75])
        for (const ox of [0.25, 0.75]) {
          const front = onForeground(scene, frame, x + ox, y + oy)
          const [lx, ly] = invert(front ? scene.foreground!(frame) : scene.background(frame), x + ox, y + oy)
          sum += texture(lx, ly, front ? seed + 50 : seed)
        }
      out[k] = sum / 4
    }
  return out
}

/** RGB [height, width, 3] of the same picture, gray. */
export function renderRgb(scene: LayerScene, frame: number): Uint8Array {
  const luma = renderLuma(scene, frame)
  const rgb = new Uint8Array(luma.length * 3)
  for (let i = 0; i < luma.length; i++) rgb.fill(Math.round(luma[i]), 3 * i, 3 * i + 3)
  return rgb
}

export interface ExactFlow {
  /** [height, width, 2] pixels. */
  readonly flow: Float32Array
  /** [height, width] 1 = seen in both frames, 0 = hidden by the foreground, 2 = out of the frame. */
  readonly seen: Uint8Array
}

export function exactFlow(scene: LayerScene, from: number, to: number): ExactFlow {
  const { width, height } = scene
  const flow = new Float32Array(width * height * 2)
  const seen = new Uint8Array(width * height)
  for (let y = 0, k = 0; y < height; y++)
    for (let x = 0; x < width; x++, k++) {
      const front = onForeground(scene, from, x + 0.5, y + 0.5)
      const motion = front ? scene.foreground! : scene.background
      const [lx, ly] = invert(motion(from), x + 0.5, y + 0.5)
      const [qx, qy] = apply(motion(to), lx, ly)
      flow[2 * k] = qx - x - 0.5
      flow[2 * k + 1] = qy - y - 0.5
      const inside = qx >= 0 && qy >= 0 && qx < width && qy < height
      seen[k] = !inside ? 2 : !front && onForeground(scene, to, qx, qy) ? 0 : 1
    }
  return { flow, seen }
}
