/**
 * Pictures of a cell's worst tracks: a few frames each, the truth and the prediction drawn over them. Not here: which method they
 * tell about, the report.
 */
import type { EvaluationQuery } from '../../pipeline/evaluate/evaluationQueries.ts'
import { EVALUATION_SIDE, type TrackScores } from '../../pipeline/evaluate/evaluateTracks.ts'
import { OverlayCanvas } from '../../pipeline/export/overlayCanvas.ts'
import type { Rgb } from '../../pipeline/export/overlayColour.ts'
import { shrinkByArea } from '../../pipeline/synth/synthFrames.ts'
import type { FrameSource } from '../../pipeline/frames/frameSource.ts'
import { TrackState, type TrackSet } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import { encodeJpeg } from '../decode/stillImage.ts'
import type { Failure, FailurePicture } from './cell.ts'

/** Tracks drawn of each cell, and frames of each track. */
const TRACKS = 3
/** Long side of a picture in pixels. */
const PICTURE_SIDE = 288
const JPEG_QUALITY = 80
/** From here on a track is off: half of the largest threshold of the scores. */
const OFF_PX = 8

/** Of the drawing; the report's legend names them. Blue and orange are told apart by nearly everyone. */
export const truthColour = '#4cc2ff'
export const predictedColour = '#ff8a3d'
const TRUTH: Rgb = [0x4c, 0xc2, 0xff]
const PREDICTED: Rgb = [0xff, 0x8a, 0x3d]
const OUTLINE: Rgb = [0, 0, 0]

export interface DrawFailuresInput {
  readonly frames: FrameSource
  readonly truth: TrackSet
  /** In the order of `predicted` and `scores`. */
  readonly queries: readonly EvaluationQuery[]
  readonly predicted: TrackSet
  readonly scores: readonly TrackScores[]
}

export async function drawFailures(input: DrawFailuresInput): Promise<Failure[]> {
  const worst = input.scores
    .map((score, row) => ({ row, ...score }))
    .filter(({ averageJaccard }) => averageJaccard < 1)
    .sort((a, b) => a.averageJaccard - b.averageJaccard || a.row - b.row)
    // One of each point, whatever the number of its queries.
    .filter(({ row }, k, all) => all.findIndex(other => input.queries[other.row].track === input.queries[row].track) === k)
    .slice(0, TRACKS)
  const failures: Failure[] = []
  for (const { id, averageJaccard, row } of worst) {
    const pictures: FailurePicture[] = []
    for (const cell of tellingCells(input, row)) pictures.push(await drawPicture(input, cell))
    failures.push({ id, averageJaccard, pictures })
  }
  return failures
}

/** Truth and prediction of one query at one frame, in clip pixels. */
interface Cell {
  readonly frame: number
  readonly errorPx: number
  readonly truth: { readonly x: number; readonly y: number; readonly visible: boolean }
  readonly predicted: { readonly x: number; readonly y: number; readonly visible: boolean }
}

/** The query's frame, the first frame at which the track is off, and the one at which it is off the most. */
export function tellingCells({ truth, queries, predicted }: Omit<DrawFailuresInput, 'frames' | 'scores'>, row: number): Cell[] {
  const query = queries[row]
  const cellAt = (frame: number): Cell => {
    const [t, p] = [query.track * truth.frames + frame, row * truth.frames + frame]
    const [x, y] = [truth.positions[2 * t], truth.positions[2 * t + 1]]
    const [px, py] = [predicted.positions[2 * p], predicted.positions[2 * p + 1]]
    const errorPx = EVALUATION_SIDE * Math.hypot((px - x) / truth.width, (py - y) / truth.height)
    const [visible, seen] = [truth.states[t] === TrackState.visible, predicted.states[p] === TrackState.visible]
    return { frame, errorPx: Number.isFinite(errorPx) ? errorPx : Number.POSITIVE_INFINITY, truth: { x, y, visible }, predicted: { x: px, y: py, visible: seen } }
  }
  const labelled = Array.from({ length: truth.frames }, (_, frame) => frame).filter(frame => frame !== query.frame && truth.states[query.track * truth.frames + frame] !== TrackState.unlabelled)
  // What is near the query tells first; a hidden point counts where it is called visible.
  const cells = labelled.map(cellAt).filter(({ truth: t, predicted: p }) => t.visible || p.visible)
  const fault = ({ errorPx, truth: t, predicted: p }: Cell) => (t.visible ? errorPx + (p.visible ? 0 : OFF_PX) : OFF_PX)
  const byDistance = [...cells].sort((a, b) => Math.abs(a.frame - query.frame) - Math.abs(b.frame - query.frame))
  const firstOff = byDistance.find(cell => fault(cell) >= OFF_PX)
  const most = cells.reduce<Cell | undefined>((worst, cell) => (worst === undefined || fault(cell) > fault(worst) ? cell : worst), undefined)
  const chosen = [cellAt(query.frame), firstOff, most].filter((cell): cell is Cell => cell !== undefined)
  return chosen.filter((cell, k) => chosen.findIndex(other => other.frame === cell.frame) === k)
}

async function drawPicture({ frames }: DrawFailuresInput, cell: Cell): Promise<FailurePicture> {
  const { clip } = frames
  const scale = Math.min(1, PICTURE_SIDE / Math.max(clip.width, clip.height))
  const size: Size = { width: Math.max(1, Math.round(clip.width * scale)), height: Math.max(1, Math.round(clip.height * scale)) }
  const rgb = shrinkByArea(await frames.clipRgb(cell.frame), clip, size)
  const place = ({ x, y }: Cell['truth']) => [(x * size.width) / clip.width, (y * size.height) / clip.height] as const
  const canvas = new OverlayCanvas(rgb, size)
  const [[tx, ty], [px, py]] = [place(cell.truth), place(cell.predicted)]
  const radius = Math.max(1.5, Math.max(size.width, size.height) * 0.016)
  if (cell.truth.visible && Number.isFinite(px) && Number.isFinite(py)) {
    canvas.lineTo(tx, ty, px, py, radius * 0.55, 0.9, 0.9)
    canvas.stroke(PREDICTED)
  }
  // The truth is a ring, so that a right prediction shows inside it. What is hidden is small.
  const ring = radius * (cell.truth.visible ? 1.7 : 0.9)
  canvas.ring(tx, ty, ring, radius * 0.6 + 2, OUTLINE, 0.5)
  canvas.ring(tx, ty, ring, radius * 0.6, TRUTH)
  if (cell.predicted.visible) {
    canvas.disc(px, py, radius + 1, OUTLINE, 0.5)
    canvas.disc(px, py, radius, PREDICTED)
  } else canvas.ring(px, py, radius * 0.8, radius * 0.5, PREDICTED)
  const jpeg = Buffer.from(await encodeJpeg(rgb, size, JPEG_QUALITY, '4:4:4')).toString('base64')
  return { frame: cell.frame, errorPx: Number.isFinite(cell.errorPx) ? cell.errorPx : null, truthVisible: cell.truth.visible, predictedVisible: cell.predicted.visible, jpeg }
}
