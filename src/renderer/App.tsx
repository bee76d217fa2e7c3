/** The whole page: connects, then shows the start screen or the open project, and what lies over both. Composition only. */
import { useEffect, useState } from 'react'
import { Notices } from './chrome/Notices.tsx'
import { TooltipLayer } from './chrome/TooltipLayer.tsx'
import { Workspace } from './chrome/Workspace.tsx'
import type { StudioClient } from './client/studioClient.ts'
import { KeysDialog } from './commands/KeysDialog.tsx'
import { Palette } from './commands/Palette.tsx'
import { SettingsDialog } from './commands/SettingsDialog.tsx'
import { NetworksDialog } from './networks/NetworksDialog.tsx'
import { FilePicker } from './projects/FilePicker.tsx'
import { NewProjectDialog } from './projects/NewProjectDialog.tsx'
import { startPage } from './startPage.ts'
import { DropTarget } from './start/DropTarget.tsx'
import { StartScreen } from './start/StartScreen.tsx'
import { useApp } from './state/appStore.ts'

export function App({ connection }: { connection: Promise<StudioClient> }) {
  const [client, setClient] = useState<StudioClient | null>(null)
  useEffect(() => {
    let stop: (() => void) | null = null
    let gone = false
    void connection.then(studio => {
      if (gone) return
      stop = startPage(studio)
      setClient(studio)
    })
    return () => {
      gone = true
      stop?.()
    }
  }, [connection])

  return (
    <>
      {client ? <Shown client={client} /> : <p className="connecting secondary late">Connecting…</p>}
      <TooltipLayer />
    </>
  )
}

function Shown({ client }: { client: StudioClient }) {
  const isOpen = useApp(state => state.project !== null)
  return (
    <>
      {isOpen ? <Workspace /> : <StartScreen client={client} />}
      <NewProjectDialog />
      <SettingsDialog />
      <KeysDialog />
      <Palette />
      <NetworksDialog />
      <FilePicker />
      <Notices />
      <DropTarget />
    </>
  )
}
