/**
 * Mouse, pen and wheel on ruler and lanes: scrubbing, selecting, the marquee, ends of labels, zoom. Each press is one drag with a beginning, moves
 * and an end; Escape takes it back. Not here: what is drawn meanwhile (drawOverlay.ts).
 */
import { currentDocument } from '../state/documentStore.ts'
import { applyGesture } from '../state/session.ts'
import { select, showFrame, useView } from '../state/viewStore.ts'
import { type LabelEdge, edgeGesture, labelEdgeAt } from './labelEdges.ts'
import { laneAt } from './laneRows.ts'
import { type LanePoint, marqueeSelection } from './marquee.ts'
import { frameAt } from './timeAxis.ts'
import { useTimeline, zoomTimeline } from './timelineStore.ts'

interface Drag {
  move(event: PointerEvent): void
  /** The pointer was let go of. */
  end(event: PointerEvent): void
  /** Taken back: Escape, or the browser took the pointer away. */
  cancel(): void
}

/** A press that stays within this many px is a click. */
const CLICK_PX = 3

const wheelFactor = (deltaY: number): number => Math.exp(-Math.max(-100, Math.min(100, deltaY)) * 0.004)

function goTo(x: number): void {
  const { axis } = useTimeline.getState()
  showFrame(frameAt(axis, x), axis.frames)
}

const pointIn = (element: HTMLElement, event: MouseEvent): { x: number; y: number } => {
  const box = element.getBoundingClientRect()
  return { x: event.clientX - box.left, y: event.clientY - box.top }
}

/** From the left of the view and the top of the first lane. */
export function lanePoint(element: HTMLElement, event: MouseEvent): LanePoint {
  const { x, y } = pointIn(element, event)
  return { x, y: y + useTimeline.getState().topPx }
}

export function trackAt({ y }: LanePoint): number | null {
  const { lanes } = useTimeline.getState()
  const lane = laneAt(lanes.length, y)
  return lane === null ? null : lanes[lane]
}

/** The end of a person's label under the pointer, of a track that may be changed. */
function edgeAt(point: LanePoint): LabelEdge | null {
  const key = trackAt(point)
  const track = key === null ? undefined : currentDocument()?.tracks.get(key)
  if (!track || track.record.locked) return null
  return labelEdgeAt(useTimeline.getState().axis, track.record.key, track.edits.labels, point.x)
}

/** Every move shows its frame at once. */
function scrubbing(element: HTMLElement, event: PointerEvent): Drag {
  const before = useView.getState().frame
  useView.setState({ playing: false })
  goTo(pointIn(element, event).x)
  return {
    move: next => goTo(pointIn(element, next).x),
    end: () => {},
    cancel: () => showFrame(before, useTimeline.getState().axis.frames),
  }
}

/** A drag that leaves the view takes the view along. */
function scrollTowards(element: HTMLElement, scroller: HTMLElement, event: PointerEvent): void {
  const { x, y } = pointIn(element, event)
  const beyond = (at: number, size: number) => (at < 0 ? at : Math.max(0, at - size))
  const [dx, dy] = [beyond(x, element.clientWidth), beyond(y, element.clientHeight)]
  if (dx || dy) scroller.scrollBy(dx / 2, dy / 2)
}

function marqueeing(element: HTMLElement, scroller: HTMLElement, event: PointerEvent): Drag {
  const from = lanePoint(element, event)
  const before = useView.getState().laneSelection
  const take = (next: PointerEvent) => {
    const { axis, lanes } = useTimeline.getState()
    return marqueeSelection(axis, lanes, from, lanePoint(element, next))
  }
  let moved = false
  return {
    move: next => {
      const to = lanePoint(element, next)
      moved ||= Math.hypot(to.x - from.x, to.y - from.y) > CLICK_PX
      if (!moved) return
      scrollTowards(element, scroller, next)
      useTimeline.setState({ marquee: take(next) })
    },
    end: next => {
      useTimeline.setState({ marquee: null })
      if (moved) {
        const laneSelection = take(next)
        useView.setState({ laneSelection })
        if (laneSelection) select(laneSelection.keys)
        return
      }
      // A click: with Shift it adds the track, beside the lanes it lets go of everything.
      const key = trackAt(from)
      if (key !== null) return select([key], 'add')
      useView.setState({ laneSelection: null })
      select([])
    },
    cancel: () => {
      useTimeline.setState({ marquee: null })
      useView.setState({ laneSelection: before })
    },
  }
}

function draggingEdge(element: HTMLElement, edge: LabelEdge): Drag {
  // The end of a cell is the start of the next: the nearest frame whose cell ends or begins there.
  const frameOf = (event: PointerEvent) => {
    const { axis } = useTimeline.getState()
    const half = axis.pxPerFrame / 2
    return frameAt(axis, pointIn(element, event).x + (edge.end === 'first' ? half : -half))
  }
  useTimeline.setState({ edge: { edge, frame: edge.range[edge.end] } })
  return {
    move: event => {
      const frame = frameOf(event)
      if (useTimeline.getState().edge?.frame !== frame) useTimeline.setState({ edge: { edge, frame } })
    },
    end: event => {
      const gesture = edgeGesture(edge, frameOf(event))
      useTimeline.setState({ edge: null })
      if (gesture) void applyGesture(gesture)
    },
    cancel: () => useTimeline.setState({ edge: null }),
  }
}

