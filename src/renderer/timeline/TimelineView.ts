/**
 * The timeline's canvases: head, lanes, and over both what moves. Listens to the stores and draws, once an animation frame, only the parts that
 * changed; React does not take part. Not here: pointer and wheel (pointer.ts), what the parts look like (drawHead, drawLanes, drawOverlay).
 */
import { type OpenDocument, currentDocument, shownOf, useDocument } from '../state/documentStore.ts'
import { ChosenReference } from '../state/referenceTracks.ts'
import { mainSelection, useView } from '../state/viewStore.ts'
import { EVENTS_PX, RULER_PX, drawHead } from './drawHead.ts'
import { drawLanes } from './drawLanes.ts'
import { drawOverlay } from './drawOverlay.ts'
import { type EventSummary, eventSummary } from './eventSummary.ts'
import { LANE_PX, laneKeys, lanesInView, topShowingLane } from './laneRows.ts'
import { type Palette, onThemeChange, readPalette } from './palette.ts'
import { ThumbnailStrip } from './thumbnails.ts'
import { frameLabel, secondsLabel } from './ticks.ts'
import { contentPx } from './timeAxis.ts'
import { followFrame, resizeTimeline, useTimeline } from './timelineStore.ts'

export interface TimelineElements {
  /** All of it but the transport. */
  readonly body: HTMLElement
  readonly ruler: HTMLElement
  readonly headCanvas: HTMLCanvasElement
  readonly scroller: HTMLElement
  /** As large as all lanes over all frames. */
  readonly spacer: HTMLElement
  /** Stays in view; holds headers and lanes. */
  readonly view: HTMLElement
  readonly headers: HTMLElement
  readonly lanesCanvas: HTMLCanvasElement
  readonly overlayCanvas: HTMLCanvasElement
}

type Part = 'head' | 'lanes' | 'overlay'

const THUMBS_PX = 40
/** Below this height the strip gives its place to lanes. */
const THUMBS_FROM_PX = 200

const noEvents: EventSummary = { keyframes: new Uint32Array(0), doubts: new Uint32Array(0), mostKeyframes: 0, mostDoubts: 0 }

export class TimelineView {
  readonly #elements: TimelineElements
  readonly #stale = new Set<Part>()
  readonly #stops: (() => void)[]
  readonly #thumbnails = new ThumbnailStrip(() => this.#redraw('head'))
  readonly #reference = new ChosenReference(() => this.#redraw('lanes'))
  #palette: Palette
  #request = 0
  #events: { readonly tracks: OpenDocument['tracks']; readonly summary: EventSummary } | null = null

  constructor(elements: TimelineElements) {
    this.#elements = elements
    this.#palette = readPalette(elements.body)
    const sizes = new ResizeObserver(() => this.#measure())
    sizes.observe(elements.scroller)
    sizes.observe(elements.body)
    const onScroll = () => this.#scrolled()
    elements.scroller.addEventListener('scroll', onScroll, { passive: true })
    // Another screen's scale comes without another size in px.
    const onWindow = () => this.#measure()
    addEventListener('resize', onWindow)
    this.#stops = [
      () => sizes.disconnect(),
      () => removeEventListener('resize', onWindow),
      () => elements.scroller.removeEventListener('scroll', onScroll),
      onThemeChange(() => {
        this.#palette = readPalette(elements.body)
        this.#redraw('head', 'lanes', 'overlay')
      }),
      useDocument.subscribe(() => this.#documentChanged()),
      useView.subscribe((view, before) => {
        if (view.frame !== before.frame) {
          this.#sayFrame()
          followFrame(view.frame, view.playing)
          this.#redraw('overlay')
        }
        if (view.solo !== before.solo || (view.solo && view.selection !== before.selection)) this.#documentChanged()
        if (view.selection !== before.selection) this.#showSelected()
        if (view.selection !== before.selection || view.hovered !== before.hovered || view.laneSelection !== before.laneSelection || view.range !== before.range) this.#redraw('overlay')
      }),
      useTimeline.subscribe((timeline, before) => {
        if (timeline.axis !== before.axis) {
          this.#layOut()
          this.#redraw('head', 'lanes', 'overlay')
        }
        if (timeline.topPx !== before.topPx || timeline.heightPx !== before.heightPx || timeline.lanes !== before.lanes) this.#redraw('lanes', 'overlay')
        if (timeline.marquee !== before.marquee || timeline.edge !== before.edge) this.#redraw('overlay')
      }),
    ]
    this.#documentChanged()
    this.#measure()
    this.#sayFrame()
  }

  dispose(): void {
    cancelAnimationFrame(this.#request)
    for (const stop of this.#stops) stop()
    this.#thumbnails.dispose()
    this.#reference.dispose()
  }

  #redraw(...parts: Part[]): void {
    for (const part of parts) this.#stale.add(part)
    this.#request ||= requestAnimationFrame(() => {
      this.#request = 0
      this.#draw()
    })
  }

