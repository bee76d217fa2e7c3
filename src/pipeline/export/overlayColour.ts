/** Colours of tracks as the overlay's numbers. Not here: which colour a track has (the project, shared/trackColours.ts), drawing. */

/** sRGB, 0..255. */
export type Rgb = readonly [number, number, number]

/** Of #rrggbb. */
export function overlayColour(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}
