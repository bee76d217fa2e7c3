/**
 * What moves while people work: play head, range, selections, what is being dragged. Its canvas lies over head and lanes, so scrubbing
 * draws nothing else anew. Not here: lanes (drawLanes.ts).
 */
import type { FrameRange, LaneSelection } from '../state/viewStore.ts'
import { RULER_PX } from './drawHead.ts'
import { LANE_PX } from './laneRows.ts'
import { draggedRange } from './labelEdges.ts'
import type { Palette } from './palette.ts'
import { frameLabel, tickSpacing } from './ticks.ts'
import { type TimeAxis, centreOf, xOf } from './timeAxis.ts'
import type { TimelineState } from './timelineStore.ts'

export interface OverlayScene {
  readonly axis: TimeAxis
  readonly frame: number
  readonly range: FrameRange | null
  readonly selection: ReadonlySet<number>
  readonly hovered: number | null
  readonly laneSelection: LaneSelection | null
  readonly marquee: LaneSelection | null
  readonly edge: TimelineState['edge']
  readonly lanes: readonly number[]
  readonly inView: { readonly first: number; readonly last: number }
  readonly topPx: number
  /** Where the lanes begin. */
  readonly headPx: number
  readonly heightPx: number
  readonly palette: Palette
}

type Ctx = CanvasRenderingContext2D

export function drawOverlay(ctx: Ctx, scene: OverlayScene): void {
  const { axis, headPx, heightPx, palette, range } = scene
  if (range) {
    ctx.fillStyle = palette.window
    ctx.globalAlpha = 0.5
    const left = xOf(axis, range.first)
    const right = xOf(axis, range.last + 1)
    ctx.fillRect(0, RULER_PX, left, heightPx)
    ctx.fillRect(right, RULER_PX, Math.max(0, axis.widthPx - right), heightPx)
    ctx.globalAlpha = 1
  }
  ctx.save()
  ctx.beginPath()
  ctx.rect(0, headPx, axis.widthPx, heightPx - headPx)
  ctx.clip()
  ctx.translate(0, headPx - scene.topPx)
  drawRows(ctx, scene)
  const rows = scene.marquee ?? scene.laneSelection
  if (rows) drawCells(ctx, scene, rows)
  if (scene.edge) drawEdge(ctx, scene, scene.edge)
  ctx.restore()
  drawPlayHead(ctx, scene)
}

function drawRows(ctx: Ctx, { axis, lanes, inView, selection, hovered, palette }: OverlayScene): void {
  for (let lane = inView.first; lane <= inView.last; lane++) {
    const isSelected = selection.has(lanes[lane])
    if (!isSelected && lanes[lane] !== hovered) continue
    ctx.fillStyle = isSelected ? palette.accent : palette.text
    ctx.globalAlpha = isSelected ? 0.16 : 0.05
    ctx.fillRect(0, lane * LANE_PX, axis.widthPx, LANE_PX - 1)
  }
  ctx.globalAlpha = 1
}

/** A box around each run of neighbouring lanes: a track that was hidden since leaves a gap. */
function drawCells(ctx: Ctx, { axis, lanes, palette }: OverlayScene, { keys, first, last }: LaneSelection): void {
  const chosen = new Set(keys)
  const left = xOf(axis, first)
  const width = xOf(axis, last + 1) - left
  for (let lane = 0; lane < lanes.length; lane++) {
    if (!chosen.has(lanes[lane])) continue
    let end = lane
    while (end + 1 < lanes.length && chosen.has(lanes[end + 1])) end++
    const top = lane * LANE_PX
    const height = (end - lane + 1) * LANE_PX - 1
    ctx.fillStyle = palette.accent
    ctx.globalAlpha = 0.18
    ctx.fillRect(left, top, width, height)
    ctx.globalAlpha = 1
    ctx.strokeStyle = palette.accent
    ctx.lineWidth = 1
    ctx.strokeRect(left + 0.5, top + 0.5, width - 1, height - 1)
    lane = end
  }
}

function drawEdge(ctx: Ctx, { axis, lanes, palette }: OverlayScene, { edge, frame }: NonNullable<TimelineState['edge']>): void {
  const lane = lanes.indexOf(edge.key)
  if (lane < 0) return
  const { first, last } = draggedRange(edge, frame)
  const left = xOf(axis, first)
  const right = xOf(axis, last + 1)
  const top = lane * LANE_PX
  ctx.fillStyle = palette.accent
  ctx.globalAlpha = 0.3
  ctx.fillRect(left, top + 3, right - left, LANE_PX - 7)
  ctx.globalAlpha = 1
  ctx.fillRect(edge.end === 'first' ? left : right - 2, top + 1, 2, LANE_PX - 3)
}

function drawPlayHead(ctx: Ctx, { axis, frame, heightPx, palette }: OverlayScene): void {
  const x = centreOf(axis, frame)
  if (x < -40 || x > axis.widthPx + 40) return
  if (axis.pxPerFrame >= 4) {
    ctx.fillStyle = palette.accent
    ctx.globalAlpha = 0.12
    ctx.fillRect(xOf(axis, frame), RULER_PX, axis.pxPerFrame, heightPx - RULER_PX)
    ctx.globalAlpha = 1
  }
  ctx.fillStyle = palette.accent
  ctx.fillRect(Math.round(x - 0.5), 17, 1, heightPx - 17)
  ctx.font = `600 11px ${palette.font}`
  const label = frameLabel(frame, axis.frames)
  const width = ctx.measureText(label).width + 10
  // The flag stays whole at both ends.
  const left = Math.max(0, Math.min(axis.widthPx - width, x - width / 2))
  // A number of the ruler that the flag would cut makes way whole.
  const { major } = tickSpacing(axis.pxPerFrame)
  const before = frame - (frame % major)
  for (const at of [before, before + major]) {
    const from = xOf(axis, at) + 3
    if (from >= left + width + 2 || from + width < left) continue
    ctx.fillStyle = palette.panel
    ctx.fillRect(from, 2, width - 5, 12)
    ctx.fillStyle = palette.accent
  }
  ctx.beginPath()
  ctx.roundRect(left, 1, width, 17, 3)
  ctx.fill()
  ctx.fillStyle = palette.onAccent
  ctx.textBaseline = 'alphabetic'
  ctx.fillText(label, left + 5, 13)
}
