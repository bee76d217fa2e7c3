/**
 * Trails: where tracks come from and go to, solid while seen, dashed while occluded. A few are broad lines on a dark ground; of many the lines
 * are one device pixel wide, with their shade beside them, which draws many times faster. Not here: the dots (signs.ts).
 */
import { TrackState } from '../../shared/tracks.ts'
import type { DrawnTrack } from './drawnTracks.ts'
import type { Viewport } from './viewport.ts'

export interface TrailLook {
  readonly frame: number
  readonly view: Viewport
  readonly trailPast: number
  readonly trailFuture: number
  /** Selected or under the pointer: broader, twice as long. */
  readonly strong: boolean
}

const SHADE = 'rgba(8, 10, 12, 0.85)'
/** Steps of trails up to which each is drawn broad: about a hundred tracks with the usual lengths. */
const BROAD_UP_TO = 4000
/** A trail that stays within this many px is under its own dot. */
const LEAST_PX = 0.5
/** Steps shorter than this many px are drawn as one. */
const STEP_PX = 1
/** How far a drawn line may pass a position by, px. */
const ASTRAY_PX = 0.3

/** The lines of one colour. */
interface Lines {
  readonly past: Path2D
  readonly future: Path2D
  readonly hidden: Path2D
}

/** CSS px of the canvas. */
interface Room {
  readonly width: number
  readonly height: number
}

/** The context's unit is CSS px. */
export function drawTrails(ctx: CanvasRenderingContext2D, tracks: readonly DrawnTrack[], look: TrailLook): void {
  const pixelRatio = ctx.getTransform().a
  const room = { width: ctx.canvas.width / pixelRatio, height: ctx.canvas.height / pixelRatio }
  const batches = new Map<string, { readonly colour: string; readonly pale: number; readonly lines: Lines }>()
  for (const track of tracks) {
    const id = `${track.record.colour}${track.provisional}`
    let batch = batches.get(id)
    if (!batch) {
      batch = { colour: track.record.colour, pale: track.provisional ? 0.6 : 1, lines: { past: new Path2D(), future: new Path2D(), hidden: new Path2D() } }
      batches.set(id, batch)
    }
    addTrail(batch.lines, track, look, room)
  }
  const steps = tracks.length * (look.trailPast + look.trailFuture) * (look.strong ? 2 : 1)
  ctx.save()
  ctx.lineJoin = 'bevel'
  for (const { colour, pale, lines } of batches.values()) {
    if (steps <= BROAD_UP_TO) drawBroad(ctx, lines, { colour, pale, width: look.strong ? 2 : 1.25 })
    else drawThin(ctx, lines, { colour, pale, width: 1 / pixelRatio })
  }
  ctx.restore()
}

/** Adds a track's trail to the lines, run by run of what is drawn alike. */
function addTrail(lines: Lines, { positions, states }: DrawnTrack, look: TrailLook, room: Room): void {
  const { frame, strong, view } = look
  const first = Math.max(0, frame - look.trailPast * (strong ? 2 : 1))
  const last = Math.min(states.length - 1, frame + look.trailFuture * (strong ? 2 : 1))
  const lineOf = (t: number) => {
    const [a, b] = [states[t], states[t + 1]]
    if (a >= TrackState.outOfFrame || b >= TrackState.outOfFrame) return null
    if (a === TrackState.occluded || b === TrackState.occluded) return lines.hidden
    return t < frame ? lines.past : lines.future
  }
  let from = first
  while (from < last) {
    const line = lineOf(from)
    let to = from + 1
    while (to < last && lineOf(to) === line) to++
    if (line && isWorthDrawing(positions, from, to, view, room)) addRun(line, positions, from, to, view)
    from = to
  }
}

