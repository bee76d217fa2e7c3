/**
 * The lanes in view, sign by sign (DESIGN.md, "Signs"): state by form, track by colour. Draws onto a context whose origin is the top left of
 * the lanes' view. Not here: the play head and selections (drawOverlay.ts).
 */
import type { LabelRange } from '../../shared/projectRecords.ts'
import { TrackState } from '../../shared/tracks.ts'
import { DOUBT_PX, type ShownTrack } from '../state/shownTrack.ts'
import { LANE_PX } from './laneRows.ts'
import { stateRuns } from './laneRuns.ts'
import { laneColour, type Palette } from './palette.ts'
import { type TimeAxis, centreOf, framesInView, xOf } from './timeAxis.ts'

export interface LanesScene {
  readonly axis: TimeAxis
  readonly topPx: number
  /** Index of the first of `tracks` among all lanes. */
  readonly firstLane: number
  readonly tracks: readonly ShownTrack[]
  readonly palette: Palette
  /** [frames] 1 where the chosen reference disagrees; null where there is none. */
  disagreements(track: ShownTrack): Uint8Array | null
}

type Ctx = CanvasRenderingContext2D

const MIDDLE = 9
const BAR_PX = 8
const DOUBT_MAX_PX = 7
/** Uncertainty that fills the strip, px of the clip. */
const DOUBT_FULL_PX = 5 * DOUBT_PX
const HATCH_PX = 5

export function drawLanes(ctx: Ctx, scene: LanesScene): void {
  const { axis, topPx, firstLane, tracks, palette } = scene
  const pattern = hatches(ctx, axis.leftPx, topPx)
  tracks.forEach((track, k) => {
    const y = (firstLane + k) * LANE_PX - topPx
    ctx.fillStyle = palette.line
    ctx.globalAlpha = 0.6
    ctx.fillRect(0, y + LANE_PX - 1, axis.widthPx, 1)
    ctx.globalAlpha = 1
    drawLane(ctx, scene, track, y, pattern)
  })
}

function drawLane(ctx: Ctx, { axis, palette, disagreements }: LanesScene, track: ShownTrack, y: number, pattern: (colour: string) => CanvasPattern | string): void {
  const colour = laneColour(track.record.colour, palette)
  const view = framesInView(axis)
  drawDoubt(ctx, axis, track, y, palette.doubt, view)
  for (const { state, first, last } of stateRuns(track.states)) {
    if (last < view.first || first > view.last || state === TrackState.unlabelled) continue
    const left = Math.max(-BAR_PX, xOf(axis, first))
    const right = Math.min(axis.widthPx + BAR_PX, xOf(axis, last + 1))
    ctx.globalAlpha = track.provisional ? 0.5 : 1
    if (state === TrackState.visible) {
      ctx.fillStyle = colour
      ctx.fillRect(left, y + MIDDLE - 0.75, right - left, 1.5)
    } else if (state === TrackState.occluded) {
      ctx.fillStyle = colour
      ctx.globalAlpha *= 0.16
      ctx.fillRect(left, y + MIDDLE - BAR_PX / 2, right - left, BAR_PX)
      ctx.globalAlpha = track.provisional ? 0.5 : 1
      ctx.fillStyle = pattern(colour)
      ctx.fillRect(left, y + MIDDLE - BAR_PX / 2, right - left, BAR_PX)
    } else {
      drawOutOfFrame(ctx, colour, left, right, y, xOf(axis, first))
    }
  }
  ctx.globalAlpha = 1
  for (const range of track.labels) drawLabel(ctx, axis, range, y, colour, view)
  const flags = disagreements(track)
  if (flags) drawDisagreements(ctx, axis, flags, y, palette.error, view)
  drawKeyframes(ctx, axis, track, y, colour, palette.panel, view)
}

/** Dots along the baseline; the arrow where it left points out of the lane. */
function drawOutOfFrame(ctx: Ctx, colour: string, left: number, right: number, y: number, start: number): void {
  const base = y + MIDDLE + 4
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.5
  ctx.setLineDash([1.5, 3])
  ctx.lineDashOffset = left - start
  ctx.beginPath()
  ctx.moveTo(left, base)
  ctx.lineTo(right, base)
  ctx.stroke()
  ctx.setLineDash([])
  ctx.fillStyle = colour
  const at = start + 1
  ctx.beginPath()
  ctx.moveTo(at, base - 7)
  ctx.lineTo(at + 7, base - 3.5)
  ctx.lineTo(at, base)
  ctx.fill()
}

