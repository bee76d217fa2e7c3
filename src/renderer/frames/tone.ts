/** Brightness, contrast and gamma of the picture as one table of 256 values. Pure. Nothing of it is saved or exported. */
export interface Tone {
  /** -1 to 1; 0 is unchanged. */
  readonly brightness: number
  readonly contrast: number
  /** 0.2 to 5; 1 is unchanged; above, the dark parts are lighter. */
  readonly gamma: number
}

export const isPlain = ({ brightness, contrast, gamma }: Tone): boolean => brightness === 0 && contrast === 0 && gamma === 1

/** Gamma first, then contrast about the middle, then brightness. */
export function toneTable({ brightness, contrast, gamma }: Tone): Uint8ClampedArray {
  const table = new Uint8ClampedArray(256)
  // -1 is flat grey, 0 unchanged, 1 black and white.
  const slope = Math.tan(((Math.min(0.999, contrast) + 1) * Math.PI) / 4)
  for (let value = 0; value < 256; value++) {
    const lit = (value / 255) ** (1 / gamma)
    table[value] = 255 * ((lit - 0.5) * slope + 0.5 + brightness)
  }
  return table
}

/** Changes RGBA values in place; opacity stays. */
export function applyTone(rgba: Uint8ClampedArray, table: Uint8ClampedArray): void {
  for (let at = 0; at < rgba.length; at += 4) {
    rgba[at] = table[rgba[at]]
    rgba[at + 1] = table[rgba[at + 1]]
    rgba[at + 2] = table[rgba[at + 2]]
  }
}
