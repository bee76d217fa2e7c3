/** The head of the timeline: ruler, thumbnails, event bar. Draws onto a context whose origin is its top left. Not here: markers and the range (RulerItems.tsx), the play head. */
import type { EventSummary } from './eventSummary.ts'
import type { Palette } from './palette.ts'
import type { Thumbnail } from './thumbnails.ts'
import { frameLabel, secondsLabel, tickSpacing } from './ticks.ts'
import { type TimeAxis, framesInView, xOf } from './timeAxis.ts'

export const RULER_PX = 32
export const EVENTS_PX = 14

export interface HeadScene {
  readonly axis: TimeAxis
  /** [frames] seconds */
  readonly timesS: Float64Array
  readonly damagedFrames: readonly number[]
  readonly thumbsPx: number
  readonly thumbs: readonly Thumbnail[]
  readonly events: EventSummary
  readonly palette: Palette
}

type Ctx = CanvasRenderingContext2D

export function drawHead(ctx: Ctx, scene: HeadScene): void {
  const { axis, thumbsPx, palette } = scene
  ctx.fillStyle = palette.panel
  ctx.fillRect(0, 0, axis.widthPx, RULER_PX + thumbsPx + EVENTS_PX)
  drawRuler(ctx, scene)
  if (thumbsPx > 0) drawThumbs(ctx, scene)
  ctx.save()
  ctx.translate(0, RULER_PX + thumbsPx)
  drawEvents(ctx, scene)
  ctx.restore()
}

function drawRuler(ctx: Ctx, { axis, timesS, damagedFrames, palette }: HeadScene): void {
  const { major, minor, withSeconds } = tickSpacing(axis.pxPerFrame)
  const view = framesInView(axis)
  ctx.font = `11px ${palette.font}`
  ctx.textBaseline = 'alphabetic'
  for (let frame = view.first - (view.first % major); frame <= view.last; frame += minor) {
    const x = Math.round(xOf(axis, frame))
    const isMajor = frame % major === 0
    ctx.fillStyle = palette.lineStrong
    ctx.fillRect(x, isMajor ? 4 : 14, 1, isMajor ? 15 : 5)
    if (!isMajor || frame >= axis.frames) continue
    const label = frameLabel(frame, axis.frames)
    ctx.fillStyle = palette.text
    ctx.fillText(label, x + 4, 13)
    if (!withSeconds) continue
    ctx.fillStyle = palette.secondary
    ctx.fillText(secondsLabel(timesS[frame]), x + 10 + ctx.measureText(label).width, 13)
  }
  ctx.fillStyle = palette.error
  for (const frame of damagedFrames) {
    if (frame >= view.first && frame <= view.last) ctx.fillRect(xOf(axis, frame), 16, Math.max(2, axis.pxPerFrame), 3)
  }
  ctx.fillStyle = palette.line
  ctx.fillRect(0, 19, axis.widthPx, 1)
  ctx.fillRect(0, RULER_PX - 1, axis.widthPx, 1)
}

function drawThumbs(ctx: Ctx, { axis, thumbs, thumbsPx, palette }: HeadScene): void {
  ctx.save()
  ctx.beginPath()
  ctx.rect(Math.max(0, xOf(axis, 0)), RULER_PX, Math.min(axis.widthPx, xOf(axis, axis.frames)) - Math.max(0, xOf(axis, 0)), thumbsPx)
  ctx.clip()
  for (const { frame, slotPx, bitmap } of thumbs) {
    const x = xOf(axis, frame)
    ctx.fillStyle = palette.window
    ctx.fillRect(x, RULER_PX + 1, slotPx - 1, thumbsPx - 2)
    if (!bitmap) continue
    // As much of the picture's middle as the slot takes.
    const scale = (thumbsPx - 2) / bitmap.height
    const width = Math.min(bitmap.width, (slotPx - 1) / scale)
    ctx.drawImage(bitmap, (bitmap.width - width) / 2, 0, width, bitmap.height, x, RULER_PX + 1, width * scale, thumbsPx - 2)
  }
  ctx.restore()
}

/** Keyframes grow down from above, doubts up from below: how many tracks have one in a frame, against the most that any frame has. */
function drawEvents(ctx: Ctx, { axis, events, palette }: HeadScene): void {
  const { first, last } = framesInView(axis)
  const half = (EVENTS_PX - 3) / 2
  const together = Math.max(1, Math.floor(2 / axis.pxPerFrame))
  const width = Math.max(1, axis.pxPerFrame * together - (axis.pxPerFrame * together > 3 ? 1 : 0))
  for (let k = first - (first % together); k <= last; k += together) {
    let keyframes = 0
    let doubts = 0
    for (let f = k; f < Math.min(k + together, axis.frames); f++) {
      keyframes = Math.max(keyframes, events.keyframes[f])
      doubts = Math.max(doubts, events.doubts[f])
    }
    const x = xOf(axis, k)
    if (keyframes > 0) {
      ctx.fillStyle = palette.text
      const height = share(keyframes, events.mostKeyframes) * half
      ctx.fillRect(x, 1 + half - height, width, height)
    }
    if (doubts > 0) {
      ctx.fillStyle = palette.doubt
      const height = share(doubts, events.mostDoubts) * half
      ctx.fillRect(x, EVENTS_PX - 1 - height, width, height)
    }
  }
  ctx.fillStyle = palette.line
  ctx.fillRect(0, EVENTS_PX - 1, axis.widthPx, 1)
}

/** By the square root: one track among a thousand is still seen. */
const share = (count: number, most: number): number => Math.max(0.3, Math.sqrt(count / most))
