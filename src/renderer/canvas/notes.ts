/** What is written and drawn beside the signs: names, the ring of the selected, lines to another annotator's positions. */
import { TrackState } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import type { ReferenceSign } from '../state/referenceTracks.ts'
import type { DrawnTrack } from './drawnTracks.ts'
import { signPlace } from './hitTest.ts'
import { toScreen, type Viewport } from './viewport.ts'

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

/**
 * Where the two disagree: a small cross at the other's position, a line between both, and where only one of them sees the point a ring
 * round ours, dashed where the other does not see it. Where they agree, nothing: what is left to look at stands out.
 */
export function drawReference(
  ctx: CanvasRenderingContext2D, tracks: readonly DrawnTrack[], signAt: (track: DrawnTrack) => ReferenceSign | null, look: NoteLook, colour: string,
): void {
  const { frame, view, clip } = look
  const lines = new Path2D()
  const dashed = new Path2D()
  const ring = 5 + 4 * look.pointSize
  for (const track of tracks) {
    const sign = signAt(track)
    if (!sign?.differs) continue
    const theirs = sign.place && toScreen(view, sign.place)
    if (theirs) {
      lines.moveTo(theirs.x - 4, theirs.y - 4)
      lines.lineTo(theirs.x + 4, theirs.y + 4)
      lines.moveTo(theirs.x + 4, theirs.y - 4)
      lines.lineTo(theirs.x - 4, theirs.y + 4)
    }
    const place = signPlace(track, frame, clip)
    if (!place) continue
    const ours = toScreen(view, place)
    if (theirs) {
      lines.moveTo(ours.x, ours.y)
      lines.lineTo(theirs.x, theirs.y)
    }
    if (sign.differs !== 'visibility') continue
    const round = track.states[frame] === TrackState.visible ? dashed : lines
    round.moveTo(ours.x + ring, ours.y)
    round.arc(ours.x, ours.y, ring, 0, 2 * Math.PI)
  }
  ctx.save()
  for (const [style, width] of [['rgba(8, 10, 12, 0.8)', 3.5], [colour, 1.5]] as const) {
    ctx.strokeStyle = style
    ctx.lineWidth = width
    ctx.setLineDash([])
    ctx.stroke(lines)
    ctx.setLineDash([4, 3])
    ctx.stroke(dashed)
  }
  ctx.restore()
}
