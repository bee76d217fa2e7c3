/**
 * Matches of a network's features beside those of ours: each finds again what the other does not. Not here: matching them
 * (pairedMatches.ts), the network (server/models).
 */
import type { FeatureNetwork } from '../networks.ts'
import type { LongMatches, MatchProvider } from '../supervision.ts'
import { builtinMatches } from './builtinMatches.ts'
import { defaultAgreementOptions } from './localAgreement.ts'
import { pairedMatches } from './pairedMatches.ts'
import type { PairedMatchSettings } from './pairedMatches.ts'

/** Raised when what is made of the network's numbers changes. */
const METHOD_VERSION = 2

/**
 * Networks' features are smooth: the second best is looked for two cells away, and is often nearly as good; so cosine (METHOD section 3:
 * above 0.75) and agreement of neighbours decide more than ratios do. Yet without these, legs that look alike are taken for one another,
 * whole and in agreement. Centres of cells err by half a cell, and may.
 */
export function networkMatchSettings({ cell, exact }: Pick<FeatureNetwork, 'cell' | 'exact'>): PairedMatchSettings {
  const error = exact ? defaultAgreementOptions.predictPx : cell / 2
  return {
    putative: { ratio: 0.9, selfRatio: 0.9, apartPx: 2 * cell, distance: Math.sqrt(2 - 2 * 0.75) },
    agreement: { ...defaultAgreementOptions, predictPx: error, tolerancePx: exact ? defaultAgreementOptions.tolerancePx : cell / 2, reachPx: Math.max(defaultAgreementOptions.reachPx, 5 * cell) },
  }
}

export function networkMatches(network: FeatureNetwork): MatchProvider {
  const own = builtinMatches()
  const learned = pairedMatches(`network-${METHOD_VERSION}-${network.id}`, context => network.open(context), networkMatchSettings(network))
  return {
    id: `${own.id}+${learned.id}`,
    async compute(context, flow) {
      const part = (first: number) => ({ ...context, onProgress: (done: number, total: number) => context.onProgress?.(first + done / total, 2) })
      return together(await own.compute(part(0), flow), await learned.compute(part(1), flow))
    },
  }
}

function together(p: LongMatches, q: LongMatches): LongMatches {
  const floats = (key: 'a' | 'b' | 'confidence') => Float32Array.from([...p[key], ...q[key]])
  const frames = (key: 'frameA' | 'frameB') => Int32Array.from([...p[key], ...q[key]])
  return { frameA: frames('frameA'), frameB: frames('frameB'), a: floats('a'), b: floats('b'), confidence: floats('confidence') }
}
