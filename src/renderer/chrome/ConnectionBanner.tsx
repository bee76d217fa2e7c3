/** Says that the server cannot be reached, and that nothing saved is lost. */
import { useApp } from '../state/appStore.ts'

export function ConnectionBanner() {
  const connection = useApp(state => state.connection)
  if (connection === 'connected') return null
  return (
    <div className="banner" role="alert">
      <b>{connection === 'reconnecting' ? 'Reconnecting…' : 'The connection to Tapline is lost.'}</b> Everything saved before is kept. Changes cannot be saved until it is back.
    </div>
  )
}
