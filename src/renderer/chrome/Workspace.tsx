/** The window while a project is open: its parts in their places. Composition only. */
import { CanvasArea } from '../canvas/CanvasArea.tsx'
import { DeleteTracksDialog } from '../dialogs/DeleteTracksDialog.tsx'
import { ExportDialog } from '../dialogs/ExportDialog.tsx'
import { ImportTracksDialog } from '../dialogs/ImportTracksDialog.tsx'
import { OptimiseDialog } from '../dialogs/OptimiseDialog.tsx'
import { TrackerDialog } from '../dialogs/TrackerDialog.tsx'
import { Inspector } from '../panels/Inspector.tsx'
import { TrackList } from '../panels/TrackList.tsx'
import { RenameProjectDialog } from '../projects/RenameProjectDialog.tsx'
import { Hints } from '../start/Hints.tsx'
import { useLayout } from '../state/layoutStore.ts'
import { TimelineArea } from '../timeline/TimelineArea.tsx'
import { CommandBar } from './CommandBar.tsx'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { Part } from './Part.tsx'
import { Splitter } from './Splitter.tsx'
import { StatusBar } from './StatusBar.tsx'
import { VideoProblem } from './VideoProblem.tsx'
import './workspace.css'

export function Workspace() {
  const { left, right, bottom, panels } = useLayout()
  return (
    <div className="workspace">
      <CommandBar />
      <ConnectionBanner />
      <div className="work-area">
        {/* Hidden panels stay mounted: their commands work, and they come back as they were. */}
        <aside className="side-panel" hidden={!panels} style={{ width: left }}>
          <Part name="The track list">
            <TrackList />
          </Part>
        </aside>
        {panels && <Splitter side="left" />}
        <main className="picture-place">
          <Part name="The picture">
            <CanvasArea />
          </Part>
          <VideoProblem />
          <Hints />
        </main>
        {panels && <Splitter side="right" />}
        <aside className="side-panel" hidden={!panels} style={{ width: right }}>
          <Part name="The inspector">
            <Inspector />
          </Part>
        </aside>
      </div>
      <Splitter side="bottom" />
      <div className="timeline-place" style={{ height: bottom }}>
        <Part name="The timeline">
          <TimelineArea />
        </Part>
      </div>
      <StatusBar />
      <ExportDialog />
      <ImportTracksDialog />
      <OptimiseDialog />
      <TrackerDialog />
      <DeleteTracksDialog />
      <RenameProjectDialog />
    </div>
  )
}
