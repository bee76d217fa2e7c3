/**
 * What moves under the hand: selected and dragged tracks, the one under the pointer, drafts of tools, points that are on their way, the
 * preview of a click. Drawn on a layer of its own, so that nothing else is drawn again. Not here: the other tracks (signs.ts).
 */
import type { TrackPath } from '../../shared/studio/document.ts'
import type { DrawnTrack } from './drawnTracks.ts'
import { drawNames, drawSelection } from './notes.ts'
import { drawSigns, type SignLook } from './signs.ts'
import type { Draft } from './tools/tool.ts'
import { toScreen, type Point } from './viewport.ts'

export interface ActiveLook extends Omit<SignLook, 'strong'> {
  readonly selected: readonly DrawnTrack[]
  readonly hovered: DrawnTrack | null
  readonly draft: Draft
  /** Added, and not yet there. */
  readonly pending: readonly Point[]
  /** What a click would give. */
  readonly preview: TrackPath | null
  readonly crosshair: Point | null
  readonly names: boolean
  readonly accent: string
}

const DARK = 'rgba(8, 10, 12, 0.8)'
const LIGHT = '#f2f4f6'

export function drawActive(ctx: CanvasRenderingContext2D, look: ActiveLook): void {
  const { selected, hovered, draft, preview, accent } = look
  const strong = { ...look, strong: true }
  const moved = draft.bent ? selected.map(track => withPath(track, draft.bent!.get(track.key))) : selected
  if (preview) drawSigns(ctx, [previewTrack(preview)], strong)
  const under = hovered && !selected.includes(hovered) ? [hovered] : []
  drawSigns(ctx, under, strong)
  drawSigns(ctx, moved, strong)
  drawSelection(ctx, moved, look, accent)
  // The one under the pointer always says its name; of a few selected ones all do.
  drawNames(ctx, [...under, ...(look.names || moved.length <= 3 ? moved : [])], look)
  drawPoints(ctx, look, look.pending, accent)
  if (draft.points) drawPoints(ctx, look, draft.points, LIGHT)
  if (draft.band) drawBand(ctx, look, draft.band, accent)
  if (draft.polygon) drawPolygon(ctx, look, draft.polygon, accent)
  if (look.crosshair) drawCrosshair(ctx, toScreen(look.view, look.crosshair))
}

const withPath = (track: DrawnTrack, positions: Float32Array | undefined): DrawnTrack => (positions ? { ...track, positions } : track)

/** Drawn as a track that is not fitted: light, whichever its colour would be. */
const previewTrack = ({ positions, states, uncertainty }: TrackPath): DrawnTrack => ({
  key: -1,
  record: { key: -1, videoId: -1, id: '', name: '', colour: '#ffffff', query: { frame: 0, x: 0, y: 0 }, order: 0, notes: '', hidden: false, locked: false },
  positions, states, uncertainty, nodes: [], provisional: true,
})

function twice(ctx: CanvasRenderingContext2D, path: Path2D, colour: string, width = 1.5): void {
  ctx.strokeStyle = DARK
  ctx.lineWidth = width + 2
  ctx.stroke(path)
  ctx.strokeStyle = colour
  ctx.lineWidth = width
  ctx.stroke(path)
}

function fill(ctx: CanvasRenderingContext2D, path: Path2D): void {
  ctx.fill(path, 'evenodd')
}

function drawPoints(ctx: CanvasRenderingContext2D, { view, pointSize }: ActiveLook, points: readonly Point[], colour: string): void {
  const path = new Path2D()
  for (const point of points) {
    const { x, y } = toScreen(view, point)
    path.moveTo(x + 3 * pointSize, y)
    path.arc(x, y, 3 * pointSize, 0, 2 * Math.PI)
  }
  ctx.save()
  ctx.globalAlpha = 0.85
  twice(ctx, path, colour)
  ctx.restore()
}

function drawBand(ctx: CanvasRenderingContext2D, { view }: ActiveLook, [a, b]: readonly [Point, Point], colour: string): void {
  const from = toScreen(view, a)
  const to = toScreen(view, b)
  const path = new Path2D()
  path.rect(Math.min(from.x, to.x), Math.min(from.y, to.y), Math.abs(to.x - from.x), Math.abs(to.y - from.y))
  ctx.save()
  ctx.globalAlpha = 0.12
  ctx.fillStyle = colour
  fill(ctx, path)
  ctx.globalAlpha = 1
  twice(ctx, path, colour, 1)
  ctx.restore()
}

function drawPolygon(ctx: CanvasRenderingContext2D, { view }: ActiveLook, corners: readonly Point[], colour: string): void {
  const path = new Path2D()
  const dots = new Path2D()
  corners.forEach((corner, index) => {
    const { x, y } = toScreen(view, corner)
    if (index === 0) path.moveTo(x, y)
    else path.lineTo(x, y)
    dots.rect(x - 2.5, y - 2.5, 5, 5)
  })
  path.closePath()
  ctx.save()
  ctx.globalAlpha = 0.12
  ctx.fillStyle = colour
  fill(ctx, path)
  ctx.globalAlpha = 1
  twice(ctx, path, colour)
  ctx.fillStyle = LIGHT
  fill(ctx, dots)
  ctx.restore()
}

function drawCrosshair(ctx: CanvasRenderingContext2D, { x, y }: Point): void {
  const path = new Path2D()
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    path.moveTo(x + 4 * dx, y + 4 * dy)
    path.lineTo(x + 14 * dx, y + 14 * dy)
  }
  ctx.save()
  twice(ctx, path, LIGHT)
  ctx.restore()
}
