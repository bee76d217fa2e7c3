/**
 * The affine function of a coupling layer (RealNVP: Dinh, Sohl-Dickstein, Bengio 2017), its inverse, and the gradients of both, in float64:
 * x ↦ x·exp(s) + t and back, s = bound·tanh(raw₀ / bound), t = raw₁. At raw = 0 it is the identity.
 */
import { affineBound } from '../layout.ts'
import type { CouplingTape } from './coupling.ts'

/** Evaluates the function (or its inverse) at `coordinate` for raw parameters [2]: scale and shift. */
export function evaluateAffine(coordinate: number, raw: ArrayLike<number>, inverse: boolean): CouplingTape {
  const bounded = Math.tanh(raw[0] / affineBound)
  const byRaw = 1 - bounded ** 2
  const slope = Math.exp((inverse ? -1 : 1) * affineBound * bounded)
  if (!inverse) return { value: coordinate * slope + raw[1], slope, rawGradient: Float64Array.of(coordinate * slope * byRaw, 1) }
  const value = (coordinate - raw[1]) * slope
  return { value, slope, rawGradient: Float64Array.of(-value * byRaw, -slope) }
}
