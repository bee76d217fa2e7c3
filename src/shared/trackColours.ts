/**
 * Colours given to tracks in turn: twelve hues, 30° apart in CIE LCh, all of lightness 66 so that none stands out by itself; each is 150°
 * from the one before, so that neighbours in a list differ most. What a track is (occluded, doubtful …) is said by form, never by these.
 * Not here: themes.
 */
export const trackColours = [
  '#f4813b', '#04b2bb', '#ff6eac', '#34b756', '#9396fe', '#c79a10',
  '#09aed8', '#ff7577', '#06b598', '#e079e7', '#8dac21', '#12a8ff',
] as const

/** Colour of the n-th track of a video. */
export function trackColour(n: number): string {
  return trackColours[n % trackColours.length]
}