function pressedLane(element: HTMLElement, scroller: HTMLElement, event: PointerEvent): Drag {
  const point = lanePoint(element, event)
  const key = trackAt(point)
  if (key === null || event.shiftKey) return marqueeing(element, scroller, event)
  const edge = edgeAt(point)
  if (edge) {
    select([edge.key])
    return draggingEdge(element, edge)
  }
  useView.setState({ laneSelection: null })
  select([key], event.ctrlKey || event.metaKey ? 'toggle' : 'replace')
  return scrubbing(element, event)
}

/** Follows drags that begin on the element; returns what undoes it. */
function followDrags(element: HTMLElement, begin: (event: PointerEvent) => Drag | null): () => void {
  let drag: Drag | null = null
  const stop = (how: (drag: Drag) => void) => {
    const ended = drag
    drag = null
    removeEventListener('keydown', onKey, true)
    if (ended) how(ended)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    stop(ended => ended.cancel())
  }
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0 || drag || !currentDocument()) return
    element.setPointerCapture(event.pointerId)
    drag = begin(event)
    addEventListener('keydown', onKey, true)
  }
  const onMove = (event: PointerEvent) => drag?.move(event)
  const onUp = (event: PointerEvent) => stop(ended => ended.end(event))
  const onCancel = () => stop(ended => ended.cancel())
  element.addEventListener('pointerdown', onDown)
  element.addEventListener('pointermove', onMove)
  element.addEventListener('pointerup', onUp)
  element.addEventListener('pointercancel', onCancel)
  return () => {
    onCancel()
    element.removeEventListener('pointerdown', onDown)
    element.removeEventListener('pointermove', onMove)
    element.removeEventListener('pointerup', onUp)
    element.removeEventListener('pointercancel', onCancel)
  }
}

/** What lies under the mouse while nothing is pressed: the track, and whether an end of a label can be taken hold of. */
function followHover(lanes: HTMLElement): () => void {
  const hover = (key: number | null) => {
    if (useView.getState().hovered !== key) useView.setState({ hovered: key })
  }
  const onMove = (event: PointerEvent) => {
    if (event.buttons !== 0) return
    const point = lanePoint(lanes, event)
    hover(trackAt(point))
    lanes.classList.toggle('on-edge', edgeAt(point) !== null && !event.shiftKey)
  }
  const onLeave = () => hover(null)
  lanes.addEventListener('pointermove', onMove)
  lanes.addEventListener('pointerleave', onLeave)
  return () => {
    lanes.removeEventListener('pointermove', onMove)
    lanes.removeEventListener('pointerleave', onLeave)
  }
}

/** Ctrl or Cmd zooms at the mouse, Alt steps frame by frame; else it scrolls, over the head along time. */
function followWheel(body: HTMLElement, head: HTMLElement, scroller: HTMLElement): () => void {
  let steps = 0
  const onWheel = (event: WheelEvent) => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault()
      return zoomTimeline(wheelFactor(event.deltaY), Math.max(0, pointIn(head, event).x))
    }
    if (event.altKey) {
      event.preventDefault()
      // A notch is 100 or more; touchpads send many small ones.
      steps += Math.max(-1, Math.min(1, (event.deltaY || event.deltaX) / 40))
      const whole = Math.trunc(steps)
      steps -= whole
      const { axis } = useTimeline.getState()
      if (whole) showFrame(useView.getState().frame + whole, axis.frames)
      return
    }
    if (event.target instanceof Node && head.contains(event.target)) {
      event.preventDefault()
      scroller.scrollLeft += event.deltaX || event.deltaY
    }
  }
  body.addEventListener('wheel', onWheel, { passive: false })
  return () => body.removeEventListener('wheel', onWheel)
}

/** Keys of the ruler as a slider; up and down are left to the list of tracks. */
function followKeys(ruler: HTMLElement): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.target !== ruler || event.ctrlKey || event.metaKey || event.altKey) return
    const { axis } = useTimeline.getState()
    const { frame } = useView.getState()
    const ten = event.shiftKey ? 10 : 1
    const to: Record<string, number> = {
      ArrowRight: frame + ten, ArrowLeft: frame - ten,
      PageUp: frame + 10, PageDown: frame - 10, Home: 0, End: axis.frames - 1,
    }
    if (to[event.key] === undefined) return
    event.preventDefault()
    event.stopPropagation()
    showFrame(to[event.key], axis.frames)
  }
  ruler.addEventListener('keydown', onKey)
  return () => ruler.removeEventListener('keydown', onKey)
}

export interface PointerElements {
  readonly body: HTMLElement
  readonly ruler: HTMLElement
  readonly scroller: HTMLElement
  /** The part of the lanes that is in view. */
  readonly lanes: HTMLElement
}

/** Listens until the returned function is called. */
export function followPointer({ body, ruler, scroller, lanes }: PointerElements): () => void {
  const stops = [
    followDrags(ruler, event => scrubbing(ruler, event)),
    followDrags(lanes, event => pressedLane(lanes, scroller, event)),
    followHover(lanes),
    followWheel(body, ruler, scroller),
    followKeys(ruler),
  ]
  return () => stops.forEach(stop => stop())
}
