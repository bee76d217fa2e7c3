/**
 * The buffers of one field on a GPU, and the translation between the states of engine/layout.ts and their padded contents. Not here: layouts
 * (fieldPlan.ts), kernels.
 */
import { setTimeout } from 'node:timers/promises'
import { parameterGroups } from '../backend.ts'
import type { ParameterGroup } from '../backend.ts'
import { STEP_FLOATS } from './fieldPlan.ts'
import type { FieldPlan, Stretch } from './fieldPlan.ts'
import { bufferUsage, mapRead } from './gpuDevice.ts'
import type { GpuDevice } from './gpuDevice.ts'

const { STORAGE, UNIFORM, COPY_SRC, COPY_DST, MAP_READ } = bufferUsage

type Fixed = 'values' | 'moments' | 'depth' | 'depthMoments' | 'prior' | 'frameBias' | 'sums' | 'work' | 'step' | 'request'
type Groups = Readonly<Record<ParameterGroup, Float32Array>>
type Growing = 'batch' | 'results' | 'tracks' | 'staging'

/** Runs as long as this are slept through. */
const LONG_MS = 20

export class FieldBuffers {
  readonly plan: FieldPlan
  readonly #gpu: GpuDevice
  readonly #fixed: Readonly<Record<Fixed, GPUBuffer>>
  readonly #growing = new Map<Growing, GPUBuffer>()
  /** How long the last two runs of each kind took. */
  readonly #durations = new Map<string, readonly number[]>()

  /** @throws TaplineError where the memory does not suffice */
  static async create(gpu: GpuDevice, plan: FieldPlan): Promise<FieldBuffers> {
    const make = (label: string, bytes: number, usage: number) => gpu.device.createBuffer({ label, size: Math.ceil(bytes / 16) * 16, usage })
    const parameters = STORAGE | COPY_SRC | COPY_DST
    const fixed = await gpu.allocate('the field', () => ({
      values: make('values', 4 * plan.valueFloats, parameters),
      moments: make('moments', 8 * plan.valueFloats, parameters),
      depth: make('depth', 4 * plan.depthFloats, parameters),
      depthMoments: make('depth moments', 8 * plan.depthFloats, parameters),
      prior: make('prior', 4 * plan.depthFloats, STORAGE | COPY_DST),
      frameBias: make('frame biases', 4 * plan.frameBiasFloats, STORAGE),
      sums: make('gradient sums', 8 * plan.fixedCount, STORAGE | COPY_SRC),
      work: make('work', 4 * plan.workFloats * plan.workgroups, STORAGE),
      step: make('step', 4 * STEP_FLOATS, UNIFORM | COPY_DST),
      request: make('request', 16, UNIFORM | COPY_DST),
    }))
    return new FieldBuffers(gpu, plan, fixed)
  }

  private constructor(gpu: GpuDevice, plan: FieldPlan, fixed: Readonly<Record<Fixed, GPUBuffer>>) {
    this.#gpu = gpu
    this.plan = plan
    this.#fixed = fixed
  }

  buffer(name: Fixed): GPUBuffer {
    return this.#fixed[name]
  }

