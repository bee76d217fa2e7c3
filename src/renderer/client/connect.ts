/** Chooses the shell that the page runs in. */
import { connectBrowser } from './browserClient.ts'
import { connectElectron } from './electronClient.ts'
import type { StudioClient } from './studioClient.ts'

/** Resolves once calls are answered, or it is known that nothing answers them; calls then give the reason as their error. */
export async function connect(): Promise<StudioClient> {
  if (window.tapline) return connectElectron(window.tapline)
  const client = await connectBrowser()
  // The token has become a cookie; in the address it would end up in histories and screenshots.
  if (new URLSearchParams(location.search).has('token')) history.replaceState(null, '', location.pathname + location.hash)
  return client
}
