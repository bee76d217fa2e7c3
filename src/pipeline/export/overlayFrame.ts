/**
 * Draws the tracks of one frame over it: a dot where a point is visible, a ring where it is occluded, nothing where it is out of frame
 * or not labelled, and a fading trail of where it was. Not here: rasterising, encoding.
 */
import { trackColour } from '../../shared/trackColours.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { TrackState } from '../../shared/tracks.ts'
import type { FrameIndex, Size } from '../../shared/units.ts'
import { OverlayCanvas } from './overlayCanvas.ts'
import { overlayColour } from './overlayColour.ts'
import type { Rgb } from './overlayColour.ts'

export interface OverlayStyle {
  /** Past frames that a trail reaches back over; 0 for none. */
  readonly trails: number
  /** Radius of a visible point's dot, in pixels. */
  readonly radius: number
  /** Colour of each track, by its index; the palette's in turn when absent. */
  readonly colour?: (track: number) => Rgb
}

const OUTLINE: Rgb = [0, 0, 0]
const OUTLINE_OPACITY = 0.55
/** Trails where the point was hidden are fainter, as their places are guesses. */
const OCCLUDED_TRAIL = 0.45

/** Marks that are seen at any size of video, and that do not cover it when there are many. */
export function overlayStyle(size: Size, tracks: number, trails: number): OverlayStyle {
  const forSize = Math.max(2.5, Math.max(size.width, size.height) * 0.006)
  const forCrowd = 0.16 * Math.sqrt((size.width * size.height) / Math.max(1, tracks))
  return { trails, radius: Math.max(1.5, Math.min(forSize, forCrowd)) }
}

/** Draws into `rgb`, [height, width, 3] of the tracks' own size. `mask` is scratch memory that may be passed from frame to frame. */
export function drawOverlay(rgb: Uint8Array, tracks: TrackSet, frame: FrameIndex, style: OverlayStyle, mask?: Uint8Array): void {
  const canvas = new OverlayCanvas(rgb, tracks, mask)
  const colour = style.colour ?? (track => overlayColour(trackColour(track)))
  if (style.trails > 0) for (let track = 0; track < tracks.ids.length; track++) drawTrail(canvas, tracks, track, frame, style, colour(track))
  for (let track = 0; track < tracks.ids.length; track++) drawMark(canvas, tracks, track, frame, style, colour(track))
}

function drawTrail(canvas: OverlayCanvas, tracks: TrackSet, track: number, frame: FrameIndex, style: OverlayStyle, colour: Rgb): void {
  const lineWidth = Math.max(1.2, style.radius * 0.55)
  let drawn = false
  for (let t = Math.max(1, frame - style.trails + 1); t <= frame; t++) {
    const [a, b] = [track * tracks.frames + t - 1, track * tracks.frames + t]
    if (!isPlaced(tracks, a) || !isPlaced(tracks, b)) continue
    const age = (frame - t) / style.trails
    const strength = tracks.states[a] === TrackState.visible && tracks.states[b] === TrackState.visible ? 0.85 : OCCLUDED_TRAIL
    const [x0, y0, x1, y1] = [tracks.positions[2 * a], tracks.positions[2 * a + 1], tracks.positions[2 * b], tracks.positions[2 * b + 1]]
    canvas.lineTo(x0, y0, x1, y1, lineWidth, strength * (1 - age - 1 / style.trails), strength * (1 - age))
    drawn = true
  }
  if (drawn) canvas.stroke(colour)
}

function drawMark(canvas: OverlayCanvas, tracks: TrackSet, track: number, frame: FrameIndex, style: OverlayStyle, colour: Rgb): void {
  const cell = track * tracks.frames + frame
  if (!isPlaced(tracks, cell)) return
  const [x, y] = [tracks.positions[2 * cell], tracks.positions[2 * cell + 1]]
  const { radius } = style
  if (tracks.states[cell] === TrackState.visible) {
    canvas.disc(x, y, radius + 1, OUTLINE, OUTLINE_OPACITY)
    canvas.disc(x, y, radius, colour)
  } else {
    const lineWidth = Math.max(1.2, radius * 0.4)
    canvas.ring(x, y, radius, lineWidth + 1.6, OUTLINE, OUTLINE_OPACITY)
    canvas.ring(x, y, radius, lineWidth, colour)
  }
}

/** Whether there is a place to draw: visible or occluded, and finite. */
function isPlaced(tracks: TrackSet, cell: number): boolean {
  const state = tracks.states[cell]
  return (state === TrackState.visible || state === TrackState.occluded) && Number.isFinite(tracks.positions[2 * cell]) && Number.isFinite(tracks.positions[2 * cell + 1])
}
