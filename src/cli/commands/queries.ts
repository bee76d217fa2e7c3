/** The points that `tapline track` is asked for: of a file, or a grid. Not here: the file's format (pipeline/export/parseQueries.ts). */
import { readFile } from 'node:fs/promises'
import { parseQueries } from '../../pipeline/export/parseQueries.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'
import type { Query } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import { usage, type Arguments } from '../arguments.ts'

/** Largest grid: 256² points. */
export const MAX_GRID = 256

/** Where the points come from; the file is read already, so that a missing one is found before anything is done. */
export type PointSource = { readonly kind: 'file'; readonly name: string; readonly text: string } | { readonly kind: 'grid'; readonly n: number; readonly frame: number }

/** Null when the arguments name no points: those of the project are meant. @throws TaplineError */
export async function pointSource(args: Arguments): Promise<PointSource | null> {
  const file = args.text('queries')
  const n = args.number('grid', 1, MAX_GRID)
  const frame = args.number('grid-frame', 0, Number.MAX_SAFE_INTEGER)
  if (file !== undefined && n !== undefined) throw usage('track', '--queries and --grid are both given')
  if (frame !== undefined && n === undefined) throw usage('track', '--grid-frame is given without --grid')
  if (n !== undefined) return { kind: 'grid', n, frame: frame ?? 0 }
  if (file === undefined) return null
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw fromSystemError(error, file)
  })
  return { kind: 'file', name: file, text }
}

/** @throws TaplineError 'bad-query' with the file's line, or for a grid of a frame that the clip has not. */
export function pointsOf(source: PointSource, clip: Size & { readonly frameCount: number }): Query[] {
  return source.kind === 'file' ? parseQueries(source.text, clip, source.name) : gridPoints(source.n, source.frame, clip)
}

/** The centres of n×n cells of one frame, row by row; ids name the frame, the grid, the row and the column. */
export function gridPoints(n: number, frame: number, clip: Size & { readonly frameCount: number }): Query[] {
  if (frame >= clip.frameCount) {
    throw new TaplineError('bad-query', `--grid-frame ${frame}`, 'the frame is out of range', `The clip has ${clip.frameCount} frames, counted from 0 to ${clip.frameCount - 1}.`)
  }
  const prefix = frame === 0 ? `g${n}` : `f${frame}-g${n}`
  return Array.from({ length: n * n }, (_, k) => {
    const [row, column] = [Math.floor(k / n), k % n]
    return { id: `${prefix}-${row}-${column}`, frame, x: ((column + 0.5) / n) * clip.width, y: ((row + 0.5) / n) * clip.height }
  })
}
