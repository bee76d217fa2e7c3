/**
 * Tracks as .npz, one video in a file, read with numpy.load and no pickle. Arrays (N tracks, T frames):
 *
 *     points        float32 [N, T, 2]  (x, y) normalised raster, as in TAP-Vid's pickles
 *     occluded      bool    [N, T]
 *     query_points  float32 [N, 3]     (t, y, x), x and y in pixels of the frame scaled to 256×256, as TAP-Vid's readers give; t = −1: unknown
 *     ids           str     [N]
 *     states        uint8   [N, T]     0 visible, 1 occluded, 2 out of frame, 3 unlabelled
 *     uncertainty   float32 [N, T]     one standard deviation, clip pixels; NaN: unknown
 *     evaluated     bool    [N, T]     only where known: cells of a truth that may be scored
 *     width, height int32   []         clip pixels
 *
 * Reading needs points and occluded alone.
 */
import { unzipSync, zipSync } from 'fflate'
import { TaplineError } from '../../shared/errors.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { TrackState } from '../../shared/tracks.ts'
import type { NdArray } from './ndArray.ts'
import { dtypeName, toNumbers, toStrings } from './ndArray.ts'
import { readNpy, writeNpy } from './npy.ts'
import type { ReadOptions, ReadVideo, WriteVideo } from './trackFile.ts'
import { checkWritable, fromNormalised, stemOf, subjectOf, targetSize, toNormalised, toOccluded } from './trackFile.ts'

/** Side of the square that query_points are scaled to. */
const QUERY_SIDE = 256
const FIELDS: ReadonlySet<string> = new Set([
  'points',
  'occluded',
  'query_points',
  'ids',
  'states',
  'uncertainty',
  'evaluated',
  'width',
  'height',
])
/** Deflate cannot shrink data by more than this; a larger claim is a lie. */
const MOST_RATIO = 1032
const MOST_BYTES = 2 ** 31

export function looksLikeZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4
}

/** Reads one video, named for the file. Throws TaplineError 'bad-file' that names the array. */
export function readNpz(bytes: Uint8Array, options?: ReadOptions): ReadVideo[] {
  const subject = subjectOf(options)
  const fail = (reason: string) =>
    new TaplineError('bad-file', subject, reason, 'Check how the file was made: it needs points [N, T, 2] and occluded [N, T].')
  const name = stemOf(options)
  const arrays = unpack(bytes, subject, fail)
  const numbers = (field: string, fits: (shape: readonly number[]) => boolean, wanted: string): Float64Array => {
    const array = arrays.get(field)!
    const values = toNumbers(array)
    if (!values) throw fail(`'${field}' is an array of ${dtypeName(array.dtype)}, not of numbers`)
    if (!fits(array.shape)) throw fail(`'${field}' has the shape [${array.shape.join(', ')}], not ${wanted}`)
    return values
  }
  const points = numbers('points', (shape) => shape.length === 3 && shape[2] === 2, '[tracks, frames, 2]')
  const [tracks, frames] = arrays.get('points')!.shape
  const optional = (field: string, shape: readonly number[]): Float64Array | undefined =>
    arrays.has(field) ? numbers(field, (found) => found.join() === shape.join(), `[${shape.join(', ')}]`) : undefined
  const occluded = optional('occluded', [tracks, frames])!
  const mask = optional('evaluated', [tracks, frames])
  const evaluated = mask && Uint8Array.from(mask, (value) => Number(value !== 0))
  const ids = arrays.has('ids') ? toStrings(arrays.get('ids')!) : undefined
  if (ids && ids.length !== tracks) throw fail(`'ids' has ${ids.length} names for ${tracks} tracks`)
  const own = { width: optional('width', [])?.[0] ?? 0, height: optional('height', [])?.[0] ?? 0 }
  const size = targetSize(subject, frames, own.width > 0 && own.height > 0 ? own : undefined, options?.clip)
  const set = fromNormalised({ ...(ids && { ids }), tracks, frames, points, occluded, ...(evaluated && { evaluated }) }, size)
  fillStates(
    set,
    optional('states', [tracks, frames]),
    optional('uncertainty', [tracks, frames]),
    optional('query_points', [tracks, 3]),
    fail,
  )
  // Deviations are in the file's own pixels; without an axis, the geometric mean of the two scales keeps their area.
  if (own.width > 0 && own.height > 0 && (own.width !== size.width || own.height !== size.height)) {
    const scale = Math.sqrt((size.width / own.width) * (size.height / own.height))
    set.uncertainty.forEach((sigma, k) => (set.uncertainty[k] = sigma * scale))
  }
  return [{ name, tracks: set, ...(evaluated && { evaluated }) }]
}

