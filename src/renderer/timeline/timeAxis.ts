/**
 * Where frames lie along the timeline: a frame is a cell `pxPerFrame` wide, its sign stands in the middle. Pure. Not here: lanes
 * (laneRows.ts), the marks of the ruler (ticks.ts).
 */

/** Free space before the first and behind the last frame, px: signs of both stay whole. */
export const PAD_PX = 12

/** Frames are drawn no wider than this, unless fewer fill the width. */
const MAX_PX_PER_FRAME = 64

export interface TimeAxis {
  readonly frames: number
  readonly pxPerFrame: number
  /** How far it is scrolled, px. */
  readonly leftPx: number
  /** Of what is in view. */
  readonly widthPx: number
}

export const contentPx = ({ frames, pxPerFrame }: TimeAxis): number => frames * pxPerFrame + 2 * PAD_PX

/** The scale that shows every frame. */
export function fitPxPerFrame(frames: number, widthPx: number): number {
  return Math.max(1e-3, widthPx - 2 * PAD_PX) / Math.max(1, frames)
}

/** Left edge of a frame's cell, px from the left of the view; fractions of a frame are allowed. */
export const xOf = ({ pxPerFrame, leftPx }: TimeAxis, frame: number): number => PAD_PX + frame * pxPerFrame - leftPx

/** Middle of a frame's cell. */
export const centreOf = (axis: TimeAxis, frame: number): number => xOf(axis, frame + 0.5)

/** The frame under x; the nearest end outside the video. */
export function frameAt(axis: TimeAxis, x: number): number {
  const frame = Math.floor((x + axis.leftPx - PAD_PX) / axis.pxPerFrame)
  return Math.max(0, Math.min(axis.frames - 1, frame))
}

/** Frames in view, those cut by its edges included. */
export function framesInView(axis: TimeAxis): { first: number; last: number } {
  return { first: frameAt(axis, 0), last: frameAt(axis, axis.widthPx) }
}

function scrolledTo(axis: TimeAxis, leftPx: number): TimeAxis {
  return { ...axis, leftPx: Math.max(0, Math.min(contentPx(axis) - axis.widthPx, leftPx)) }
}

/** Scaled by `factor`; what lies under x stays under it as far as the ends allow. */
export function zoomedAt(axis: TimeAxis, factor: number, x: number): TimeAxis {
  const fit = fitPxPerFrame(axis.frames, axis.widthPx)
  const pxPerFrame = Math.max(fit, Math.min(Math.max(MAX_PX_PER_FRAME, fit), axis.pxPerFrame * factor))
  const frame = (x + axis.leftPx - PAD_PX) / axis.pxPerFrame
  return scrolledTo({ ...axis, pxPerFrame }, frame * pxPerFrame + PAD_PX - x)
}

export function fitted(axis: TimeAxis): TimeAxis {
  return { ...axis, pxPerFrame: fitPxPerFrame(axis.frames, axis.widthPx), leftPx: 0 }
}

/** Scrolled as little as brings the frame into view; a frame ahead of the view while playing turns the page instead. */
export function following(axis: TimeAxis, frame: number, playing: boolean): TimeAxis {
  const left = xOf(axis, frame)
  const right = left + axis.pxPerFrame
  const edge = Math.min(PAD_PX, axis.widthPx / 4)
  if (left >= 0 && right <= axis.widthPx) return axis
  if (playing) return scrolledTo(axis, axis.leftPx + left - edge)
  return scrolledTo(axis, left < 0 ? axis.leftPx + left - edge : axis.leftPx + right - axis.widthPx + edge)
}
