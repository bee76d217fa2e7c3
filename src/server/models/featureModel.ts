/**
 * Features by a network: a picture in, a vector for each cell out, and where the network gives scores, keypoints exact to a fraction of a
 * pixel. Large pictures are seen in overlapping tiles. Not here: matching them (pipeline/supervision/matches).
 */
import { DESCRIPTOR_LENGTH, DESCRIPTOR_SIZE } from '../../engine/features/descriptor.ts'
import type { Features } from '../../engine/features/detectFeatures.ts'
import type { FeatureNetwork } from '../../pipeline/supervision/networks.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { FeatureConventions } from '../../shared/models.ts'
import type { Size } from '../../shared/units.ts'
import { OnnxModel } from './onnxModel.ts'
import type { FloatTensor, OnnxOptions } from './onnxModel.ts'
import { fixedSize, networkSize, pictureTensor } from './picture.ts'
import type { NetworkSize } from './picture.ts'
import { crop, tilesOf } from './tiles.ts'

/** Most pixels of one pass. */
const MOST_PIXELS = 1_000_000
/** Least score of a keypoint; both known networks end in a softmax or sigmoid. */
const LEAST_SCORE = 0.01
/** Keypoints are the best of blocks of so many pixels. */
const BLOCK_PX = 6
/** Most of one frame: matching grows with the square. */
const MOST_FEATURES = 2_500

/** Vectors on cells: vector c of cell (i, j) is at `vector(i, j)[c]`. */
interface Cells extends Size {
  readonly channels: number
  read(column: number, row: number, channel: number): number
}

interface Found {
  readonly x: number
  readonly y: number
  readonly score: number
  readonly descriptor: Float64Array
}

export interface FeatureModelOptions extends OnnxOptions {
  readonly mostPixels?: number
}

/** A network that finds features of RGB pictures [height, width, 3]. */
export class FeatureModel {
  readonly model: OnnxModel
  readonly #conventions: FeatureConventions
  readonly #fixed: Size | null
  readonly #most: number

  static async open(path: string, conventions: FeatureConventions, options: FeatureModelOptions): Promise<FeatureModel> {
    return new FeatureModel(await OnnxModel.open(path, options), conventions, options.mostPixels)
  }

  constructor(model: OnnxModel, conventions: FeatureConventions, mostPixels = MOST_PIXELS) {
    this.model = model
    this.#conventions = conventions
    this.#fixed = fixedSize(model.inputs.find(input => input.name === conventions.input)!)
    this.#most = mostPixels
  }

