/** Colours of tracks: far apart for neighbouring indices, the same for an index for ever. Not here: drawing. */

export type Rgb = readonly [number, number, number]

/** Each hue is the golden angle from the one before, so any run of indices spreads over the circle. */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5))
/** Lightness and chroma in turn: neighbours in hue (5, 8, 13 indices apart) then differ in these. */
const tones: readonly (readonly [number, number])[] = [[0.72, 0.19], [0.82, 0.16], [0.6, 0.21]]

/** Colour of the track at an index from 0, sRGB 0..255. */
export function overlayColour(index: number): Rgb {
  const [lightness, chroma] = tones[index % tones.length]
  const hue = 0.5 + index * GOLDEN_ANGLE
  // Not every hue reaches the chroma asked for at its lightness: take what sRGB has.
  for (let c = chroma; ; c -= 0.01) {
    const linear = linearOf(lightness, c * Math.cos(hue), c * Math.sin(hue))
    if (c <= 0 || linear.every((v) => v >= -1e-4 && v <= 1.0001)) return linear.map(encodeSrgb) as unknown as Rgb
  }
}

/** OKLab to linear sRGB (B. Ottosson, 2020). */
function linearOf(lightness: number, a: number, b: number): number[] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

function encodeSrgb(linear: number): number {
  const v = Math.min(1, Math.max(0, linear))
  return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055))
}
