/** Installed networks in the places of built-in supervision. Not here: the networks themselves (flowModel.ts, depthModel.ts, featureModel.ts). */
import { networkDepth } from '../../pipeline/supervision/depth/networkDepth.ts'
import { networkFlow } from '../../pipeline/supervision/flow/networkFlow.ts'
import { networkMatches } from '../../pipeline/supervision/matches/networkMatches.ts'
import type { DepthProvider, FlowProvider, MatchProvider } from '../../pipeline/supervision/supervision.ts'
import type { InstalledModel, LearnedSupervision } from '../../shared/models.ts'
import { depthNetwork } from './depthModel.ts'
import { featureNetwork } from './featureModel.ts'
import { flowNetwork } from './flowModel.ts'
import { ModelStore } from './modelStore.ts'
import type { OnnxModel } from './onnxModel.ts'

export interface LearnedProviders {
  readonly flow: FlowProvider | null
  readonly matches: MatchProvider | null
  readonly depth: DepthProvider | null
}

/**
 * @param say told which network does what, on which device, and what stays built in
 * @throws TaplineError 'not-found' when a network is gone
 */
export async function learnedProviders(learned: LearnedSupervision, say: (text: string) => void, store = new ModelStore()): Promise<LearnedProviders> {
  const providers: { -readonly [Key in keyof LearnedProviders]: LearnedProviders[Key] } = { flow: null, matches: null, depth: null }
  const used: string[] = []
  const missing: string[] = []
  for (const [role, sha256] of [['flow', learned.flow], ['features', learned.features], ['depth', learned.depth]] as const) {
    const stage = role === 'features' ? 'matches' : role
    if (sha256 === undefined) {
      missing.push(stage)
      continue
    }
    const model = await store.bySha256(sha256)
    const { conventions } = model
    const path = store.path(model.name)
    const onOpen = (opened: OnnxModel) => say(deviceOf(model, opened))
    if (conventions?.kind === 'flow') providers.flow = networkFlow(flowNetwork(path, sha256, conventions, onOpen))
    else if (conventions?.kind === 'features') providers.matches = networkMatches(featureNetwork(path, sha256, conventions, onOpen))
    else if (conventions?.kind === 'depth') providers.depth = networkDepth(depthNetwork(path, sha256, conventions, onOpen))
    used.push(`${stage} by ${model.name}`)
  }
  const rest = missing.length ? `${used.length ? '; ' : ''}${missing.join(' and ')} built in, no network for it is installed` : ''
  say(`Supervision: ${used.join(', ')}${rest}.`)
  return providers
}

/** The device that took a network, and why better ones did not. */
function deviceOf(model: InstalledModel, { provider, refusals }: OnnxModel): string {
  const refused = refusals.map(refusal => `${refusal.provider} refused: ${refusal.reason}`).join('; ')
  return `${model.name} runs on ${provider}${refused ? ` (${refused})` : ''}.`
}
