/**
 * What a tracker's file is: its family by the names of its inputs and outputs, then a self-test on a texture that moves by known steps.
 * Not here: the families (tapirNetwork.ts, coTrackerNetwork.ts), keeping the file (server/models).
 */
import { TaplineError } from '../../shared/errors.ts'
import type { CoTrackerConventions, ModelHints, PictureInput, PointEncoderConventions, TapirConventions, TrackerConventions } from '../../shared/models.ts'
import type { Size } from '../../shared/units.ts'
import { shiftedPictures } from '../models/flowSelfTest.ts'
import type { OnnxModel } from '../models/onnxModel.ts'
import { fixedSize } from '../models/picture.ts'
import { crop } from '../models/tiles.ts'
import { coTrackerNames, coTrackerNetwork } from './coTrackerNetwork.ts'
import { encoderNames, pointsTensor, tapirNames, tapirNetwork } from './tapirNetwork.ts'
import type { PassPoint, PointNetwork } from './pointPasses.ts'

export interface TrackerInspection {
  readonly conventions: TrackerConventions
  /** What was found, for people. */
  readonly found: string
}

/** Opens the newest installed network of a family; null where there is none. The caller closes it. */
export type OpenCompanion = (family: TrackerConventions['family']) => Promise<OnnxModel | null>

/** An answer this far off on average shows that nothing fits, in pixels of the network's picture. */
const MOST_ERROR_PX = 3
/** Size of pictures whose size is free. */
const FREE: Size = { width: 256, height: 192 }
/** To which published CoTracker exports scale their pictures, and count in. */
const COTRACKER_UNITS: Size = { width: 512, height: 384 }

const families = [
  { family: 'tapir', ...tapirNames },
  { family: 'tapir-encoder', ...encoderNames },
  { family: 'cotracker', ...coTrackerNames },
] as const

/** @throws TaplineError 'bad-file' when it is of no known family, or does not follow a moving texture */
export async function inspectTracker(model: OnnxModel, hints: ModelHints, companion: OpenCompanion): Promise<TrackerInspection> {
  const family = familyOf(model)
  if (family === 'tapir-encoder') return inspectEncoder(model)
  if (family === 'cotracker') return inspectCoTracker(model, hints)
  const conventions: TapirConventions = { kind: 'tracker', family, picture: pictureInput(hints, 'signed') }
  const encoder = await companion('tapir-encoder')
  if (!encoder) return { conventions, found: 'TAPIR; its second file, the point encoder, is needed too: add that as well, then add this again to have both tested' }
  try {
    const errorPx = await testedError(tapirNetwork(model, encoder, conventions), sizeOf(model, 'input_frame', { width: 256, height: 256 }), 3, [0])
    return { conventions, found: `TAPIR, with the point encoder: points on a moving texture are followed to ${mustFollow(model, errorPx).toFixed(2)} px` }
  } finally {
    await encoder.close()
  }
}

function familyOf(model: OnnxModel): (typeof families)[number]['family'] {
  const has = (list: OnnxModel['inputs'], name: string) => list.some(tensor => tensor.name === name)
  const missing = families.map(({ family, inputs, outputs }) => ({
    family,
    all: inputs.length + outputs.length,
    names: [...inputs.filter(name => !has(model.inputs, name)), ...outputs.filter(name => !has(model.outputs, name))],
  }))
  const [best] = missing.sort((a, b) => a.names.length / a.all - b.names.length / b.all)
  if (best.names.length === 0) return best.family
  const known = 'TAPIR (tapir.onnx and its point encoder) and CoTracker (online, with its state as inputs and outputs)'
  const reason = best.names.length < best.all / 2 ? `it looks like ${best.family}, but ${best.names.map(name => `“${name}”`).join(', ')} ${best.names.length > 1 ? 'are' : 'is'} missing` : `its inputs are ${model.inputs.map(input => `“${input.name}”`).join(', ')}`
  throw new TaplineError('bad-file', model.path, reason, `Trackers that can be run are exports of ${known}.`)
}

