/**
 * The shared memory of a WASM field: where every group, buffer and table lies, and the translation between the states
 * of engine/layout.ts and the kernel's own arrays, whose channels and widths are padded to multiples of four. Not here:
 * workers, operations.
 */
import { parameterGroups } from '../backend.ts'
import type { FieldShape, ParameterGroup } from '../backend.ts'
import { depthFloor, fieldLayout, focalLength } from '../layout.ts'
import type { FieldLayout } from '../layout.ts'
import * as slot from './assembly/field/slots.ts'

const pad = (n: number, multiple = 4) => Math.ceil(n / multiple) * multiple

/** Copies a matrix [rows][columns] between a packed array and a padded one. */
interface Stretch {
  readonly packed: number
  readonly padded: number
  readonly rows: number
  readonly columns: number
  readonly paddedColumns: number
}

const PAGE = 65536

/** Bytes of a shared memory that one field may take; more is a caller's mistake. */
const LARGEST = 65535 * PAGE

export class FieldMemory {
  readonly shape: FieldShape
  readonly layout: FieldLayout
  readonly threads: number
  readonly memory: WebAssembly.Memory
  /** Address of the slots. */
  readonly table: number
  /** Address of the words by which workers are woken: generation, command. */
  readonly control: number
  readonly #stretches: Readonly<Record<ParameterGroup, readonly Stretch[]>>
  readonly #groupAddress: Readonly<Record<ParameterGroup, number>>
  /** Padded floats of each group. */
  readonly #groupFloats: Readonly<Record<ParameterGroup, number>>
  readonly #toFirst: number
  readonly #toGradient: number
  readonly #tail: number

