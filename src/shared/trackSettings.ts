/** What makes settings of a fit valid, for all who start one. Not here: the presets. */
import { TaplineError } from './errors.ts'
import { couplings, type TrackSettings } from './presets.ts'

export const MAX_SEED = 2 ** 32 - 1
/** Control points of a piecewise-linear coupling. */
export const controlPointRange = { min: 2, max: 16 } as const

/** Hands the settings back. @throws TaplineError 'usage' */
export function checkSettings(settings: TrackSettings): TrackSettings {
  const { steps, seed, longSide, coupling, controlPoints } = settings
  const bad = (what: string, value: unknown, next: string) => new TaplineError('usage', what, `${String(value)} is no setting of a fit`, next)
  if (!Number.isInteger(steps) || steps < 1 || steps > 1_000_000) throw bad('steps', steps, 'Give a whole number from 1 to 1,000,000.')
  if (!Number.isInteger(seed) || seed < 0) throw bad('seed', seed, 'Give a whole number from 0.')
  if (!Number.isInteger(longSide) || longSide < 16 || longSide > 8_192) throw bad('working size', longSide, 'Give a whole number from 16 to 8,192.')
  if (!couplings.includes(coupling)) throw bad('coupling', coupling, `Choose one of ${couplings.join(', ')}.`)
  const { min, max } = controlPointRange
  if (!Number.isInteger(controlPoints) || controlPoints % 2 !== 0 || controlPoints < min || controlPoints > max)
    throw bad('control points', controlPoints, `Give an even number from ${min} to ${max}; the paper has 4.`)
  return settings
}