/** Whether the run moves at all, and through the canvas. */
function isWorthDrawing(positions: Float32Array, from: number, to: number, { scale, x, y }: Viewport, room: Room): boolean {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (let t = from; t <= to; t++) {
    left = Math.min(left, positions[2 * t])
    right = Math.max(right, positions[2 * t])
    top = Math.min(top, positions[2 * t + 1])
    bottom = Math.max(bottom, positions[2 * t + 1])
  }
  if ((right - left) * scale < LEAST_PX && (bottom - top) * scale < LEAST_PX) return false
  return right * scale + x >= 0 && left * scale + x <= room.width && bottom * scale + y >= 0 && top * scale + y <= room.height
}

/** A line through positions from..to that leaves out those on a straight way: it goes on while they keep to the direction it began with. */
export function addRun(line: Pick<Path2D, 'moveTo' | 'lineTo'>, positions: Float32Array, from: number, to: number, view: Viewport): void {
  let [x0, y0] = [positions[2 * from] * view.scale + view.x, positions[2 * from + 1] * view.scale + view.y]
  line.moveTo(x0, y0)
  let [x, y] = [x0, y0]
  // Of the way from the last corner; 0, 0 until it is long enough to have a direction.
  let [dx, dy, along] = [0, 0, 0]
  for (let t = from + 1; t <= to; t++) {
    const nextX = positions[2 * t] * view.scale + view.x
    const nextY = positions[2 * t + 1] * view.scale + view.y
    if (dx !== 0 || dy !== 0) {
      const forward = (nextX - x0) * dx + (nextY - y0) * dy
      if (forward < along || Math.abs((nextX - x0) * dy - (nextY - y0) * dx) > ASTRAY_PX) {
        line.lineTo(x, y)
        ;[x0, y0, dx, dy, along] = [x, y, 0, 0, 0]
      } else {
        along = forward
      }
    }
    if (dx === 0 && dy === 0) {
      const length = Math.hypot(nextX - x0, nextY - y0)
      if (length >= STEP_PX) {
        dx = (nextX - x0) / length
        dy = (nextY - y0) / length
        along = length
      }
    }
    x = nextX
    y = nextY
  }
  line.lineTo(x, y)
}

interface Style {
  readonly colour: string
  readonly pale: number
  readonly width: number
}

function drawBroad(ctx: CanvasRenderingContext2D, lines: Lines, { colour, pale, width }: Style): void {
  ctx.strokeStyle = SHADE
  ctx.lineWidth = width + 2
  strokeAll(ctx, lines, [0.5 * pale, 0.3 * pale, 0.35 * pale])
  ctx.strokeStyle = colour
  ctx.lineWidth = width
  strokeAll(ctx, lines, [0.85 * pale, 0.5 * pale, 0.7 * pale])
}

function drawThin(ctx: CanvasRenderingContext2D, lines: Lines, { colour, pale, width }: Style): void {
  ctx.lineWidth = width
  ctx.strokeStyle = SHADE
  // Below and to the right: a line has its shade beside it whichever way it runs. Dashes take the longest by far, and do without.
  for (const [x, y] of [[width, 0], [0, width]]) {
    ctx.translate(x, y)
    ctx.globalAlpha = 0.4 * pale
    ctx.stroke(lines.past)
    ctx.globalAlpha = 0.2 * pale
    ctx.stroke(lines.future)
    ctx.translate(-x, -y)
  }
  ctx.strokeStyle = colour
  strokeAll(ctx, lines, [0.95 * pale, 0.6 * pale, 0.75 * pale])
}

function strokeAll(ctx: CanvasRenderingContext2D, { past, future, hidden }: Lines, [ofPast, ofFuture, ofHidden]: readonly [number, number, number]): void {
  ctx.globalAlpha = ofPast
  ctx.stroke(past)
  ctx.globalAlpha = ofFuture
  ctx.stroke(future)
  ctx.setLineDash([3, 3])
  ctx.globalAlpha = ofHidden
  ctx.stroke(hidden)
  ctx.setLineDash([])
}
