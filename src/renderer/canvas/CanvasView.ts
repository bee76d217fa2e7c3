/**
 * The canvas: three Konva layers (picture, tracks at rest, what is active), redrawn by subscription, each only when something on it
 * changed. React mounts it and knows no more. Not here: the pointer and keys (canvasInput.ts), what is drawn (the scenes), frames (frames/).
 */
import Konva from 'konva'
import type { Gesture } from '../../shared/studio/gestures.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import type { Size } from '../../shared/units.ts'
import { Player } from '../frames/player.ts'
import { currentDocument, isSameVideo, useDocument, type OpenDocument } from '../state/documentStore.ts'
import { isOver, useJobs } from '../state/jobStore.ts'
import { ChosenReference } from '../state/referenceTracks.ts'
import { applyGesture } from '../state/session.ts'
import { mainSelection, select, useView, type Tool } from '../state/viewStore.ts'
import { frameLabel } from '../timeline/ticks.ts'
import { drawActive } from './activeScene.ts'
import { tellCanvas } from './canvasStore.ts'
import { drawnTracks, type DrawnTrack } from './drawnTracks.ts'
import { signPlace, trackAt } from './hitTest.ts'
import { HoverPreview } from './hoverPreview.ts'
import { Loupe } from './Loupe.ts'
import { drawNames, drawReference } from './notes.ts'
import { OverlayImages } from './overlayImages.ts'
import { PictureScene } from './pictureScene.ts'
import { drawSigns, type SignLook } from './signs.ts'
import { GridTool } from './tools/gridTool.ts'
import { PointTool } from './tools/pointTool.ts'
import { PolygonTool } from './tools/polygonTool.ts'
import { SelectTool } from './tools/selectTool.ts'
import type { CanvasTool, ToolHost } from './tools/tool.ts'
import { centredOn, fitted, kept, zoomedAt, type Point, type Viewport } from './viewport.ts'

// Layers are drawn when this file says so, once a frame.
Konva.autoDrawEnabled = false

type LayerName = 'picture' | 'tracks' | 'active'

const noClip: Size = { width: 1, height: 1 }
const SAID_MS = 5000

export class CanvasView implements ToolHost {
  readonly container: HTMLElement
  view: Viewport = { scale: 1, x: 0, y: 0 }
  readonly #stage: Konva.Stage
  readonly #layers: Readonly<Record<LayerName, Konva.Layer>>
  readonly #player: Player
  readonly #overlays: OverlayImages
  readonly #reference = new ChosenReference(() => this.redraw('tracks'))
  readonly #picture = new PictureScene()
  readonly #loupe = new Loupe()
  readonly hover: HoverPreview
  readonly #tools: Readonly<Record<Tool, CanvasTool>>
  readonly #stops: (() => void)[] = []
  #stale = new Set<LayerName>()
  #redrawing = 0
  #fits = true
  #canvas: Size = { width: 0, height: 0 }
  #pixelRatio = 1
  #pending: readonly { readonly frame: number; readonly points: readonly Point[] }[] = []
  #tracks: { readonly of: readonly unknown[]; readonly drawn: readonly DrawnTrack[] } = { of: [], drawn: [] }
  #accent = '#4f9cf9'
  #error = '#ff7b72'
  #sayTimer: ReturnType<typeof setTimeout> | undefined