  constructor(shape: FieldShape, threads: number) {
    this.shape = shape
    this.threads = threads
    const layout = fieldLayout(shape)
    this.layout = layout
    const layers = layout.layers
    const perLayer = shape.planeSizes.length
    const planeChannels = pad(shape.planeChannels)
    const features = perLayer * planeChannels
    const [hidden1, hidden2, outputs] = [pad(layout.hidden1), pad(layout.hidden2), pad(layout.outputs)]
    const timeFeatures = pad(layout.timeFeatures)

    let next = PAGE / 64
    const take = (bytes: number) => {
      const at = next
      next = pad(next + bytes, 64)
      if (next > LARGEST) throw new Error(`field engine: the field needs more than ${Math.round(LARGEST / 2 ** 20)} MB`)
      return at
    }
    const ints: number[] = new Array<number>(slot.SLOTS).fill(0)
    const tables: (readonly [number, readonly number[]])[] = []
    const takeTable = (n: number, values: readonly number[]) => {
      ints[n] = take(values.length * 4)
      tables.push([ints[n], values])
    }
    this.table = take(slot.SLOTS * 4)
    this.control = take(64)

    // Planes: one unit per node.
    const planeOffsets: number[] = []
    const planeUnits: number[] = []
    const planeStretches: Stretch[] = []
    let units = 0
    for (let n = 0; n < layers * perLayer; n++) {
      const nodes = shape.planeSizes[n % perLayer] ** 2
      planeUnits.push(units)
      planeOffsets.push(units * planeChannels * 4)
      const padded = units * planeChannels
      planeStretches.push({ packed: layout.planeOffsets[n], padded, rows: nodes, columns: shape.planeChannels, paddedColumns: planeChannels })
      units += nodes
    }
    const planeUnitCount = pad(units, 8)
    const depthUnitCount = pad(Math.ceil(layout.lengths.depth / slot.DEPTH_UNIT), 8)

    // Network: per layer w1 of plane features, w1 of time features, b1, w2, b2, w3, b3, as config.ts reads it.
    const networkStretches: Stretch[] = []
    let floats = 0
    const stretch = (packed: number, rows: number, columns: number, paddedRows: number, paddedColumns: number) => {
      networkStretches.push({ packed, padded: floats, rows, columns, paddedColumns })
      floats += paddedRows * paddedColumns
    }
    for (const at of layout.networkOffsets) {
      const start = floats
      for (let n = 0; n < perLayer; n++)
        stretch(at.w1 + n * shape.planeChannels * layout.hidden1, shape.planeChannels, layout.hidden1, planeChannels, hidden1)
      stretch(at.w1 + layout.planeFeatures * layout.hidden1, layout.timeFeatures, layout.hidden1, timeFeatures, hidden1)
      stretch(at.b1, 1, layout.hidden1, 1, hidden1)
      stretch(at.w2, layout.hidden1, layout.hidden2, hidden1, hidden2)
      stretch(at.b2, 1, layout.hidden2, 1, hidden2)
      stretch(at.w3, layout.hidden2, layout.outputs, hidden2, outputs)
      stretch(at.b3, 1, layout.outputs, 1, outputs)
      if ((floats - start) % 4) throw new Error('layer not padded')
    }
    const timeFloats = pad(layout.lengths.time)
    const flat = (length: number): Stretch[] => [{ packed: 0, padded: 0, rows: 1, columns: length, paddedColumns: length }]
    // Rows without padding are one long row: copied at once.
    const joined = (all: readonly Stretch[]) =>
      all.map(s => (s.columns === s.paddedColumns ? { ...s, rows: 1, columns: s.rows * s.columns, paddedColumns: s.rows * s.columns } : s))
    this.#stretches = {
      planes: joined(planeStretches),
      network: joined(networkStretches),
      time: flat(layout.lengths.time),
      depth: flat(layout.lengths.depth),
    }
    this.#groupFloats = {
      planes: planeUnitCount * planeChannels,
      network: floats,
      time: timeFloats,
      depth: depthUnitCount * slot.DEPTH_UNIT,
    }

    // Four copies of one arrangement of groups: values, two moments, and a gradient per thread.
    const start = next
    const place = (g: ParameterGroup) => take(this.#groupFloats[g] * 4)
    const groupAddress = { planes: place('planes'), depth: place('depth'), network: place('network'), time: place('time') }
    this.#groupAddress = groupAddress
    const copy = next - start
    this.#toFirst = copy
    const toSecond = take(copy) + copy - start
    take(copy)
    this.#toGradient = 3 * copy
    for (let t = 0; t < threads; t++) take(copy)

    ints[slot.PRIOR] = take(this.#groupFloats.depth * 4)
    const flags = planeUnitCount + depthUnitCount
    ints[slot.ACTIVE] = take(flags)
    ints[slot.TOUCHED_STRIDE] = pad(flags, 64)
    ints[slot.TOUCHED] = take(threads * ints[slot.TOUCHED_STRIDE])
    ints[slot.TRANSPOSED] = take(layers * (hidden1 * features + hidden2 * hidden1 + outputs * hidden2) * 4)
    ints[slot.FRAME_BIAS] = take(shape.frames * layers * hidden1 * 4)
    ints[slot.FRAME_TIME] = take(shape.frames * timeFeatures * 4)
    ints[slot.FRAME_TIME_GRADIENT] = take(shape.frames * timeFeatures * 4)
    ints[slot.FRAME_BIAS_GRADIENT_STRIDE] = pad(shape.frames * layers * hidden1 * 4, 64)
    ints[slot.FRAME_BIAS_GRADIENT] = take(threads * ints[slot.FRAME_BIAS_GRADIENT_STRIDE])
    const row = slot.BLOCK * 4
    const tape = (features + hidden1 + hidden2 + outputs + 6) * row
    ints[slot.WORKSPACE_STRIDE] = pad(2 * layers * tape + (outputs + hidden2 + hidden1 + features + 13) * row, 4096) + 256
    ints[slot.WORKSPACE] = take(threads * ints[slot.WORKSPACE_STRIDE])
    ints[slot.STATS_STRIDE] = 128
    ints[slot.STATS] = take(threads * 128)
    ints[slot.BARRIER] = take(64)
    takeTable(slot.AXES, shape.axes)
    takeTable(slot.PLANE_SIZES, shape.planeSizes)
    takeTable(slot.PLANE_OFFSETS, planeOffsets)
    takeTable(slot.PLANE_UNITS, planeUnits)
    takeTable(slot.TIME_NODES, shape.timeNodes)
    takeTable(slot.TIME_OFFSETS, layout.timeOffsets.map(n => n * 4))
    this.#tail = next

    const set: readonly (readonly [number, number])[] = [
      [slot.THREADS, threads],
      [slot.FRAMES, shape.frames],
      [slot.LAYERS, layers],
      [slot.PLANES_PER_LAYER, perLayer],
      [slot.PLANE_CHANNELS, planeChannels],
      [slot.FEATURES, features],
      [slot.HIDDEN1, hidden1],
      [slot.HIDDEN2, hidden2],
      [slot.OUTPUTS, outputs],
      [slot.CONTROL_POINTS, shape.controlPoints],
      [slot.AFFINE, shape.coupling === 'affine' ? 1 : 0],
      [slot.TIME_TABLES, shape.timeNodes.length],
      [slot.TIME_CHANNELS, shape.timeChannels],
      [slot.TIME_FEATURES, timeFeatures],
      [slot.DEPTH_WIDTH, shape.depthWidth],
      [slot.DEPTH_HEIGHT, shape.depthHeight],
      [slot.PLANES, groupAddress.planes],
      [slot.DEPTH, groupAddress.depth],
      [slot.NETWORK, groupAddress.network],
      [slot.TIME, groupAddress.time],
      [slot.TO_FIRST, this.#toFirst],
      [slot.TO_SECOND, toSecond],
      [slot.TO_GRADIENT, this.#toGradient],
      [slot.GRADIENT_STRIDE, copy],
      [slot.PLANE_UNIT_COUNT, planeUnitCount],
      [slot.DEPTH_UNIT_COUNT, depthUnitCount],
      [slot.TIME_LENGTH, timeFloats],
      [slot.NETWORK_LENGTH, floats],
    ]
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(next / PAGE), maximum: 65536, shared: true })
    const words = this.ints(this.table, slot.SLOTS)
    words.set(ints)
    for (const [n, value] of set) words[n] = value
    const reals = this.floats(this.table, slot.SLOTS)
    reals[slot.WIDTH] = shape.width
    reals[slot.HEIGHT] = shape.height
    reals[slot.FOCAL] = focalLength(shape)
    reals[slot.DEPTH_FLOOR] = depthFloor(shape)
    reals.set(shape.centre, slot.CENTRE)
    reals.set(shape.range, slot.RANGE)
    for (const [at, values] of tables) this.ints(at, values.length).set(values)
  }

  get bytes(): number {
    return this.memory.buffer.byteLength
  }

  ints(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length)
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length)
  }

  /** Lays out scratch arrays of these byte lengths behind the field, growing the memory when needed; returns their addresses. */
  scratch(lengths: readonly number[]): number[] {
    let next = this.#tail
    const addresses = lengths.map(bytes => {
      const at = next
      next = pad(next + bytes, 64)
      return at
    })
    const missing = Math.ceil(next / PAGE) - this.memory.buffer.byteLength / PAGE
    if (missing > 0) this.memory.grow(missing)
    return addresses
  }

  setPrior(depth: Float32Array): void {
    this.floats(this.ints(this.table, slot.SLOTS)[slot.PRIOR], depth.length).set(depth)
  }

  /** Reads a group into the layout of states: values, a moment, or the summed gradient. */
  exportGroup(group: ParameterGroup, what: 'values' | 'first' | 'second' | 'gradient'): Float32Array {
    const from = this.#paddedGroup(group, what)
    const out = new Float32Array(this.layout.lengths[group])
    for (const s of this.#stretches[group])
      for (let r = 0; r < s.rows; r++) {
        const at = s.padded + r * s.paddedColumns
        out.set(from.subarray(at, at + s.columns), s.packed + r * s.columns)
      }
    return out
  }

  importGroup(group: ParameterGroup, what: 'values' | 'first' | 'second', data: Float32Array): void {
    const to = this.#paddedGroup(group, what)
    for (const s of this.#stretches[group])
      for (let r = 0; r < s.rows; r++) {
        const at = s.packed + r * s.columns
        to.set(data.subarray(at, at + s.columns), s.padded + r * s.paddedColumns)
      }
  }

  /** Marks the units whose first moments are alive, after an import. */
  markActive(): void {
    const words = this.ints(this.table, slot.SLOTS)
    const [planeUnits, depthUnits] = [words[slot.PLANE_UNIT_COUNT], words[slot.DEPTH_UNIT_COUNT]]
    const active = new Uint8Array(this.memory.buffer, words[slot.ACTIVE], planeUnits + depthUnits)
    const mark = (group: ParameterGroup, first: number, units: number, size: number) => {
      const moments = this.#paddedGroup(group, 'first')
      for (let u = 0; u < units; u++) {
        let alive = 0
        for (let k = u * size; k < (u + 1) * size && !alive; k++) alive = moments[k] === 0 ? 0 : 1
        active[first + u] = alive
      }
    }
    mark('planes', 0, planeUnits, words[slot.PLANE_CHANNELS])
    mark('depth', planeUnits, depthUnits, slot.DEPTH_UNIT)
  }

  #paddedGroup(group: ParameterGroup, what: 'values' | 'first' | 'second' | 'gradient'): Float32Array {
    const shift = what === 'values' ? 0 : what === 'first' ? this.#toFirst : what === 'second' ? 2 * this.#toFirst : this.#toGradient
    return this.floats(this.#groupAddress[group] + shift, this.#groupFloats[group])
  }
}

/** A record with one entry per parameter group. */
export function perGroup<T>(make: (group: ParameterGroup) => T): Record<ParameterGroup, T> {
  return Object.fromEntries(parameterGroups.map(g => [g, make(g)])) as Record<ParameterGroup, T>
}
