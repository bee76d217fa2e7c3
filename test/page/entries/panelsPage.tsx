/** The list of tracks, the inspector and the dialogs beside each other, in the workspace's widths; ?width=… of the fake is the video's. */
import { Notices } from '../../../src/renderer/chrome/Notices.tsx'
import { startKeyBindings } from '../../../src/renderer/commands/keyBindings.ts'
import { DeleteTracksDialog } from '../../../src/renderer/dialogs/DeleteTracksDialog.tsx'
import { ExportDialog } from '../../../src/renderer/dialogs/ExportDialog.tsx'
import { ImportTracksDialog } from '../../../src/renderer/dialogs/ImportTracksDialog.tsx'
import { OptimiseDialog } from '../../../src/renderer/dialogs/OptimiseDialog.tsx'
import { Inspector } from '../../../src/renderer/panels/Inspector.tsx'
import { TrackList } from '../../../src/renderer/panels/TrackList.tsx'
import { mountPage } from '../mountPage.tsx'

startKeyBindings()
void mountPage(
  <div style={{ display: 'flex', height: '100vh' }}>
    <aside style={{ width: 240 }}>
      <TrackList />
    </aside>
    <main style={{ flex: 1 }} />
    <aside style={{ width: 300 }}>
      <Inspector />
    </aside>
    <Notices />
    <OptimiseDialog />
    <ExportDialog />
    <ImportTracksDialog />
    <DeleteTracksDialog />
  </div>,
)
