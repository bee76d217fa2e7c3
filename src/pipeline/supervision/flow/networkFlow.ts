/** Flow of a network, for every pair directly. Not here: pairs, statuses and the cache (pairedFlow.ts), the network (server/models). */
import type { FlowNetwork } from '../networks.ts'
import type { FlowProvider } from '../supervision.ts'
import { pairedFlow } from './pairedFlow.ts'
import type { PairedFlowSettings } from './pairedFlow.ts'

/** Raised when what is made of the network's numbers changes. */
const METHOD_VERSION = 1

export function networkFlow(network: FlowNetwork, settings: Partial<PairedFlowSettings> = {}): FlowProvider {
  return pairedFlow(`network-${METHOD_VERSION}-${network.id}`, context => network.open(context), settings)
}
