/**
 * Matches of a network's features where ours find too few. Not here: matching them
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

/** So many of our matches so near in a frame lead a point to the other frame: what tracks/matchIndex.ts asks for. */
const ENOUGH = 3
const NEAR_PX = 20

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

/** Ours, and of the network's those of places where ours are too few to follow: ours are more exact. */
function together(ours: LongMatches, learned: LongMatches): LongMatches {
  const near = new Map<string, number[]>()
  const pair = (m: LongMatches, k: number) => `${m.frameA[k]} ${m.frameB[k]}`
  for (let k = 0; k < ours.frameA.length; k++) {
    const rows = near.get(pair(ours, k))
    if (rows) rows.push(k)
    else near.set(pair(ours, k), [k])
  }
  const isNew = (k: number) => {
    let count = 0
    for (const n of near.get(pair(learned, k)) ?? []) if (Math.hypot(ours.a[2 * n] - learned.a[2 * k], ours.a[2 * n + 1] - learned.a[2 * k + 1]) < NEAR_PX) count++
    return count < ENOUGH
  }
  const kept = Array.from(learned.frameA.keys()).filter(isNew)
  const one = (key: 'frameA' | 'frameB' | 'confidence') => [...ours[key], ...kept.map(k => learned[key][k])]
  const two = (key: 'a' | 'b') => Float32Array.from([...ours[key], ...kept.flatMap(k => [learned[key][2 * k], learned[key][2 * k + 1]])])
  return { frameA: Int32Array.from(one('frameA')), frameB: Int32Array.from(one('frameB')), a: two('a'), b: two('b'), confidence: Float32Array.from(one('confidence')) }
}