/** A person's range: ends that can be taken hold of, whatever the state inside looks like. */
function drawLabel(ctx: Ctx, axis: TimeAxis, { first, last }: LabelRange, y: number, colour: string, view: { first: number; last: number }): void {
  if (last < view.first || first > view.last) return
  const left = xOf(axis, first)
  const right = xOf(axis, last + 1)
  ctx.fillStyle = colour
  const top = y + MIDDLE - BAR_PX / 2 - 1
  ctx.fillRect(left, top, 1.5, BAR_PX + 2)
  ctx.fillRect(Math.max(left, right - 1.5), top, 1.5, BAR_PX + 2)
  ctx.globalAlpha = 0.7
  ctx.fillRect(left, top, right - left, 1)
  ctx.fillRect(left, top + BAR_PX + 1, right - left, 1)
  ctx.globalAlpha = 1
}

/** Height of the strip, px, from the uncertainty of the frames that share a column. */
export function doubtHeight(sigma: number): number {
  if (!(sigma >= DOUBT_PX)) return 0
  return 2 + (DOUBT_MAX_PX - 2) * Math.min(1, (sigma - DOUBT_PX) / (DOUBT_FULL_PX - DOUBT_PX))
}

function drawDoubt(ctx: Ctx, axis: TimeAxis, { uncertainty, states }: ShownTrack, y: number, colour: string, { first, last }: { first: number; last: number }): void {
  ctx.fillStyle = colour
  const bottom = y + LANE_PX - 1
  // Frames narrower than a pixel share a column, and the worst of them shows.
  const together = Math.max(1, Math.floor(1 / axis.pxPerFrame))
  const start = first - (first % together)
  const width = Math.max(1, axis.pxPerFrame * together)
  for (let k = start; k <= last; k += together) {
    let worst = 0
    for (let f = k; f < Math.min(k + together, states.length); f++) {
      if (states[f] === TrackState.visible && uncertainty[f] > worst) worst = uncertainty[f]
    }
    const height = doubtHeight(worst)
    if (height > 0) ctx.fillRect(xOf(axis, k), bottom - height, width + 0.25, height)
  }
}

function drawDisagreements(ctx: Ctx, axis: TimeAxis, flags: Uint8Array, y: number, colour: string, { first, last }: { first: number; last: number }): void {
  ctx.fillStyle = colour
  let column = -1
  for (let k = first; k <= last; k++) {
    if (!flags[k]) continue
    const x = Math.round(centreOf(axis, k) - 0.75)
    if (x <= column) continue
    ctx.fillRect(x, y + 1, 1.5, 6)
    column = x + 1
  }
}

function drawKeyframes(ctx: Ctx, axis: TimeAxis, { nodes }: ShownTrack, y: number, colour: string, ground: string, { first, last }: { first: number; last: number }): void {
  const r = Math.max(4.75, Math.min(6, axis.pxPerFrame / 2))
  ctx.fillStyle = colour
  ctx.strokeStyle = ground
  ctx.lineWidth = 2
  ctx.lineJoin = 'miter'
  for (const { frame } of nodes) {
    if (frame < first || frame > last) continue
    const x = centreOf(axis, frame)
    const middle = y + MIDDLE
    ctx.beginPath()
    ctx.moveTo(x, middle - r)
    ctx.lineTo(x + r, middle)
    ctx.lineTo(x, middle + r)
    ctx.lineTo(x - r, middle)
    ctx.closePath()
    ctx.stroke()
    ctx.fill()
  }
}

const tiles = new Map<string, HTMLCanvasElement>()

/** Diagonal hatching by colour, that moves with what is scrolled. */
function hatches(ctx: Ctx, leftPx: number, topPx: number): (colour: string) => CanvasPattern | string {
  const scale = ctx.getTransform().a
  const made = new Map<string, CanvasPattern | string>()
  return colour => {
    let pattern = made.get(colour)
    if (!pattern) {
      const repeated = ctx.createPattern(tile(colour, scale), 'repeat')
      repeated?.setTransform(new DOMMatrix([1 / scale, 0, 0, 1 / scale, -(leftPx % HATCH_PX), -(topPx % HATCH_PX)]))
      pattern = repeated ?? colour
      made.set(colour, pattern)
    }
    return pattern
  }
}

function tile(colour: string, scale: number): HTMLCanvasElement {
  const name = `${colour} ${scale}`
  const found = tiles.get(name)
  if (found) return found
  // Custom colours could be many over a day's work.
  if (tiles.size > 200) tiles.clear()
  const side = Math.round(HATCH_PX * scale)
  const canvas = document.createElement('canvas')
  canvas.width = side
  canvas.height = side
  const ctx = canvas.getContext('2d')!
  ctx.strokeStyle = colour
  ctx.lineWidth = 1.4 * scale
  ctx.beginPath()
  // Three parallels, so that the corners of the tile meet their neighbours'.
  for (const shift of [-side, 0, side]) {
    ctx.moveTo(shift - 1, side + 1)
    ctx.lineTo(shift + side + 1, -1)
  }
  ctx.stroke()
  tiles.set(name, canvas)
  return canvas
}