  constructor(container: HTMLElement) {
    this.container = container
    const holder = document.createElement('div')
    holder.className = 'canvas-stage'
    container.append(holder, this.#loupe.element)
    this.#tools = { select: new SelectTool(this), point: new PointTool(this), grid: new GridTool(this), polygon: new PolygonTool(this) }
    this.hover = new HoverPreview(() => this.redraw('active'))
    this.#overlays = new OverlayImages(() => this.redraw('picture'))
    this.#player = new Player(() => this.#frameShown())
    // Konva draws a layer once as it is added: what it draws must be there.
    this.#stage = new Konva.Stage({ container: holder, width: 1, height: 1, listening: false })
    const layer = (draw: (ctx: CanvasRenderingContext2D) => void) => {
      const made = new Konva.Layer({ listening: false })
      made.add(new Konva.Shape({ listening: false, perfectDrawEnabled: false, sceneFunc: () => draw(made.getNativeCanvasElement().getContext('2d')!) }))
      this.#stage.add(made)
      return made
    }
    this.#layers = { picture: layer(ctx => this.#drawPicture(ctx)), tracks: layer(ctx => this.#drawTracks(ctx)), active: layer(ctx => this.#drawActive(ctx)) }
    this.#subscribe()
    this.#player.start()
    this.#resize()
  }

  dispose(): void {
    for (const stop of this.#stops) stop()
    cancelAnimationFrame(this.#redrawing)
    clearTimeout(this.#sayTimer)
    this.#player.close()
    this.#overlays.close()
    this.#reference.dispose()
    this.#stage.destroy()
    this.container.replaceChildren()
  }

  // What tools see.

  /** Number of the frame on show: the wanted one, or, until it has come, the one that is still seen. */
  get frame(): number {
    return this.#player.shown?.frame ?? useView.getState().frame
  }

  get clip(): Size {
    return currentDocument()?.record ?? noClip
  }

  get scale(): number {
    return this.view.scale
  }

  get spacing(): number {
    return useView.getState().gridSpacing
  }

  get selection(): ReadonlySet<number> {
    return useView.getState().selection
  }

  get tracks(): readonly DrawnTrack[] {
    const document = currentDocument()
    const { solo, selection } = useView.getState()
    const preview = document && runningPreview(document)
    const of = [document?.tracks, document?.order, solo, solo && selection, preview]
    if (of.some((value, index) => value !== this.#tracks.of[index])) {
      this.#tracks = { of, drawn: document ? drawnTracks(document, { solo, selection }, preview) : [] }
    }
    return this.#tracks.drawn
  }

  trackAt(screen: Point): number | null {
    return trackAt(this.tracks, screen, { frame: this.frame, clip: this.clip, view: this.view, selection: this.selection })
  }

  select(keys: Iterable<number>, how: 'replace' | 'add' | 'toggle'): void {
    select(keys, how)
  }

  apply(gesture: Gesture): Promise<unknown> {
    return applyGesture(gesture)
  }

  async add(points: readonly Point[]): Promise<void> {
    const { frame } = this
    const pending = { frame, points }
    this.#pending = [...this.#pending, pending]
    this.redraw('active')
    const result = await applyGesture({ kind: 'addTracks', points: points.map(({ x, y }) => ({ frame, x, y })) })
    this.#pending = this.#pending.filter(other => other !== pending)
    if (result) select(result.keys)
    this.redraw('active')
  }

  say(text: string | null): void {
    clearTimeout(this.#sayTimer)
    tellCanvas({ said: text })
    if (text) this.#sayTimer = setTimeout(() => tellCanvas({ said: null }), SAID_MS)
  }

  changed(): void {
    this.redraw('active')
  }

  // What input and commands do.

  get tool(): CanvasTool {
    return this.#tools[useView.getState().tool]
  }

  get canvas(): Size {
    return this.#canvas
  }

  get player(): Player {
    return this.#player
  }

  setView(view: Viewport, fits = false): void {
    this.view = fits ? view : kept(view, this.clip, this.#canvas)
    this.#fits = fits
    tellCanvas({ scale: this.view.scale, fits })
    this.redraw('picture', 'tracks', 'active')
  }

  fit(): void {
    this.setView(fitted(this.clip, this.#canvas), true)
  }

  /** About a place of the canvas (CSS px); its middle when absent. */
  zoomTo(scale: number, at: Point = { x: this.#canvas.width / 2, y: this.#canvas.height / 2 }): void {
    this.setView(zoomedAt(this.view, scale, at))
  }

  /** Undoes one thing: a gesture under way, then the tool, then the selection. */
  cancel(): void {
    this.say(null)
    if (this.tool.cancel()) return
    if (useView.getState().tool !== 'select') useView.setState({ tool: 'select' })
    else if (useView.getState().laneSelection) useView.setState({ laneSelection: null })
    else select([])
  }

  redraw(...layers: readonly LayerName[]): void {
    for (const layer of layers) this.#stale.add(layer)
    if (!this.#redrawing && this.#stale.size) this.#redrawing = requestAnimationFrame(() => this.#drawStale())
  }

  #subscribe(): void {
    const observer = new ResizeObserver(() => this.#resize())
    observer.observe(this.container)
    this.#stops.push(
      () => observer.disconnect(),
      useDocument.subscribe(({ document }, before) => this.#documentChanged(document, before.document)),
      useView.subscribe((view, before) => {
        if (view.tool !== before.tool) {
          this.#tools[before.tool].cancel()
          this.hover.want(null)
          this.say(null)
          this.container.style.cursor = this.tool.cursor
        }
        if (view.frame !== before.frame) for (const tool of Object.values(this.#tools)) tool.frameChanged?.()
        if (view.follow && !before.follow) this.#followTrack()
        if (!view.hoverPreview) this.hover.want(null)
        this.redraw('picture', 'tracks', 'active')
      }),
      useJobs.subscribe(() => this.redraw('tracks', 'active')),
    )
    this.container.style.cursor = this.tool.cursor
  }

  #documentChanged(document: OpenDocument | null, before: OpenDocument | null): void {
    if (!isSameVideo(document, before)) {
      this.#pending = []
      this.fit()
    }
    this.redraw('picture', 'tracks', 'active')
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.container
    const before = this.#canvas
    this.#canvas = { width, height }
    this.#pixelRatio = window.devicePixelRatio || 1
    for (const layer of Object.values(this.#layers)) layer.getCanvas().setPixelRatio(this.#pixelRatio)
    this.#stage.size({ width: Math.max(1, width), height: Math.max(1, height) })
    if (this.#fits) this.fit()
    // What was in the middle stays there.
    else this.setView({ ...this.view, x: this.view.x + (width - before.width) / 2, y: this.view.y + (height - before.height) / 2 })
  }

  #frameShown(): void {
    if (useView.getState().follow) this.#followTrack()
    this.redraw('picture', 'tracks', 'active')
  }

  #followTrack(): void {
    const key = mainSelection(this.selection)
    const track = this.tracks.find(track => track.key === key)
    const place = track && signPlace(track, this.frame, this.clip)
    if (place) this.setView(centredOn(this.view, place, this.#canvas))
  }

  #drawStale(): void {
    this.#redrawing = 0
    const stale = this.#stale
    this.#stale = new Set()
    if (stale.has('picture')) {
      const style = getComputedStyle(this.container)
      this.#accent = style.getPropertyValue('--accent').trim() || this.#accent
      this.#error = style.getPropertyValue('--error').trim() || this.#error
    }
    for (const name of ['picture', 'tracks', 'active'] as const) if (stale.has(name)) this.#layers[name].drawScene()
    if (stale.has('picture')) this.#label()
    this.#drawLoupe()
  }

  /** The number of the frame that is on the canvas now, for people and for tests. */
  #label(): void {
    const document = currentDocument()
    const { container } = this
    if (!document) {
      delete container.dataset.frame
      container.setAttribute('aria-label', 'No picture')
      return tellCanvas({ problem: null, overlayProblem: null, waiting: false })
    }
    const wanted = useView.getState().frame
    const shown = this.#player.shown?.frame ?? null
    const { frameCount } = document.record
    const number = (frame: number) => frameLabel(frame, frameCount)
    const problem = this.#player.images?.problem(wanted) ?? null
    container.dataset.frame = shown === null ? '' : String(shown)
    const late = shown === wanted ? '' : problem ? ' cannot be shown' : `, ${shown === null ? 'loading' : `loading ${number(wanted)}`}`
    container.setAttribute('aria-label', `Frame ${number(shown ?? wanted)} of ${number(frameCount)}${late}`)
    container.setAttribute('aria-busy', String(shown !== wanted && !problem))
    tellCanvas({ problem, waiting: shown !== wanted && !problem, overlayProblem: useView.getState().overlay === 'none' ? null : this.#overlays.problem(this.frame) })
  }

  #drawPicture(ctx: CanvasRenderingContext2D): void {
    const { onion, overlayOpacity, brightness, contrast, gamma, playing } = useView.getState()
    const shown = this.#player.shown
    const neighbours = onion && shown && !playing ? [shown.frame - 1, shown.frame + 1].map(frame => this.#player.images?.get(frame)) : []
    this.#picture.draw(ctx, shown?.bitmap ?? null, {
      view: this.view, clip: this.clip, canvas: this.#canvas, pixelRatio: this.#pixelRatio,
      tone: { brightness, contrast, gamma }, onion: neighbours.filter(bitmap => bitmap !== undefined),
      overlay: this.#overlays.at(this.frame), overlayOpacity,
    })
  }

  #look(): Omit<SignLook, 'strong'> {
    const { pointSize, trails, trailPast, trailFuture, uncertainty } = useView.getState()
    return { frame: this.frame, view: this.view, clip: this.clip, pointSize, trails, trailPast, trailFuture, uncertainty }
  }

  #drawTracks(ctx: CanvasRenderingContext2D): void {
    const look = this.#look()
    const rest = this.tracks.filter(({ key }) => !this.selection.has(key))
    drawSigns(ctx, rest, { ...look, strong: false })
    if (useView.getState().names) drawNames(ctx, rest, look)
    if (useView.getState().reference !== null) drawReference(ctx, this.tracks, track => this.#reference.at(track, look.frame), look, this.#error)
  }

  #drawActive(ctx: CanvasRenderingContext2D): void {
    const { hovered, names } = useView.getState()
    const { tool } = this
    drawActive(ctx, {
      ...this.#look(), names,
      selected: this.tracks.filter(({ key }) => this.selection.has(key)),
      hovered: (hovered !== null && this.tracks.find(({ key }) => key === hovered)) || null,
      draft: tool.draft,
      pending: this.#pending.filter(({ frame }) => frame === this.frame).flatMap(({ points }) => points),
      preview: this.hover.path,
      crosshair: tool instanceof PointTool ? tool.crosshair : null,
      accent: this.#accent,
    })
  }

  /** The dragged point, or the pointer. */
  #drawLoupe(): void {
    const { loupe, pointer, brightness, contrast, gamma } = useView.getState()
    const shown = this.#player.shown
    const bent = this.tool.draft.bent
    const key = mainSelection(this.selection)
    const path = (key !== null && bent?.get(key)) || bent?.values().next().value
    const at = path ? { x: path[2 * this.frame], y: path[2 * this.frame + 1] } : pointer
    const picture = loupe && shown ? this.#picture.toned(shown.bitmap, { brightness, contrast, gamma }) : null
    this.#loupe.draw(picture, at, this.#pixelRatio, path ? this.#accent : null)
  }
}

/** Tracks as the fit that runs sees them now. */
function runningPreview(document: OpenDocument): TrackSet | null {
  for (const { job, preview } of useJobs.getState().jobs.values()) {
    if (preview && !isOver(job) && job.project === document.project && job.video === document.video) return preview
  }
  return null
}
