/**
 * Textures of synthetic scenes with the statistics of photographs: leaves of all sizes over multi-octave noise, so there are
 * edges, corners and smooth areas. Not here: how a surface is mapped to its texture (frameView.ts).
 */
import type { RandomStream } from './randomStream.ts'

/** A square, periodic RGB image with smaller and smaller copies for surfaces far away. */
export interface Texture {
  /** Side in texels of level 0, a power of two. */
  readonly side: number
  /** Texels per world unit at level 0. */
  readonly density: number
  /** Level k: [side >> k, side >> k, 3] linear 0..255. */
  readonly levels: readonly Float32Array[]
}

export type Rgb = readonly [number, number, number]

export interface TextureStyle {
  /** Mean colour. */
  readonly base: Rgb
  /** Half range of the noise, 0..255. */
  readonly noise: number
  /** Number of leaves (discs and polygons of power-law sizes); 0 for a plain surface. */
  readonly leaves: number
  /** Half range of the colour of leaves about the base. */
  readonly contrast: number
  /** Texels per world unit. */
  readonly density: number
  readonly side?: number
}

/** Periodic value noise in octaves, added with weight 1/f to all three channels with a common and an own part. */
function addNoise(image: Float32Array, side: number, amplitude: number, random: RandomStream): void {
  const field = new Float32Array(side * side)
  for (let octave = 2; octave < 8 && 1 << octave <= side; octave++) {
    const cells = 1 << octave
    const weight = 1 / Math.sqrt(cells / 4)
    const lattice = Float32Array.from({ length: cells * cells }, () => random.between(-1, 1) * weight)
    const step = side / cells
    for (let y = 0; y < side; y++) {
      const cy = Math.floor(y / step)
      let fy = y / step - cy
      fy = fy * fy * (3 - 2 * fy)
      const row0 = cy * cells
      const row1 = ((cy + 1) % cells) * cells
      for (let x = 0; x < side; x++) {
        const cx = Math.floor(x / step)
        let fx = x / step - cx
        fx = fx * fx * (3 - 2 * fx)
        const c1 = (cx + 1) % cells
        const top = lattice[row0 + cx] + (lattice[row0 + c1] - lattice[row0 + cx]) * fx
        const bottom = lattice[row1 + cx] + (lattice[row1 + c1] - lattice[row1 + cx]) * fx
        field[y * side + x] += top + (bottom - top) * fy
      }
    }
  }
  const tint = [random.between(0.7, 1), random.between(0.7, 1), random.between(0.7, 1)]
  // The second use of the field, shifted, decorrelates chroma without the price of three fields.
  const shift = (side >> 1) * side + (side >> 2)
  for (let i = 0; i < field.length; i++) {
    const own = field[(i + shift) % field.length]
    for (let c = 0; c < 3; c++) image[i * 3 + c] += amplitude * (field[i] * tint[c] + own * (c - 1) * 0.25)
  }
}

/** Paints one leaf: a disc or a convex polygon with its own colour and a soft, one-texel rim. */
function paintLeaf(image: Float32Array, side: number, style: TextureStyle, random: RandomStream): void {
  // Radii with density ∝ r⁻²·⁵: about what occlusion leaves in photographs.
  const smallest = 2.5
  const largest = side / 9
  const u = random.next()
  const radius = (smallest ** -1.5 + u * (largest ** -1.5 - smallest ** -1.5)) ** (-1 / 1.5)
  const cx = random.between(0, side)
  const cy = random.between(0, side)
  const corners = random.next() < 0.4 ? 0 : 3 + random.index(4)
  const stretch = random.between(0.5, 1)
  const angle = random.between(0, Math.PI)
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const luma = random.between(-1, 1) * style.contrast
  const colour = [0, 1, 2].map(c => style.base[c] + luma + random.between(-0.45, 0.45) * style.contrast)
  const gradient = random.between(-0.3, 0.3) * style.contrast
  const planes = Array.from({ length: corners }, (_, k) => {
    const a = ((k + random.between(-0.25, 0.25)) / corners) * 2 * Math.PI
    return [Math.cos(a), Math.sin(a), radius * random.between(0.45, 0.9)] as const
  })
  const reach = Math.ceil(radius + 1)
  const mask = side - 1
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const px = cos * dx + sin * dy
      const py = (-sin * dx + cos * dy) / stretch
      let inside = radius - Math.sqrt(px * px + py * py)
      for (let k = 0; k < planes.length && inside > -0.5; k++) inside = Math.min(inside, planes[k][2] - planes[k][0] * px - planes[k][1] * py)
      if (inside <= -0.5) continue
      const cover = Math.min(1, inside + 0.5)
      const at = ((((Math.floor(cy) + dy) & mask) * side + ((Math.floor(cx) + dx) & mask)) | 0) * 3
      for (let c = 0; c < 3; c++) image[at + c] += cover * (colour[c] + (gradient * px) / radius - image[at + c])
    }
  }
}

function halve(image: Float32Array, side: number): Float32Array {
  const half = side >> 1
  const out = new Float32Array(half * half * 3)
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      for (let c = 0; c < 3; c++) {
        const at = (2 * y * side + 2 * x) * 3 + c
        out[(y * half + x) * 3 + c] = (image[at] + image[at + 3] + image[at + side * 3] + image[at + side * 3 + 3]) / 4
      }
    }
  }
  return out
}

export function makeTexture(style: TextureStyle, random: RandomStream): Texture {
  const side = style.side ?? 256
  const image = new Float32Array(side * side * 3)
  for (let i = 0; i < image.length; i++) image[i] = style.base[i % 3]
  for (let k = 0; k < style.leaves; k++) paintLeaf(image, side, style, random)
  addNoise(image, side, style.noise, random)
  for (let i = 0; i < image.length; i++) image[i] = Math.min(250, Math.max(5, image[i]))
  const levels: Float32Array[] = [image]
  for (let s = side; s > 8; s >>= 1) levels.push(halve(levels[levels.length - 1], s))
  return { side, density: style.density, levels }
}

/** A busy texture of a random colour. */
export function busyTexture(random: RandomStream, density: number, side = 256): Texture {
  const base = [random.between(70, 185), random.between(70, 185), random.between(70, 185)] as const
  return makeTexture({ base, noise: random.between(18, 34), leaves: Math.round((side * side) / 75), contrast: random.between(55, 95), density, side }, random)
}

/** A nearly plain surface of the given colour: a little grain, no edges. */
export function plainTexture(base: Rgb, random: RandomStream, density = 40, noise = 3): Texture {
  return makeTexture({ base, noise, leaves: 0, contrast: 0, density, side: 128 }, random)
}
