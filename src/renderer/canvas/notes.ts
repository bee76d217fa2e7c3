/** What is written and drawn beside the signs: names, the ring of the selected, lines to another annotator's positions. */
import { TrackState } from '../../shared/tracks.ts'
import type { ReferenceTracks } from '../../shared/studio/review.ts'
import type { Size } from '../../shared/units.ts'
import type { DrawnTrack } from './drawnTracks.ts'
import { signPlace } from './hitTest.ts'
import { toScreen, type Viewport } from './viewport.ts'

/** From this far apart, two annotators disagree: the second of TAP-Vid's thresholds, clip px. */
const DISAGREE_PX = 2

export interface NoteLook {
  readonly frame: number
  readonly view: Viewport
  readonly clip: Size
  readonly pointSize: number
}

/** Names to the right of the signs, white on a dark edge. */
export function drawNames(ctx: CanvasRenderingContext2D, tracks: readonly DrawnTrack[], { frame, view, clip, pointSize }: NoteLook): void {
  ctx.save()
  ctx.font = '11px system-ui, sans-serif'
  ctx.textBaseline = 'middle'
  ctx.lineJoin = 'round'
  ctx.lineWidth = 3
  ctx.strokeStyle = 'rgba(8, 10, 12, 0.85)'
  ctx.fillStyle = '#f2f4f6'
  for (const track of tracks) {
    const place = signPlace(track, frame, clip)
    if (!place) continue
    const { x, y } = toScreen(view, place)
    ctx.strokeText(track.record.name, x + 8 + 3 * pointSize, y)
    ctx.fillText(track.record.name, x + 8 + 3 * pointSize, y)
  }
  ctx.restore()
}

/** A ring round the signs, in the accent of the page. */
export function drawSelection(ctx: CanvasRenderingContext2D, tracks: readonly DrawnTrack[], { frame, view, clip, pointSize }: NoteLook, accent: string): void {
  const ring = new Path2D()
  const radius = 6 + 5 * pointSize
  for (const track of tracks) {
    const place = signPlace(track, frame, clip)
    if (!place) continue
    const { x, y } = toScreen(view, place)
    ring.moveTo(x + radius, y)
    ring.arc(x, y, radius, 0, 2 * Math.PI)
  }
  ctx.save()
  ctx.strokeStyle = 'rgba(8, 10, 12, 0.7)'
  ctx.lineWidth = 3.5
  ctx.stroke(ring)
  ctx.strokeStyle = accent
  ctx.lineWidth = 1.5
  ctx.stroke(ring)
  ctx.restore()
}

/** Where the other sees the point: a small cross, and a line to ours where the two differ or only one of them sees it. */
export function drawReference(ctx: CanvasRenderingContext2D, tracks: readonly DrawnTrack[], reference: ReferenceTracks, look: NoteLook, colour: string): void {
  const { frame, view, clip } = look
  const rows = new Map(Array.from(reference.keys, (key, row) => [key, row]))
  const lines = new Path2D()
  const crosses = new Path2D()
  for (const track of tracks) {
    const row = rows.get(track.key)
    const ours = signPlace(track, frame, clip)
    if (row === undefined) continue
    const cell = row * reference.tracks.frames + frame
    const state = reference.tracks.states[cell]
    if (state !== TrackState.visible && state !== TrackState.occluded) continue
    const place = { x: reference.tracks.positions[2 * cell], y: reference.tracks.positions[2 * cell + 1] }
    const theirs = toScreen(view, place)
    crosses.moveTo(theirs.x - 4, theirs.y - 4)
    crosses.lineTo(theirs.x + 4, theirs.y + 4)
    crosses.moveTo(theirs.x + 4, theirs.y - 4)
    crosses.lineTo(theirs.x - 4, theirs.y + 4)
    if (!ours || Math.hypot(ours.x - place.x, ours.y - place.y) < DISAGREE_PX) continue
    const from = toScreen(view, ours)
    lines.moveTo(from.x, from.y)
    lines.lineTo(theirs.x, theirs.y)
  }
  ctx.save()
  for (const [style, width] of [['rgba(8, 10, 12, 0.8)', 3.5], [colour, 1.5]] as const) {
    ctx.strokeStyle = style
    ctx.lineWidth = width
    ctx.stroke(lines)
    ctx.stroke(crosses)
  }
  ctx.restore()
}