function fillStates(
  set: TrackSet,
  states: Float64Array | undefined,
  uncertainty: Float64Array | undefined,
  queries: Float64Array | undefined,
  fail: (reason: string) => TaplineError,
): void {
  if (states) {
    if (!states.every((state) => Number.isInteger(state) && state >= TrackState.visible && state <= TrackState.unlabelled))
      throw fail(`'states' holds values other than 0 to 3`)
    set.states.set(states)
  }
  if (uncertainty) set.uncertainty.set(uncertainty)
  if (!queries) return
  for (let n = 0; n < set.ids.length; n++) {
    const frame = Math.round(queries[n * 3])
    if (frame < 0) continue
    if (!(frame < set.frames)) throw fail(`'query_points' has the frame ${queries[n * 3]}, but there are ${set.frames}`)
    set.queryFrames[n] = frame
    set.queryPoints[n * 2] = (queries[n * 3 + 2] / QUERY_SIDE) * set.width
    set.queryPoints[n * 2 + 1] = (queries[n * 3 + 1] / QUERY_SIDE) * set.height
  }
}

function unpack(bytes: Uint8Array, subject: string, fail: (reason: string) => TaplineError): Map<string, NdArray> {
  const names: string[] = []
  let total = 0
  let files: Record<string, Uint8Array>
  try {
    files = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        const field = name.replace(/\.npy$/, '')
        names.push(field)
        if (!FIELDS.has(field)) return false
        total += originalSize
        if (originalSize > MOST_RATIO * size + 64 || total > MOST_BYTES) throw fail(`'${field}' claims to unpack to ${originalSize} bytes`)
        return true
      },
    })
  } catch (error) {
    if (error instanceof TaplineError) throw error
    throw new TaplineError(
      'bad-file',
      subject,
      `the archive cannot be unpacked (${(error as Error).message})`,
      'It is cut short or damaged: copy or write it again.',
      {
        cause: error,
      },
    )
  }
  const arrays = new Map<string, NdArray>()
  for (const [name, content] of Object.entries(files)) {
    const field = name.replace(/\.npy$/, '')
    const array = readNpy(content)
    if (typeof array === 'string') throw fail(`'${field}': ${array}`)
    arrays.set(field, array)
  }
  for (const field of ['points', 'occluded'])
    if (!arrays.has(field)) throw fail(`it has no '${field}', only ${names.join(', ') || 'nothing'}`)
  return arrays
}

/** Writes one video, deflated; the same tracks give the same bytes. Throws TaplineError 'unsupported' for several videos. */
export function writeNpz(videos: readonly WriteVideo[]): Uint8Array {
  if (videos.length !== 1) {
    throw new TaplineError(
      'unsupported',
      'export',
      `an .npz holds one video, not ${videos.length}`,
      'Write a file for each, or a pickle or JSON for all.',
    )
  }
  const [video] = videos
  checkWritable(video)
  const { tracks, evaluated } = video
  const n = tracks.ids.length
  const grid = [n, tracks.frames]
  const queries = new Float32Array(n * 3)
  for (let k = 0; k < n; k++) {
    queries[k * 3] = tracks.queryFrames[k]
    queries[k * 3 + 1] = (tracks.queryPoints[k * 2 + 1] / tracks.height) * QUERY_SIDE
    queries[k * 3 + 2] = (tracks.queryPoints[k * 2] / tracks.width) * QUERY_SIDE
  }
  const files: Record<string, Uint8Array> = {
    'points.npy': writeNpy('<f4', [n, tracks.frames, 2], bytesOf(toNormalised(tracks))),
    'occluded.npy': writeNpy('|b1', grid, toOccluded(tracks)),
    'query_points.npy': writeNpy('<f4', [n, 3], bytesOf(queries)),
    'ids.npy': unicodeNpy(tracks.ids),
    'states.npy': writeNpy('|u1', grid, tracks.states),
    'uncertainty.npy': writeNpy('<f4', grid, bytesOf(tracks.uncertainty)),
    'width.npy': writeNpy('<i4', [], bytesOf(Int32Array.of(tracks.width))),
    'height.npy': writeNpy('<i4', [], bytesOf(Int32Array.of(tracks.height))),
    ...(evaluated && {
      'evaluated.npy': writeNpy(
        '|b1',
        grid,
        evaluated.map((cell) => Number(cell !== 0)),
      ),
    }),
  }
  return zipSync(files, { level: 6, mtime: '1980-01-02' })
}

/** Bytes of a typed array; every machine that runs Node is little-endian, as is the file. */
function bytesOf(values: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function unicodeNpy(texts: readonly string[]): Uint8Array {
  const codes = texts.map((text) => Array.from(text, (letter) => letter.codePointAt(0)!))
  const longest = Math.max(1, ...codes.map((list) => list.length))
  const cells = new Int32Array(texts.length * longest)
  codes.forEach((list, k) => cells.set(list, k * longest))
  return writeNpy(`<U${longest}`, [texts.length], bytesOf(cells))
}
