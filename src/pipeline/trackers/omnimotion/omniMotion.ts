/**
 * OmniMotion (ICCV 2023) at small size, as another tracker beside the field: a quasi-3D volume fitted to our own flow, in float64. A
 * baseline of the paper's table: slow, and able to diverge, which it says. Nothing but the flow is kept on disk.
 */
import { TaplineError } from '../../../shared/errors.ts'
import { presets } from '../../../shared/presets.ts'
import { builtinFlow } from '../../supervision/flow/builtinFlow.ts'
import type { FlowProvider } from '../../supervision/supervision.ts'
import type { Tracker } from '../tracker.ts'
import { trackerStage } from '../trackerStage.ts'
import { fitVolume, type FitSettings } from './fitVolume.ts'
import { RaySampler } from './raySampler.ts'
import { readVolume } from './readVolume.ts'
import { Volume, type VolumeShape } from './volume.ts'

export interface OmniMotionOptions {
  readonly flow: FlowProvider
  /** The same as a run's of the field, whose cache is used then. */
  readonly flowGaps: readonly number[]
  readonly shape: Omit<VolumeShape, 'width' | 'height' | 'frames'>
  readonly fit: FitSettings
}

/** Fits a clip of 40 frames in minutes; the published networks are 8 times as wide, sample 4 times as densely, and take 100,000 steps. */
export const defaultOmniMotion: Omit<OmniMotionOptions, 'flow'> = {
  flowGaps: presets.standard.flowGaps,
  shape: { samples: 8, layers: 6, octaves: 4, hidden: 32, code: 32, timeOctaves: 4, timeHidden: 32, canonicalOctaves: 5, canonicalHidden: 48 },
  fit: {
    steps: 1500, groupsPerStep: 16, raysPerGroup: 16, clip: 10, distortion: 10,
    rates: { time: 3e-3, bijection: 3e-3, canonical: 3e-3 }, finalRate: 0.05,
  },
}

export function omniMotionTracker(options: Partial<OmniMotionOptions> = {}): Tracker {
  const { flow, flowGaps, shape, fit } = { flow: builtinFlow(), ...defaultOmniMotion, ...options }
  return {
    id: `omnimotion-1-${flow.id}-${JSON.stringify([flowGaps, shape, fit])}`,
    title: 'OmniMotion (small)',
    async track(input) {
      const { frames, queries, threads, seed, progress, signal } = input
      const { clip, work } = frames
      if (clip.frameCount < 2)
        throw new TaplineError('bad-video', clip.name, 'it has a single frame: nothing moves', 'Choose a clip of two frames or more.')
      const store = await flow.compute(trackerStage(input, 'flow', 'Optical flow'), flowGaps.filter(gap => gap < clip.frameCount))
      trackerStage(input, 'optimise', 'Fitting the volume')
      const volume = new Volume({ ...shape, ...work, frames: clip.frameCount }, seed)
      const sampler = await RaySampler.open(frames, store, { rays: fit.raysPerGroup, samples: shape.samples, seed }, signal)
      await fitVolume({ volume, settings: fit, draw: (groups, maxGap) => sampler.groups(groups, maxGap), threads, progress, signal })
      trackerStage(input, 'readout', 'Reading tracks')
      return readVolume({ volume, queries, clip, signal })
    },
  }
}
