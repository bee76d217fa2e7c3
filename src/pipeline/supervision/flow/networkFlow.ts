/**
 * Flow of our kernel and of a network together: small networks are coarser than ours where both hold, and know places where ours fails.
 * Not here: which of them each pixel takes (blendFlow.ts), pairs, statuses and the cache (pairedFlow.ts), the network (server/models).
 */
import type { FlowNetwork } from '../networks.ts'
import type { FlowProvider } from '../supervision.ts'
import { pairedFlow } from './pairedFlow.ts'
import type { PairedFlowSettings } from './pairedFlow.ts'

/** Raised when what is made of the network's numbers changes. */
const METHOD_VERSION = 2

export function networkFlow(network: FlowNetwork, settings: Partial<PairedFlowSettings> = {}): FlowProvider {
  return pairedFlow(`network-${METHOD_VERSION}-${network.id}`, context => network.open(context), settings)
}
