/**
 * Tracks as JSON: the one format that keeps everything, bit for bit.
 *
 *     { "format": "tapline-tracks", "version": 1,
 *       "states": { "v": "visible", "o": "occluded", "f": "outOfFrame", "u": "unlabelled" },
 *       "videos": [ { "name", "width", "height", "frames",
 *         "tracks": [ { "id", "query": { "frame", "x", "y" } or null,
 *           "points": [[x, y], …], "states": "vvof…" (a letter for each frame), "uncertainty": [σ or null, …] or null,
 *           "evaluated": "110…" (only where known) } ] } ] }
 *
 * Coordinates and σ are raster pixels of the clip. null stands for a number that is not known (NaN), 1e999 for infinity.
 */
import { TaplineError } from '../../shared/errors.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { emptyTracks, TrackState } from '../../shared/tracks.ts'
import { float32Text } from './float32Text.ts'
import type { ReadOptions, ReadVideo, WriteVideo } from './trackFile.ts'
import { checkWritable, subjectOf, targetSize } from './trackFile.ts'

const FORMAT = 'tapline-tracks'
const VERSION = 1
const LETTERS = 'vofu'
const STATES = Object.fromEntries(Object.entries(TrackState).map(([name, state]) => [LETTERS[state], name]))

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null'
  if (!Number.isFinite(value)) return value > 0 ? '1e999' : '-1e999'
  return float32Text(value)
}

/** Writes a line for each track. */
export function* writeTracksJson(videos: readonly WriteVideo[]): Generator<string, void> {
  yield `{"format":"${FORMAT}","version":${VERSION},"states":${JSON.stringify(STATES)},"videos":[\n`
  for (const [k, video] of videos.entries()) {
    checkWritable(video)
    const { ids, frames, width, height } = video.tracks
    yield `${k > 0 ? ',\n' : ''}{"name":${JSON.stringify(video.name)},"width":${width},"height":${height},"frames":${frames},"tracks":[`
    for (let track = 0; track < ids.length; track++) yield `${track > 0 ? ',' : ''}\n${trackText(video, track)}`
    yield '\n]}'
  }
  yield '\n]}\n'
}

