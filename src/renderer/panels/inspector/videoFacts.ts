/** A video's length and rate from the times of its frames, in words. Pure. */
import { duration } from '../wording.ts'

/** Median time from frame to frame, s; NaN for a single frame. */
function medianStep(timesS: Float64Array): number {
  const steps = timesS.subarray(1).map((time, at) => time - timesS[at]).sort()
  return steps.length ? steps[steps.length >> 1] : Number.NaN
}

/** '29.97 frames/s', or that the rate changes. */
export function frameRate(timesS: Float64Array): string {
  const step = medianStep(timesS)
  if (!(step > 0)) return '–'
  const isSteady = timesS.subarray(1).every((time, at) => Math.abs(time - timesS[at] - step) < 0.05 * step)
  const rate = `${Number((1 / step).toFixed(2))} frames/s`
  return isSteady ? rate : `varies, mostly ${rate}`
}

/** From the first frame's beginning to the last one's end. */
export function length(timesS: Float64Array): string {
  if (timesS.length === 0) return '–'
  const step = medianStep(timesS)
  const seconds = timesS[timesS.length - 1] - timesS[0] + (step > 0 ? step : 0)
  return seconds < 60 ? `${seconds.toFixed(2)} s` : duration(seconds)
}
