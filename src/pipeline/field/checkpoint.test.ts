import { describe, expect, it } from 'vitest'
import { parameterGroups, type FieldState } from '../../engine/backend.ts'
import { defaultShape } from '../../engine/layout.ts'
import { decodeArrays, encodeArrays } from '../../shared/arrayFile.ts'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint.ts'
import type { SamplerState } from './sampler.ts'

const groups = () => Object.fromEntries(parameterGroups.map((group, n) => [group, Float32Array.of(n, 0.5)])) as FieldState['values']
const checkpoint: Checkpoint = {
  runKey: 'of this run',
  shape: { ...defaultShape(4, 64, 48, { width: 19, height: 14 }, [0, 0, 1], [1, 1, 1], 0), coupling: 'affine', controlPoints: 8 },
  humans: [],
  step: 30,
  rateScale: 0.5,
  recoveries: 1,
  losses: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  field: { step: 29, values: groups(), firstMoments: groups(), secondMoments: groups() },
  // What a sampler is made of is its own; here are some arrays by name.
  sampler: { errors: Float32Array.of(1, 2) } as unknown as SamplerState,
}

describe('a checkpoint', () => {
  it('comes back as it was written, coupling and control points too', () => {
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint), 'of this run')).toEqual(checkpoint)
  })

  it('from before there were other couplings is one of CaDeX++', () => {
    const { meta, arrays } = decodeArrays<{ shape: Partial<Checkpoint['shape']> }>(encodeCheckpoint(checkpoint), 'checkpoint')
    const { coupling: _, ...shape } = meta.shape
    const older = encodeArrays({ meta: { ...meta, shape: { ...shape, controlPoints: 4 } }, arrays })
    expect(decodeCheckpoint(older).shape).toEqual({ ...checkpoint.shape, coupling: 'cadex', controlPoints: 4 })
  })

  it('of another run is refused', () => {
    expect(() => decodeCheckpoint(encodeCheckpoint(checkpoint), 'of another')).toThrow(/another clip or other settings/)
  })
})
