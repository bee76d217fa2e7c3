/** Settings of a refit: those of the fitted run, for some seconds of steps. Pure. */
import type { TrackSettings } from '../../../shared/presets.ts'

const STEPS = 300

export function refitSettings(fitted: TrackSettings): TrackSettings {
  const steps = Math.min(fitted.steps, STEPS)
  return { ...fitted, steps, decaySteps: Math.max(1, Math.round(steps / 3)) }
}
