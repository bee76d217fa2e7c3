/** Which frames the ruler marks, and what it writes there. Pure. Not here: drawing. */

/** A label needs this much room, px. */
const LABEL_PX = 56
/** A label with its time in seconds. */
const LONG_LABEL_PX = 112
const TICK_PX = 6

/** Every so many frames: 1, 2 or 5 times a power of ten, the closest that are at least `minPx` apart. */
export function tickEvery(pxPerFrame: number, minPx: number): number {
  const atLeast = minPx / pxPerFrame
  for (let power = 1; ; power *= 10) {
    for (const step of [1, 2, 5]) if (step * power >= atLeast) return step * power
  }
}

export interface TickSpacing {
  /** Frames between labels. */
  readonly major: number
  /** Frames between marks; divides `major`. */
  readonly minor: number
  readonly withSeconds: boolean
}

export function tickSpacing(pxPerFrame: number): TickSpacing {
  const major = tickEvery(pxPerFrame, LABEL_PX)
  let minor = major
  for (const parts of [2, 5, 10]) {
    if (major % parts === 0 && (major / parts) * pxPerFrame >= TICK_PX) minor = major / parts
  }
  return { major, minor, withSeconds: major * pxPerFrame >= LONG_LABEL_PX }
}

/** 00123: as many digits as the video's last frame needs, at least five. */
export function frameLabel(frame: number, frames = 0): string {
  return String(frame).padStart(Math.max(5, String(frames).length), '0')
}

/** 4.92 s, 1:04.92 from a minute on. */
export function secondsLabel(seconds: number): string {
  // Rounded first: 59.999 s is a minute.
  const hundredths = Math.round(seconds * 100)
  const minutes = Math.floor(hundredths / 6000)
  const rest = ((hundredths - minutes * 6000) / 100).toFixed(2)
  return minutes > 0 ? `${minutes}:${rest.padStart(5, '0')}` : `${rest} s`
}
