/** What runs as long as the page is connected: session, keys, theme, address, what is kept with the settings. Not here: what is shown. */
import type { StudioClient } from './client/studioClient.ts'
import { registerAppCommands } from './commands/appCommands.ts'
import { startKeyBindings } from './commands/keyBindings.ts'
import { runCommand } from './commands/registry.ts'
import { openPath } from './projects/addVideo.ts'
import { keepAddress } from './start/address.ts'
import { useApp } from './state/appStore.ts'
import { startJobNotices } from './state/jobNotices.ts'
import { persistView } from './state/persistView.ts'
import { startSession } from './state/session.ts'
import { keepTheme } from './state/theme.ts'

/** Returns what ends it all. */
export function startPage(client: StudioClient): () => void {
  const stops = [
    startSession(client, { onCommand: id => void runCommand(id), onFile: path => void openPath(path) }),
    registerAppCommands(),
    startKeyBindings(),
    startJobNotices(),
    keepTheme(),
    keepAddress(),
    whenReady(persistView),
  ]
  return () => stops.toReversed().forEach(stop => stop())
}

/** Starts it once the user's settings are there. */
function whenReady(start: () => () => void): () => void {
  if (useApp.getState().info) return start()
  let stop = () => {}
  const wait = useApp.subscribe(({ info }) => {
    if (!info) return
    wait()
    stop = start()
  })
  return () => {
    wait()
    stop()
  }
}