/** On grids that hold each cell's own place, an encoder answers the place of its points. */
async function inspectEncoder(model: OnnxModel): Promise<TrackerInspection> {
  const conventions: PointEncoderConventions = { kind: 'tracker', family: 'tapir-encoder' }
  const shape = (name: string) => model.inputs.find(input => input.name === name)!.shape
  const number = (length: number | string | undefined, free: number) => (typeof length === 'number' && length > 0 ? length : free)
  const grid = (name: string, free: number) => {
    const [, rows, columns, channels] = shape(name)
    const dims = [1, number(rows, free), number(columns, free), number(channels, name === 'feature_grid' ? 256 : 128)]
    const values = new Float32Array(dims.reduce((a, b) => a * b, 1))
    for (let k = 0; k < dims[1] * dims[2]; k++) {
      values[k * dims[3]] = ((k % dims[2]) + 0.5) / dims[2]
      values[k * dims[3] + 1] = (Math.floor(k / dims[2]) + 0.5) / dims[1]
    }
    return { values, shape: dims }
  }
  const points = [{ x: 0.3, y: 0.6 }, { x: 0.71, y: 0.25 }]
  const n = number(shape('query_points')[1], points.length)
  const answer = await model.run({ query_points: pointsTensor(points, n), feature_grid: grid('feature_grid', 32), hires_feats_grid: grid('hires_feats_grid', 64) })
  for (const name of encoderNames.outputs) {
    const { values, shape: dims } = answer[name]
    const channels = dims[dims.length - 1]
    const off = Math.max(...points.slice(0, n).map(({ x, y }, k) => Math.hypot(values[k * channels] - x, values[k * channels + 1] - y)))
    if (!(off < 0.01)) throw new TaplineError('bad-file', model.path, `its “${name}” is not what lies in the grid at the query points (y, x in 0…1)`, 'Give the point encoder of a TAPIR export.')
  }
  return { conventions, found: 'the point encoder of TAPIR: reads grids where it should' }
}

async function inspectCoTracker(model: OnnxModel, hints: ModelHints): Promise<TrackerInspection> {
  const picture = pictureInput(hints, 'bytes')
  const size = sizeOf(model, 'video', COTRACKER_UNITS)
  const length = model.inputs.find(input => input.name === 'video')!.shape[1]
  const window = typeof length === 'number' ? length : 16
  let best: { conventions: CoTrackerConventions; errorPx: number } | null = null
  for (const units of ['picture', COTRACKER_UNITS] as const) {
    const conventions: CoTrackerConventions = { kind: 'tracker', family: 'cotracker', picture, units, starts: 'any' }
    // Two windows: the second goes on from the state of the first.
    const errorPx = await testedError(coTrackerNetwork(model, conventions), size, window * 1.5, [0])
    if (!best || errorPx < best.errorPx) best = { conventions, errorPx }
    if (errorPx < MOST_ERROR_PX) break
  }
  const { conventions, errorPx } = best!
  mustFollow(model, errorPx)
  // Exports that were traced at their first window never take in points of a later one.
  const late = await testedError(coTrackerNetwork(model, conventions), size, window * 1.5, [window + 1])
  const starts = late < MOST_ERROR_PX ? 'any' : 'first'
  const counted = conventions.units === 'picture' ? 'pixels of its pictures' : `pixels of ${COTRACKER_UNITS.width}×${COTRACKER_UNITS.height}`
  return {
    conventions: { ...conventions, starts },
    found: `CoTracker, windows of ${window} frames, counts in ${counted}${starts === 'first' ? ', takes points at the first frame only' : ''}: points on a moving texture are followed to ${errorPx.toFixed(2)} px`,
  }
}

function pictureInput(hints: ModelHints, usual: 'bytes' | 'signed'): PictureInput {
  const bounds = { bytes: [0, 255], unit: [0, 1], signed: [-1, 1], imagenet: [0, 1] } as const
  return { range: bounds[hints.range ?? usual], channels: hints.channels ?? 'rgb', mean: null, std: null, multiple: 8, least: 64 }
}

const sizeOf = (model: OnnxModel, input: string, free: Size = FREE): Size => fixedSize(model.inputs.find(tensor => tensor.name === input)!) ?? free

function mustFollow(model: OnnxModel, errorPx: number): number {
  if (errorPx < MOST_ERROR_PX) return errorPx
  throw new TaplineError('bad-file', model.path, `points on a texture that moves are lost: ${errorPx.toFixed(1)} px of error`, 'Check how it was exported; say --range or --channels where its pictures are not the usual.')
}

/**
 * Mean error in pixels over points given at each of `starts`, on a texture that moves left and down by whole pixels a frame.
 * @param size of the pictures
 */
async function testedError(network: PointNetwork, size: Size, steps: number, starts: readonly number[]): Promise<number> {
  const stepX = Math.max(1, Math.round(size.width / 256))
  const margin = { x: stepX * steps, y: steps }
  const large = { width: size.width + margin.x, height: size.height + margin.y }
  const [texture] = shiftedPictures(large)
  const picture = async (step: number) => ({ rgb: crop(texture, large, { x: stepX * step, y: margin.y - step, ...size }), ...size })
  const points = starts.flatMap(step => [0.55, 0.65, 0.8].flatMap(x => [0.15, 0.3, 0.4].map((y): PassPoint => ({ step, x, y })))).slice(0, network.most)
  const cells = new Map<string, number>()
  await network.follow(steps, picture, points, (p, step, x, y) => {
    const { step: start, ...from } = points[p]
    const [ex, ey] = [from.x * size.width - stepX * (step - start), from.y * size.height + step - start]
    if (step !== start) cells.set(`${p},${step}`, Math.hypot(x * size.width - ex, y * size.height - ey))
  }, () => {})
  const errors = [...cells.values()]
  return errors.length === 0 ? Number.NaN : errors.reduce((sum, error) => sum + error, 0) / errors.length
}