  #documentChanged(): void {
    const document = currentDocument()
    const lanes = document ? laneKeys(document, useView.getState()) : []
    const before = useTimeline.getState().lanes
    if (lanes.length !== before.length || lanes.some((key, k) => key !== before[k])) useTimeline.setState({ lanes })
    resizeTimeline(useTimeline.getState().axis.widthPx)
    this.#layOut()
    this.#redraw('head', 'lanes', 'overlay')
  }

  #measure(): void {
    const { scroller, body, headers } = this.#elements
    useTimeline.setState({ heightPx: scroller.clientHeight })
    resizeTimeline(Math.max(1, scroller.clientWidth - headers.offsetWidth))
    body.style.setProperty('--thumbs', `${this.#thumbsPx()}px`)
    body.style.setProperty('--time-width', `${useTimeline.getState().axis.widthPx}px`)
    this.#layOut()
    this.#redraw('head', 'lanes', 'overlay')
  }

  #thumbsPx(): number {
    return this.#elements.body.clientHeight >= THUMBS_FROM_PX ? THUMBS_PX : 0
  }

  /** Sizes and scroll position of the scroller, from the axis and the lanes. */
  #layOut(): void {
    const { scroller, spacer, view } = this.#elements
    const { axis, lanes } = useTimeline.getState()
    spacer.style.width = `${scroller.clientWidth - axis.widthPx + Math.max(axis.widthPx, contentPx(axis))}px`
    spacer.style.height = `${lanes.length * LANE_PX}px`
    view.style.width = `${scroller.clientWidth}px`
    view.style.height = `${scroller.clientHeight}px`
    if (Math.abs(scroller.scrollLeft - axis.leftPx) >= 1) scroller.scrollLeft = axis.leftPx
  }

  #scrolled(): void {
    const { scrollLeft, scrollTop } = this.#elements.scroller
    const { axis, topPx } = useTimeline.getState()
    if (scrollTop !== topPx) useTimeline.setState({ topPx: scrollTop })
    // The browser rounds what it was given: that is no scrolling.
    if (Math.abs(scrollLeft - axis.leftPx) >= 1) useTimeline.setState({ axis: { ...axis, leftPx: scrollLeft } })
  }

  #showSelected(): void {
    const { lanes, topPx, heightPx } = useTimeline.getState()
    const key = mainSelection(useView.getState().selection)
    const lane = key === null ? -1 : lanes.indexOf(key)
    if (lane < 0) return
    const top = topShowingLane(lane, topPx, heightPx)
    if (top !== topPx) this.#elements.scroller.scrollTop = top
  }

  /** The ruler is a slider: its value is said, whoever moved it. */
  #sayFrame(): void {
    const { ruler } = this.#elements
    const document = currentDocument()
    const { frame } = useView.getState()
    const frames = document?.record.frameCount ?? 1
    ruler.setAttribute('aria-valuemax', String(frames - 1))
    ruler.setAttribute('aria-valuenow', String(frame))
    const seconds = document ? `, ${secondsLabel(document.timesS[frame] ?? 0)}` : ''
    ruler.setAttribute('aria-valuetext', `Frame ${frameLabel(frame, frames)} of ${frameLabel(frames, frames)}${seconds}`)
  }

  #draw(): void {
    const document = currentDocument()
    const stale = new Set(this.#stale)
    this.#stale.clear()
    if (!document) return
    if (stale.has('head')) this.#drawHead(document)
    if (stale.has('lanes')) this.#drawLanes(document)
    if (stale.has('overlay')) this.#drawOverlay()
  }

  #drawHead(document: OpenDocument): void {
    const { axis } = useTimeline.getState()
    const thumbsPx = this.#thumbsPx()
    const ctx = prepare(this.#elements.headCanvas, axis.widthPx, RULER_PX + thumbsPx + EVENTS_PX)
    const thumbs = thumbsPx ? this.#thumbnails.show(document, document.record, axis, thumbsPx, devicePixelRatio) : []
    const { timesS, damagedFrames } = document
    drawHead(ctx, { axis, timesS, damagedFrames, thumbsPx, thumbs, events: this.#summary(document), palette: this.#palette })
  }

  #summary(document: OpenDocument): EventSummary {
    if (document.tracks.size === 0) return { ...noEvents, keyframes: new Uint32Array(document.record.frameCount), doubts: new Uint32Array(document.record.frameCount) }
    if (this.#events?.tracks !== document.tracks) {
      const tracks = document.order.map(key => shownOf(document, key)!)
      this.#events = { tracks: document.tracks, summary: eventSummary(tracks, document.record.frameCount) }
    }
    return this.#events.summary
  }

  #drawLanes(document: OpenDocument): void {
    const { axis, lanes, topPx, heightPx } = useTimeline.getState()
    const ctx = prepare(this.#elements.lanesCanvas, axis.widthPx, heightPx)
    const { first, last } = lanesInView(lanes.length, topPx, heightPx)
    const tracks = lanes.slice(first, last + 1).flatMap(key => shownOf(document, key) ?? [])
    drawLanes(ctx, { axis, topPx, firstLane: first, tracks, palette: this.#palette, disagreements: track => this.#reference.disagreements(track) })
  }

  #drawOverlay(): void {
    const { axis, lanes, topPx, heightPx, marquee, edge } = useTimeline.getState()
    const { frame, range, selection, hovered, laneSelection } = useView.getState()
    const headPx = RULER_PX + this.#thumbsPx() + EVENTS_PX
    const ctx = prepare(this.#elements.overlayCanvas, axis.widthPx, headPx + heightPx)
    const inView = lanesInView(lanes.length, topPx, heightPx)
    drawOverlay(ctx, { axis, frame, range, selection, hovered, laneSelection, marquee, edge, lanes, inView, topPx, headPx, heightPx: headPx + heightPx, palette: this.#palette })
  }
}

/** The canvas cleared, in px of the page whatever the screen's scale. */
function prepare(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const scale = devicePixelRatio
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w
    canvas.height = h
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
  }
  const ctx = canvas.getContext('2d')!
  ctx.setTransform(scale, 0, 0, scale, 0, 0)
  ctx.clearRect(0, 0, width, height)
  return ctx
}
