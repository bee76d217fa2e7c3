/**
 * The flow provider that needs no weights: our DIS-class kernel. Gap 1 is direct; longer gaps start from chains of shorter
 * ones. Not here: pairs, statuses and the cache (pairedFlow.ts), the kernel (engine/flow).
 */
import type { FlowProvider } from '../supervision.ts'
import { pairedFlow } from './pairedFlow.ts'
import type { PairedFlowSettings } from './pairedFlow.ts'

/** Raised when what is computed changes: cached pairs of other versions are not read. */
const METHOD_VERSION = 2

export function builtinFlow(settings: Partial<PairedFlowSettings> = {}): FlowProvider {
  return pairedFlow(`dis-${METHOD_VERSION}`, null, settings)
}
