/** Transport, ruler, thumbnails and lanes of the open video: composition, and the canvases handed to TimelineView. */
import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { IconButton } from '../chrome/IconButton.tsx'
import { ContextMenu } from '../chrome/Menu.tsx'
import { keyHint } from '../commands/keyBindings.ts'
import { useDocument } from '../state/documentStore.ts'
import { GotoFrame } from './GotoFrame.tsx'
import { LaneHeaders } from './LaneHeaders.tsx'
import { LaneToolbar } from './LaneToolbar.tsx'
import { RulerItems } from './RulerItems.tsx'
import { TimelineView } from './TimelineView.ts'
import { Transport } from './Transport.tsx'
import { registerLabelCommands } from './labelCommands.ts'
import { laneMenu } from './laneMenu.ts'
import { registerPlaybackCommands } from './playbackCommands.ts'
import { followPointer } from './pointer.ts'
import { fitTimeline, useTimeline, zoomTimeline } from './timelineStore.ts'
import './timeline.css'

export function TimelineArea() {
  const isOpen = useDocument(state => state.document !== null)
  useEffect(() => {
    const stops = [registerPlaybackCommands(), registerLabelCommands()]
    return () => stops.forEach(stop => stop())
  }, [])
  return (
    <section className="timeline" aria-label="Timeline">
      <Transport />
      {isOpen ? <Body /> : <p className="timeline-empty secondary">Frames and tracks of the video stand here.</p>}
      <GotoFrame />
    </section>
  )
}

function Body() {
  const body = useRef<HTMLDivElement>(null)
  const ruler = useRef<HTMLDivElement>(null)
  const headCanvas = useRef<HTMLCanvasElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const spacer = useRef<HTMLDivElement>(null)
  const view = useRef<HTMLDivElement>(null)
  const headers = useRef<HTMLDivElement>(null)
  const lanes = useRef<HTMLDivElement>(null)
  const lanesCanvas = useRef<HTMLCanvasElement>(null)
  const overlayCanvas = useRef<HTMLCanvasElement>(null)

  useEffect(() => {
    const timeline = new TimelineView({
      body: body.current!,
      ruler: ruler.current!,
      headCanvas: headCanvas.current!,
      scroller: scroller.current!,
      spacer: spacer.current!,
      view: view.current!,
      headers: headers.current!,
      lanesCanvas: lanesCanvas.current!,
      overlayCanvas: overlayCanvas.current!,
    })
    const stop = followPointer({ body: body.current!, ruler: ruler.current!, scroller: scroller.current!, lanes: lanes.current! })
    return () => {
      stop()
      timeline.dispose()
    }
  }, [])

  return (
    <div className="timeline-body" ref={body}>
      <Corner />
      <div className="timeline-head" ref={ruler} role="slider" tabIndex={0} aria-label="Frame" aria-valuemin={0} aria-orientation="horizontal">
        <canvas ref={headCanvas} aria-hidden />
      </div>
      <div className="timeline-scroller" ref={scroller} tabIndex={-1}>
        <div className="timeline-spacer" ref={spacer}>
          <div className="timeline-view" ref={view}>
            <div className="lane-headers" ref={headers}>
              <LaneHeaders />
            </div>
            <ContextMenu label="Lane" entries={at => laneMenu(at, lanes.current!.getBoundingClientRect())}>
              <div className="lanes" ref={lanes}>
                <canvas ref={lanesCanvas} aria-hidden />
                <NoLanes />
              </div>
            </ContextMenu>
          </div>
        </div>
      </div>
      <div className="timeline-over">
        <canvas ref={overlayCanvas} aria-hidden />
        <RulerItems />
      </div>
      <LaneToolbar />
    </div>
  )
}

/** Lanes say why there are none. */
function NoLanes() {
  const isEmpty = useTimeline(state => state.lanes.length === 0)
  const tracks = useDocument(state => state.document?.order.length ?? 0)
  if (!isEmpty) return null
  return (
    <p className="no-lanes secondary">
      {tracks === 0 ? `Each track has a lane here. Press ${keyHint('tool.point') ?? 'Add points'} and click a point in the picture.` : 'All tracks are hidden. The eye in the list of tracks shows them.'}
    </p>
  )
}

function Corner() {
  const count = useTimeline(state => state.lanes.length)
  const isFitted = useTimeline(state => state.isFitted)
  return (
    <div className="timeline-corner">
      <span className="secondary lane-count">{count === 1 ? '1 lane' : `${count.toLocaleString('en')} lanes`}</span>
      <IconButton icon={ZoomOut} size={14} label="Show more time" disabled={isFitted} onClick={() => zoomTimeline(1 / 1.6)} />
      <IconButton icon={ZoomIn} size={14} label="Show less time" hint="Show less time (Ctrl + wheel)" onClick={() => zoomTimeline(1.6)} />
      <IconButton icon={Maximize2} size={14} label="Show all frames" disabled={isFitted} onClick={fitTimeline} />
    </div>
  )
}
