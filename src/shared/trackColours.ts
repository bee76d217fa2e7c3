/** Colours given to tracks in turn: the Okabe–Ito set (safe for colour-blind eyes) without black. Not here: themes. */

export const trackColours = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7'] as const

/** Colour of the n-th track of a video. */
export function trackColour(n: number): string {
  return trackColours[n % trackColours.length]
}
