/**
 * A run of the optimiser as bytes: field, Adam, sampler and schedule, enough to go on exactly; and what it takes to read tracks
 * from the field without the run: its shape and the corrections that it was taught. Written atomically by the caller.
 */
import { parameterGroups, type FieldShape, type FieldState, type ParameterGroup } from '../../engine/backend.ts'
import { decodeArrays, encodeArrays, type StoredArray } from '../../shared/arrayFile.ts'
import { TaplineError } from '../../shared/errors.ts'
import type { HumanTrack } from '../../shared/jobs.ts'
import type { SamplerState } from './sampler.ts'

export interface Checkpoint {
  /** Identifies clip, settings and supervision: a checkpoint continues only the run that it is of. */
  readonly runKey: string
  readonly shape: FieldShape
  /** Corrections and labels that the field is taught. */
  readonly humans: readonly HumanTrack[]
  readonly step: number
  readonly rateScale: number
  readonly recoveries: number
  /** [rows, 8]: step, total, pixel, depth, prior, occlusion, longTerm, points per second. */
  readonly losses: Float32Array
  readonly field: FieldState
  readonly sampler: SamplerState
}

interface Meta {
  readonly runKey: string
  readonly shape: FieldShape
  readonly humans: readonly HumanTrack[]
  readonly step: number
  readonly fieldStep: number
  readonly rateScale: number
  readonly recoveries: number
}

const kinds = ['values', 'firstMoments', 'secondMoments'] as const

export function encodeCheckpoint(c: Checkpoint): Uint8Array {
  const arrays: Record<string, StoredArray> = { losses: c.losses }
  for (const kind of kinds) for (const group of parameterGroups) arrays[`${kind}.${group}`] = c.field[kind][group]
  for (const [name, value] of Object.entries(c.sampler)) arrays[`sampler.${name}`] = value
  const { runKey, shape, humans } = c
  const meta: Meta = { runKey, shape, humans, step: c.step, fieldStep: c.field.step, rateScale: c.rateScale, recoveries: c.recoveries }
  return encodeArrays({ meta, arrays })
}

/** Throws TaplineError when the bytes are damaged, of an older version, or, where `runKey` is given, of another run. */
export function decodeCheckpoint(bytes: Uint8Array, runKey?: string): Checkpoint {
  const { meta, arrays } = decodeArrays<Meta>(bytes, 'checkpoint')
  if (runKey !== undefined && meta.runKey !== runKey)
    throw new TaplineError('bad-file', 'checkpoint', 'it belongs to another clip or other settings', 'Start the run anew.')
  if (!meta.shape) throw new TaplineError('bad-file', 'checkpoint', 'an older version of Tapline wrote it', 'Optimise the video anew.')
  const groups = (kind: string) =>
    Object.fromEntries(parameterGroups.map(g => [g, arrays[`${kind}.${g}`]])) as Record<ParameterGroup, Float32Array>
  const sampler = Object.fromEntries(
    Object.entries(arrays)
      .filter(([name]) => name.startsWith('sampler.'))
      .map(([name, value]) => [name.slice('sampler.'.length), value]),
  )
  return {
    runKey: meta.runKey,
    // Before there was a choice, all were CaDeX++.
    shape: { ...meta.shape, coupling: meta.shape.coupling ?? 'cadex' },
    humans: meta.humans,
    step: meta.step,
    rateScale: meta.rateScale,
    recoveries: meta.recoveries,
    losses: arrays.losses as Float32Array,
    field: { step: meta.fieldStep, values: groups('values'), firstMoments: groups('firstMoments'), secondMoments: groups('secondMoments') },
    sampler: sampler as unknown as SamplerState,
  }
}