  async features(rgb: Uint8Array, size: Size): Promise<Features> {
    const side = Math.floor(Math.sqrt(this.#most))
    const whole = this.#fixed !== null || size.width * size.height <= this.#most
    const found: Found[] = []
    for (const tile of whole ? [{ x: 0, y: 0, ...size, weight: () => 1 }] : tilesOf(size, { width: side, height: side })) {
      // Where tiles overlap, each tells what lies nearer to its middle.
      for (const f of await this.#pass(crop(rgb, size, tile), tile)) if (tile.weight(f.x - 0.5, f.y - 0.5) >= 0.5) found.push({ ...f, x: f.x + tile.x, y: f.y + tile.y })
    }
    return packed(found.sort((p, q) => q.score - p.score).slice(0, MOST_FEATURES))
  }

  async #pass(rgb: Uint8Array, size: Size): Promise<Found[]> {
    const { input, output, scores, picture, cell } = this.#conventions
    const target = networkSize(size, picture, this.#fixed)
    const results = await this.model.run({ [input]: pictureTensor(rgb, size, target, picture) }, scores ? [output, scores] : [output])
    const cells = this.#cells(results[output], target)
    const points = scores ? keypoints(results[scores], target) : centres(cells, cell, target)
    return points.map(({ x, y, score }) => ({
      x: (x * size.width) / target.content.width,
      y: (y * size.height) / target.content.height,
      score,
      descriptor: sampleCells(cells, x / cell - 0.5, y / cell - 0.5),
    }))
  }

  #cells({ values, shape }: FloatTensor, target: NetworkSize): Cells {
    const { layout, skipped, cell } = this.#conventions
    const [width, height] = [Math.floor(target.width / cell), Math.floor(target.height / cell)]
    const [channels, rows, columns] = layout === 'map' ? shape.slice(-3) : [shape[2], height, shape[1] - skipped === width * height ? width : 0]
    if (columns !== width || rows !== height) {
      const text = `its output is [${shape.join(', ')}] for a picture of ${target.width}×${target.height}, not ${width}×${height} cells of ${cell} pixels`
      throw new TaplineError('bad-file', this.model.path, text, 'Remove it and add it again with the right --cell.')
    }
    const plane = width * height
    const read =
      layout === 'map'
        ? (column: number, row: number, channel: number) => values[channel * plane + row * width + column]
        : (column: number, row: number, channel: number) => values[(skipped + row * width + column) * channels + channel]
    return { width, height, channels, read }
  }

  close(): Promise<void> {
    return this.model.close()
  }
}

/** A feature network of a file, opened when features are asked for. */
export function featureNetwork(path: string, sha256: string, conventions: FeatureConventions, onOpen: (model: OnnxModel) => void = () => {}): FeatureNetwork {
  return {
    id: sha256.slice(0, 16),
    exact: conventions.scores !== null,
    cell: conventions.cell,
    async open({ threads, signal }) {
      const model = await FeatureModel.open(path, conventions, { threads, signal })
      onOpen(model.model)
      return { features: (rgb, size) => model.features(rgb, size), close: () => model.close() }
    },
  }
}

/** Bilinear between cells, of unit length. */
function sampleCells({ width, height, channels, read }: Cells, u: number, v: number): Float64Array {
  const cu = Math.min(width - 1, Math.max(0, u))
  const cv = Math.min(height - 1, Math.max(0, v))
  const [i, j] = [Math.min(Math.max(0, width - 2), Math.floor(cu)), Math.min(Math.max(0, height - 2), Math.floor(cv))]
  const [i1, j1] = [Math.min(width - 1, i + 1), Math.min(height - 1, j + 1)]
  const [s, t] = [cu - i, cv - j]
  const out = new Float64Array(channels)
  let norm = 0
  for (let c = 0; c < channels; c++) {
    out[c] = (read(i, j, c) * (1 - s) + read(i1, j, c) * s) * (1 - t) + (read(i, j1, c) * (1 - s) + read(i1, j1, c) * s) * t
    norm += out[c] * out[c]
  }
  return out.map(value => value / Math.sqrt(norm || 1))
}

function centres({ width, height }: Cells, cell: number, { content }: NetworkSize): { x: number; y: number; score: number }[] {
  const points = []
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++) {
      const [x, y] = [(i + 0.5) * cell, (j + 0.5) * cell]
      if (x < content.width && y < content.height) points.push({ x, y, score: 1 })
    }
  return points
}

/** The best pixel of each block that is a maximum among its neighbours, placed between pixels by a parabola through log scores. */
function keypoints({ values, shape }: FloatTensor, { content }: NetworkSize): { x: number; y: number; score: number }[] {
  const width = shape[shape.length - 1]
  const points = []
  const log = (at: number) => Math.log(Math.max(1e-6, values[at]))
  const offset = (before: number, at: number, after: number) => {
    const curve = before - 2 * at + after
    return curve < 0 ? Math.max(-0.5, Math.min(0.5, (before - after) / (2 * curve))) : 0
  }
  for (let top = 1; top < content.height - 1; top += BLOCK_PX)
    for (let left = 1; left < content.width - 1; left += BLOCK_PX) {
      let best = -1
      for (let y = top; y < Math.min(top + BLOCK_PX, content.height - 1); y++)
        for (let x = left; x < Math.min(left + BLOCK_PX, content.width - 1); x++) if (best < 0 || values[y * width + x] > values[best]) best = y * width + x
      const score = values[best]
      const around = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]
      if (!(score >= LEAST_SCORE) || around.some(step => values[best + step] > score)) continue
      const [x, y] = [best % width, Math.floor(best / width)]
      points.push({ x: x + 0.5 + offset(log(best - 1), log(best), log(best + 1)), y: y + 0.5 + offset(log(best - width), log(best), log(best + width)), score })
    }
  return points
}

/** As the matchers take them: whole numbers of one length; short descriptors are filled up to the kernel's. */
function packed(found: readonly Found[]): Features {
  const length = Math.max(DESCRIPTOR_SIZE, found[0]?.descriptor.length ?? 0)
  const descriptors = new Int16Array(found.length * length)
  found.forEach(({ descriptor }, k) => descriptor.forEach((value, c) => (descriptors[k * length + c] = Math.round(value * DESCRIPTOR_LENGTH))))
  return {
    count: found.length,
    points: Float32Array.from(found.flatMap(({ x, y }) => [x, y])),
    scales: new Float32Array(found.length).fill(1),
    angles: new Float32Array(found.length),
    descriptors,
  }
}