  /** Bytes of all buffers, now. */
  get bytes(): number {
    return [...Object.values(this.#fixed), ...this.#growing.values()].reduce((sum, b) => sum + b.size, 0)
  }

  /** A buffer of at least `bytes`; what it held is lost when it grows. */
  async growing(name: Growing, bytes: number): Promise<GPUBuffer> {
    const held = this.#growing.get(name)
    if (held && held.size >= bytes) return held
    const usage = { batch: STORAGE | COPY_DST, results: STORAGE | COPY_SRC, tracks: STORAGE | COPY_SRC, staging: MAP_READ | COPY_DST }[name]
    const size = Math.ceil((1.25 * bytes) / 1024) * 1024
    const made = await this.#gpu.allocate(name === 'tracks' ? 'a readout' : 'a step', () => this.#gpu.device.createBuffer({ label: name, size, usage }))
    held?.destroy()
    this.#growing.set(name, made)
    return made
  }

  /** Runs what `encode` records, then reads back the pieces [buffer, byte offset, bytes] one after the other. Runs of one kind take alike long. */
  async run(kind: 'step' | 'gradients' | 'read' | 'copy', encode: (encoder: GPUCommandEncoder) => void, pieces: readonly (readonly [GPUBuffer, number, number])[]): Promise<ArrayBuffer> {
    const { device } = this.#gpu
    const bytes = pieces.reduce((sum, [, , length]) => sum + length, 0)
    const staging = await this.growing('staging', bytes)
    this.#gpu.check()
    const encoder = device.createCommandEncoder()
    encode(encoder)
    let at = 0
    for (const [buffer, from, length] of pieces) {
      encoder.copyBufferToBuffer(buffer, from, staging, at, length)
      at += length
    }
    const submitted = performance.now()
    device.queue.submit([encoder.finish()])
    // While something is awaited, Dawn for Node asks for events without a pause, and takes a whole core: not in the first half of long work.
    const before = this.#durations.get(kind) ?? []
    const expected = before.length === 2 ? Math.min(...before) : 0
    if (expected > LONG_MS) await setTimeout(0.5 * expected)
    try {
      await staging.mapAsync(mapRead, 0, bytes)
    } catch (error) {
      this.#gpu.check()
      throw error
    }
    this.#gpu.check()
    this.#durations.set(kind, [...before.slice(-1), performance.now() - submitted])
    const copy = staging.getMappedRange(0, bytes).slice(0)
    staging.unmap()
    return copy
  }

  write(buffer: GPUBuffer, data: Float32Array | Uint32Array, at = 0): void {
    this.#gpu.device.queue.writeBuffer(buffer, at, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
  }

  /** Writes groups of a state; moments are interleaved, first and second. */
  import(values: Groups, firsts?: Groups, seconds?: Groups): void {
    const { valueFloats, depthFloats } = this.plan
    const pack = (from: Groups) => {
      const out = { values: new Float32Array(valueFloats), depth: new Float32Array(depthFloats) }
      for (const group of parameterGroups)
        this.#each(group, out, (to, padded, { packed, columns }, r) => to.set(from[group].subarray(packed + r * columns, packed + (r + 1) * columns), padded))
      return out
    }
    const packed = pack(values)
    this.write(this.#fixed.values, packed.values)
    this.write(this.#fixed.depth, packed.depth)
    if (!firsts || !seconds) return
    const [first, second] = [pack(firsts), pack(seconds)]
    this.write(this.#fixed.moments, interleaved(first.values, second.values))
    this.write(this.#fixed.depthMoments, interleaved(first.depth, second.depth))
  }

  /** Arrays laid out as the buffers, as groups of a state. */
  unpack(padded: { readonly values: Float32Array; readonly depth: Float32Array }): Record<ParameterGroup, Float32Array> {
    const groups = parameterGroups.map(group => {
      const out = new Float32Array(this.plan.layout.lengths[group])
      this.#each(group, padded, (from, at, s, r) => out.set(from.subarray(at, at + s.columns), s.packed + r * s.columns))
      return [group, out] as const
    })
    return Object.fromEntries(groups) as Record<ParameterGroup, Float32Array>
  }

  #each(
    group: ParameterGroup,
    arrays: { readonly values: Float32Array; readonly depth: Float32Array },
    row: (array: Float32Array, padded: number, s: Stretch, r: number) => void,
  ): void {
    const array = group === 'depth' ? arrays.depth : arrays.values
    for (const s of this.plan.stretches[group]) for (let r = 0; r < s.rows; r++) row(array, s.padded + r * s.paddedColumns, s, r)
  }

  destroy(): void {
    for (const buffer of [...Object.values(this.#fixed), ...this.#growing.values()]) buffer.destroy()
  }
}

function interleaved(first: Float32Array, second: Float32Array): Float32Array {
  const out = new Float32Array(2 * first.length)
  for (let k = 0; k < first.length; k++) {
    out[2 * k] = first[k]
    out[2 * k + 1] = second[k]
  }
  return out
}
