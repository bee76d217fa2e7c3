/** What the list of tracks says while it has no rows: how to make the first, or why none is shown. */
import { Crosshair } from 'lucide-react'
import { Button } from '../chrome/Button.tsx'
import { runCommand } from '../commands/registry.ts'
import { useKeyHint } from './useKeyHint.ts'
import { useTrackList } from './trackListStore.ts'
import { wholeList } from './trackOrder.ts'

export function TrackListEmpty({ hasVideo, hasTracks }: { readonly hasVideo: boolean; readonly hasTracks: boolean }) {
  const keys = useKeyHint()
  if (!hasVideo) {
    return (
      <div className="track-empty">
        <p className="secondary">Tracks of the video appear here.</p>
      </div>
    )
  }
  if (hasTracks) {
    return (
      <div className="track-empty">
        <p>No track matches.</p>
        <Button onClick={() => useTrackList.setState({ search: wholeList.search, filter: wholeList.filter })}>Show all tracks</Button>
      </div>
    )
  }
  return (
    <div className="track-empty">
      <p>No tracks yet</p>
      <p className="secondary">
        Press <kbd>{keys('tool.point')}</kbd> and click a point of the picture: its track appears at once.
      </p>
      <p className="secondary">
        <kbd>{keys('tool.grid')}</kbd> adds a grid of points, <kbd>{keys('tool.polygon')}</kbd> fills an outline.
      </p>
      <Button icon={Crosshair} onClick={() => runCommand('tool.point')}>
        Add points
      </Button>
    </div>
  )
}
