/** The picture of the open video with its tracks, the corner of view controls, and what stands there while there is no video. */
import { useLayoutEffect, useRef, useState } from 'react'
import { Button } from '../chrome/Button.tsx'
import { ContextMenu } from '../chrome/Menu.tsx'
import { useDocument } from '../state/documentStore.ts'
import { useView } from '../state/viewStore.ts'
import './canvas.css'
import { registerCanvasCommands } from './canvasCommands.ts'
import { startCanvasInput } from './canvasInput.ts'
import { useCanvas } from './canvasStore.ts'
import { CanvasView } from './CanvasView.ts'
import { CornerControls } from './CornerControls.tsx'
import { NoVideo } from './NoVideo.tsx'
import { ReferenceLegend } from './ReferenceLegend.tsx'
import { ToolLine } from './ToolLine.tsx'
import { canvasMenu } from './trackMenu.ts'

export function CanvasArea() {
  const place = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<CanvasView | null>(null)
  const hasVideo = useDocument(state => state.document !== null)

  useLayoutEffect(() => {
    if (!place.current) return
    const made = new CanvasView(place.current)
    const stops = [startCanvasInput(made), registerCanvasCommands(made)]
    setView(made)
    return () => {
      stops.forEach(stop => stop())
      made.dispose()
    }
  }, [])

  return (
    <section className="canvas-area" aria-label="Canvas">
      <ContextMenu label="Canvas" entries={at => (view ? canvasMenu(view, at) : [])}>
        <div ref={place} className="canvas-place" role="application" aria-roledescription="picture with tracks" tabIndex={hasVideo ? 0 : -1} hidden={!hasVideo} />
      </ContextMenu>
      {hasVideo ? (
        <>
          <ToolLine />
          <BrokenFrame view={view} />
          <ReferenceLegend />
          {view && <CornerControls view={view} />}
        </>
      ) : (
        <NoVideo />
      )}
    </section>
  )
}

/** A frame that cannot be shown says so where its picture would be. */
function BrokenFrame({ view }: { readonly view: CanvasView | null }) {
  const problem = useCanvas(state => state.problem)
  const frame = useView(state => state.frame)
  if (!problem) return null
  return (
    <div className="broken-frame" role="alert">
      <h2>{problem.subject} cannot be shown</h2>
      <p>The reason: {problem.reason}.</p>
      <p className="secondary">{problem.next}</p>
      <Button onClick={() => view?.player.retry(frame)}>Try again</Button>
    </div>
  )
}
