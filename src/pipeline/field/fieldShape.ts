/** The shape of the field of a clip: the paper's sizes, the coupling that is asked for, and the normalisation that its first depth gives. */
import type { FieldShape } from '../../engine/backend.ts'
import { defaultShape } from '../../engine/layout.ts'
import type { TrackSettings } from '../../shared/presets.ts'
import type { Size } from '../../shared/units.ts'
import type { DepthPrior } from '../supervision/supervision.ts'

/** Depth maps have this share of the working size (the paper's). */
export const DEPTH_SCALE = 0.3
const FOV_DEGREES = 40
/** Smallest half-range of an axis, in depth units: a constant depth must leave room for what will be learned. */
const MIN_RANGE = 0.3

export function depthSize(work: Size): Size {
  const side = (n: number) => Math.max(4, Math.round(n * DEPTH_SCALE))
  return { width: side(work.width), height: side(work.height) }
}

/** Normalisation: median ± the larger distance to the 2nd and 98th percentile of all lifted pixels, widened by a fifth. */
export function fieldShapeFor(work: Size, frames: number, prior: DepthPrior, settings: Pick<TrackSettings, 'seed' | 'coupling' | 'controlPoints'>): FieldShape {
  const focal = work.width / (2 * Math.tan((FOV_DEGREES * Math.PI) / 360))
  const axes: [number[], number[], number[]] = [[], [], []]
  const nodes = prior.width * prior.height
  // Some 40,000 lifted pixels say enough about percentiles.
  const stride = Math.max(1, Math.floor((frames * nodes) / 40_000)) | 1
  for (let k = 0; k < frames * nodes; k += stride) {
    const z = prior.depth[k]
    const node = k % nodes
    const x = 0.5 + ((node % prior.width) * (work.width - 1)) / Math.max(1, prior.width - 1)
    const y = 0.5 + (Math.floor(node / prior.width) * (work.height - 1)) / Math.max(1, prior.height - 1)
    axes[0].push(((x - work.width / 2) / focal) * z)
    axes[1].push(((y - work.height / 2) / focal) * z)
    axes[2].push(z)
  }
  const bounds = axes.map(values => {
    values.sort((a, b) => a - b)
    const at = (q: number) => values[Math.min(values.length - 1, Math.floor(q * values.length))]
    const centre = at(0.5)
    return { centre, range: Math.max(MIN_RANGE, 1.2 * Math.max(at(0.98) - centre, centre - at(0.02))) }
  })
  const centre = [bounds[0].centre, bounds[1].centre, bounds[2].centre] as const
  const range = [bounds[0].range, bounds[1].range, bounds[2].range] as const
  const { seed, coupling, controlPoints } = settings
  return { ...defaultShape(frames, work.width, work.height, prior, centre, range, seed), coupling, controlPoints }
}