function trackText({ tracks, evaluated }: WriteVideo, track: number): string {
  const { ids, frames, positions, states, uncertainty, queryFrames, queryPoints } = tracks
  const cells = Array.from({ length: frames }, (_, frame) => track * frames + frame)
  const points = cells.map((k) => `[${numberText(positions[k * 2])},${numberText(positions[k * 2 + 1])}]`)
  const query =
    queryFrames[track] < 0
      ? 'null'
      : `{"frame":${queryFrames[track]},"x":${numberText(queryPoints[track * 2])},"y":${numberText(queryPoints[track * 2 + 1])}}`
  const sigmas = cells.every((k) => Number.isNaN(uncertainty[k])) ? 'null' : `[${cells.map((k) => numberText(uncertainty[k])).join(',')}]`
  const mask = evaluated ? `,"evaluated":"${cells.map((k) => Number(evaluated[k] !== 0)).join('')}"` : ''
  const letters = cells.map((k) => LETTERS[states[k]]).join('')
  return `{"id":${JSON.stringify(ids[track])},"query":${query},"points":[${points.join(',')}],"states":"${letters}","uncertainty":${sigmas}${mask}}`
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * Reads what writeTracksJson wrote. Where a clip of another size is given, pixels are scaled to it, axis by axis.
 * Throws TaplineError 'bad-file' that names the place in the file.
 */
export function readTracksJson(text: string, options?: ReadOptions): ReadVideo[] {
  const subject = subjectOf(options)
  const fail = (place: string, reason: string) =>
    new TaplineError('bad-file', `${subject}, ${place}`, reason, 'Export the tracks again, or correct the file.')
  let json: Json
  try {
    json = JSON.parse(text) as Json
  } catch (error) {
    throw new TaplineError('bad-file', subject, `not valid JSON (${(error as Error).message})`, 'Export the tracks again.', {
      cause: error,
    })
  }
  const top = objectOf(json)
  if (top?.format !== FORMAT)
    throw new TaplineError('bad-file', subject, `its "format" is not "${FORMAT}"`, 'Only JSON written by Tapline is read.')
  if (top.version !== VERSION) {
    throw new TaplineError(
      'bad-file',
      subject,
      `its version is ${JSON.stringify(top.version)}, this Tapline reads version ${VERSION}`,
      'Update Tapline.',
    )
  }
  if (!Array.isArray(top.videos)) throw fail('videos', 'is not a list')
  const videos: ReadVideo[] = []
  for (const [v, value] of (top.videos as readonly Json[]).entries()) {
    const place = `videos[${v}]`
    const video = objectOf(value)
    if (!video || typeof video.name !== 'string') throw fail(place, 'has no name')
    if (options?.video !== undefined && options.video !== video.name) continue
    const { width, height, frames } = video
    if (!isCount(width) || !isCount(height) || !isCount(frames)) throw fail(place, 'width, height and frames are not whole numbers above 0')
    if (!Array.isArray(video.tracks)) throw fail(`${place}.tracks`, 'is not a list')
    const size = targetSize(`${subject}, video ${video.name}`, frames, { width, height }, options?.clip)
    const list = (video.tracks as readonly Json[]).map((track, k) =>
      checkTrack(track, frames, (reason, field = '') => fail(`${place}.tracks[${k}]${field}`, reason)),
    )
    const tracks = fillTracks(list, frames, size, size.width / width, size.height / height)
    const masked = list.some((track) => track.evaluated !== undefined)
    const evaluated = masked ? Uint8Array.from(list.map((track) => track.evaluated ?? '1'.repeat(frames)).join(''), Number) : undefined
    videos.push({ name: video.name, tracks, ...(evaluated && { evaluated }) })
  }
  return videos
}

interface JsonTrack {
  readonly id: string
  readonly query: { readonly frame: number; readonly x: number; readonly y: number } | null
  readonly points: readonly (readonly [number | null, number | null])[]
  readonly states: string
  readonly uncertainty: readonly (number | null)[] | null
  readonly evaluated?: string
}

function checkTrack(value: Json, frames: number, fail: (reason: string, field?: string) => TaplineError): JsonTrack {
  const track = objectOf(value)
  if (!track || typeof track.id !== 'string') throw fail('has no id')
  const { query, points, states, uncertainty, evaluated } = track
  const asked = query === null ? null : objectOf(query)
  if (asked === undefined) throw fail('is neither null nor a query', '.query')
  if (
    asked &&
    !(
      Number.isInteger(asked.frame) &&
      (asked.frame as number) >= 0 &&
      (asked.frame as number) < frames &&
      isNumber(asked.x) &&
      isNumber(asked.y)
    )
  ) {
    throw fail(`has no frame from 0 to ${frames - 1}, x and y`, '.query')
  }
  const isPoint = (point: Json) => Array.isArray(point) && point.length === 2 && point.every(isNumber)
  if (!Array.isArray(points) || points.length !== frames || !points.every(isPoint))
    throw fail(`is not a list of ${frames} [x, y]`, '.points')
  if (typeof states !== 'string' || states.length !== frames || !/^[vofu]*$/.test(states))
    throw fail(`is not ${frames} letters out of v, o, f, u`, '.states')
  if (uncertainty !== null && !(Array.isArray(uncertainty) && uncertainty.length === frames && uncertainty.every(isNumber))) {
    throw fail(`is neither null nor a list of ${frames} numbers`, '.uncertainty')
  }
  if (evaluated !== undefined && !(typeof evaluated === 'string' && evaluated.length === frames && /^[01]*$/.test(evaluated))) {
    throw fail(`is not ${frames} digits 0 or 1`, '.evaluated')
  }
  return track as unknown as JsonTrack
}

function fillTracks(
  list: readonly JsonTrack[],
  frames: number,
  size: { width: number; height: number },
  scaleX: number,
  scaleY: number,
): TrackSet {
  const set = emptyTracks(
    list.map((track) => track.id),
    frames,
    size,
  )
  list.forEach(({ query, points, states, uncertainty }, n) => {
    if (query) {
      set.queryFrames[n] = query.frame
      set.queryPoints[n * 2] = known(query.x) * scaleX
      set.queryPoints[n * 2 + 1] = known(query.y) * scaleY
    }
    for (let frame = 0; frame < frames; frame++) {
      const k = n * frames + frame
      set.positions[k * 2] = known(points[frame][0]) * scaleX
      set.positions[k * 2 + 1] = known(points[frame][1]) * scaleY
      set.states[k] = LETTERS.indexOf(states[frame])
      // A deviation has no axis: the geometric mean of the two scales keeps its area.
      if (uncertainty) set.uncertainty[k] = known(uncertainty[frame]) * Math.sqrt(scaleX * scaleY)
    }
  })
  return set
}

const known = (value: number | null) => value ?? Number.NaN

function objectOf(value: Json | undefined): { readonly [key: string]: Json } | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: Json }) : undefined
}

function isNumber(value: Json): boolean {
  return value === null || typeof value === 'number'
}

function isCount(value: Json): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}
