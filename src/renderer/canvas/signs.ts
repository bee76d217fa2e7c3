/**
 * The signs of tracks on the canvas: form says the state, colour the track; a thin dark outline keeps them readable on any picture. A
 * thousand tracks are a few dozen paths, batched by colour. Not here: which tracks (drawnTracks.ts), trails (trails.ts), names (notes.ts).
 */
import { TrackState } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import { borderArrow } from './borderArrow.ts'
import { hasNode, isThere, type DrawnTrack } from './drawnTracks.ts'
import { drawTrails, type TrailLook } from './trails.ts'

export interface SignLook extends TrailLook {
  readonly clip: Size
  /** 1 is the usual size. */
  readonly pointSize: number
  readonly trails: boolean
  readonly uncertainty: boolean
}

const OUTLINE = 'rgba(8, 10, 12, 0.85)'
const HALO = '#e3b341'
/** Below this many px of doubt there is nothing to look at. */
const HALO_FROM_PX = 1

interface Batch {
  readonly hollow: Path2D
  readonly dashed: Path2D
  readonly filled: Path2D
  readonly rings: Path2D
  readonly arrows: Path2D
}

const emptyBatch = (): Batch => ({
  hollow: new Path2D(), dashed: new Path2D(), filled: new Path2D(), rings: new Path2D(), arrows: new Path2D(),
})

function circle(path: Path2D, x: number, y: number, radius: number): void {
  path.moveTo(x + radius, y)
  path.arc(x, y, radius, 0, 2 * Math.PI)
}

function arrow(path: Path2D, x: number, y: number, angle: number, size: number): void {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const corner = (along: number, across: number) => [x + along * cos - across * sin, y + along * sin + across * cos] as const
  path.moveTo(...corner(0, 0))
  path.lineTo(...corner(-1.6 * size, size))
  path.lineTo(...corner(-1.6 * size, -size))
  path.closePath()
}

/** Draws them all; the context's unit is CSS px. */
export function drawSigns(ctx: CanvasRenderingContext2D, tracks: readonly DrawnTrack[], look: SignLook): void {
  const { frame, view, clip, strong } = look
  const radius = (strong ? 5 : 4) * look.pointSize
  const batches = new Map<string, Batch>()
  const stamped: [ImageBitmap, number, number][] = []
  const pixelRatio = ctx.getTransform().a
  const halos = new Path2D()
  for (const track of tracks) {
    const id = `${track.record.colour}${track.provisional ? ' ' : ''}`
    let batch = batches.get(id)
    if (!batch) batches.set(id, (batch = emptyBatch()))
    if (!isThere(track, frame)) continue
    const at = { x: track.positions[2 * frame], y: track.positions[2 * frame + 1] }
    const x = at.x * view.scale + view.x
    const y = at.y * view.scale + view.y
    const state = track.states[frame]
    const doubt = track.uncertainty[frame] * view.scale
    if (look.uncertainty && state !== TrackState.outOfFrame && track.uncertainty[frame] >= HALO_FROM_PX && doubt > radius) circle(halos, x, y, Math.min(doubt, 400))
    if (state === TrackState.outOfFrame) {
      const edge = borderArrow(at, clip)
      arrow(batch.arrows, edge.x * view.scale + view.x, edge.y * view.scale + view.y, edge.angle, radius * 1.2)
    } else {
      const dot: Dot = { node: hasNode(track, frame), occluded: state === TrackState.occluded, radius }
      if (strong) addDot(batch, x, y, dot)
      else stamped.push([dotStamp(id, dot, pixelRatio), x, y])
    }
  }
  ctx.save()
  ctx.lineJoin = 'round'
  drawHalos(ctx, halos)
  if (look.trails) drawTrails(ctx, tracks, look)
  // On whole device pixels: stamps between them would blur.
  const snap = (at: number) => Math.round(at * pixelRatio) / pixelRatio
  ctx.globalAlpha = 1
  for (const [stamp, x, y] of stamped) {
    const side = stamp.width / pixelRatio
    ctx.drawImage(stamp, snap(x - side / 2), snap(y - side / 2), side, side)
  }
  for (const [id, batch] of batches) drawDots(ctx, batch, id.slice(0, 7), strong, id.endsWith(' '))
  ctx.restore()
}

interface Dot {
  readonly node: boolean
  readonly occluded: boolean
  readonly radius: number
}

function addDot(batch: Batch, x: number, y: number, { node, occluded, radius }: Dot): void {
  if (node) circle(batch.filled, x, y, radius - 1)
  circle(occluded ? batch.dashed : node ? batch.rings : batch.hollow, x, y, node ? radius + 2 : radius)
}

const stamps = new Map<string, ImageBitmap>()
/** Colours, sizes and forms that are in use at once are far fewer. */
const MOST_STAMPS = 2000

/** A dot as a small picture: a thousand pictures are laid down many times faster than a thousand circles are drawn. */
function dotStamp(id: string, dot: Dot, pixelRatio: number): ImageBitmap {
  const name = `${id}|${dot.node}|${dot.occluded}|${dot.radius}|${pixelRatio}`
  const known = stamps.get(name)
  if (known) return known
  if (stamps.size >= MOST_STAMPS) stamps.clear()
  const side = 2 * Math.ceil((dot.radius + 5) * pixelRatio)
  const canvas = new OffscreenCanvas(side, side)
  const ctx = canvas.getContext('2d')!
  ctx.scale(pixelRatio, pixelRatio)
  const batch = emptyBatch()
  addDot(batch, side / 2 / pixelRatio, side / 2 / pixelRatio, dot)
  drawDots(ctx, batch, id.slice(0, 7), false, id.endsWith(' '))
  const stamp = canvas.transferToImageBitmap()
  stamps.set(name, stamp)
  return stamp
}

function drawHalos(ctx: CanvasRenderingContext2D, halos: Path2D): void {
  ctx.globalAlpha = 0.16
  ctx.fillStyle = HALO
  ctx.fill(halos)
  ctx.globalAlpha = 0.7
  ctx.lineWidth = 1
  ctx.strokeStyle = HALO
  ctx.stroke(halos)
}

function drawDots(ctx: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, batch: Batch, colour: string, strong: boolean, provisional: boolean): void {
  const pale = provisional ? 0.55 : 1
  const width = strong ? 2.25 : 1.75
  const lined = (path: Path2D, alpha: number) => {
    ctx.globalAlpha = alpha * pale
    ctx.strokeStyle = OUTLINE
    ctx.lineWidth = width + 2
    ctx.stroke(path)
    ctx.strokeStyle = colour
    ctx.lineWidth = width
    ctx.stroke(path)
  }
  lined(batch.hollow, 1)
  lined(batch.rings, 1)
  ctx.setLineDash([3, 2.5])
  lined(batch.dashed, 0.6)
  ctx.setLineDash([])
  for (const path of [batch.filled, batch.arrows]) {
    ctx.globalAlpha = pale
    ctx.strokeStyle = OUTLINE
    ctx.lineWidth = 2
    ctx.stroke(path)
    ctx.fillStyle = colour
    ctx.fill(path)
  }
}
