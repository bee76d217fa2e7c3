/** What the preload script puts on the page's window. */
import type { RpcClient } from '../shared/rpc.ts'

declare global {
  interface Window {
    /** Absent in a page that no Tapline serves. */
    readonly tapline?: RpcClient
  }
}
