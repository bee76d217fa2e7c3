/**
 * Joins the play head and the frames: fetches round it, moves it while playing, and tells what is on show. Stepping never skips; playing
 * drops frames to keep time. Not here: drawing (canvas/), the clock's sums (playClock.ts).
 */
import { client } from '../state/session.ts'
import { currentDocument, useDocument, type OpenDocument } from '../state/documentStore.ts'
import { useView } from '../state/viewStore.ts'
import { FrameImages } from './frameImages.ts'
import { dueFrame, startPlaying, type PlayState } from './playClock.ts'

const MB = 2 ** 20
/** Pictures that do not come for this long stop the clock, so that playing goes on from what was last seen. */
const STALL_MS = 500

export interface Shown {
  readonly frame: number
  readonly bitmap: ImageBitmap
}

export class Player {
  #images: FrameImages | null = null
  #document: OpenDocument | null = null
  #shown: Shown | null = null
  #direction: 1 | -1 = 1
  #frame = 0
  #clock: PlayState | null = null
  #expected = -1
  #tick = 0
  #lastShownMs = 0
  readonly #stops: (() => void)[] = []
  /** Something to draw has changed. */
  readonly #onChange: () => void

  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  /** Takes up the open video and listens to the stores, until `close`. */
  start(): void {
    this.#stops.push(
      useDocument.subscribe(({ document }) => this.#take(document)),
      useView.subscribe((view, before) => {
        if (view.frame !== before.frame) this.#seek(view.frame)
        if (view.playing !== before.playing) this.#setPlaying(view.playing)
        if (view.frameCacheMb !== before.frameCacheMb && this.#images) this.#images.budgetBytes = view.frameCacheMb * MB
        if (view.speed !== before.speed || view.range !== before.range || view.loop !== before.loop) this.#rebase()
      }),
    )
    this.#take(currentDocument())
    this.#setPlaying(useView.getState().playing)
  }

  /** What may be drawn: the bitmap with its own number. Null before the first came. */
  get shown(): Shown | null {
    return this.#shown
  }

  get images(): FrameImages | null {
    return this.#images
  }

  /** Asks again for a frame that could not be had. */
  retry(frame: number): void {
    this.#images?.retry(frame)
    this.#onChange()
  }

  close(): void {
    for (const stop of this.#stops) stop()
    cancelAnimationFrame(this.#tick)
    this.#images?.close()
  }

  #take(document: OpenDocument | null): void {
    const same = document && this.#document && document.project === this.#document.project && document.video === this.#document.video
    this.#document = document
    if (same) return
    this.#images?.close()
    this.#images = null
    this.#shown = null
    if (document) {
      const { project, video, record } = document
      this.#images = new FrameImages({
        frameCount: record.frameCount,
        frameBytes: record.width * record.height * 4,
        budgetBytes: useView.getState().frameCacheMb * MB,
        load: async (frame, signal) => createImageBitmap(await client().fetchImage({ project, video, frame, kind: 'frame' }, signal)),
        onChange: frame => this.#arrived(frame),
      })
      this.#frame = useView.getState().frame
      this.#want()
    }
    this.#onChange()
  }

  #range(document: OpenDocument) {
    return useView.getState().range ?? { first: 0, last: document.record.frameCount - 1 }
  }

  #want(): void {
    const document = this.#document
    if (!document) return
    const { playing, loop } = useView.getState()
    const whole = { first: 0, last: document.record.frameCount - 1 }
    this.#images?.want({ frame: this.#frame, direction: this.#direction, range: playing ? this.#range(document) : whole, loops: playing && loop })
    this.#showBest()
  }

  #seek(frame: number): void {
    if (frame !== this.#frame && !useView.getState().playing) this.#direction = frame > this.#frame ? 1 : -1
    this.#frame = frame
    this.#want()
    if (frame !== this.#expected) this.#rebase()
    this.#onChange()
  }

  #arrived(frame: number): void {
    this.#showBest(frame)
    if (frame === this.#frame) this.#onChange()
  }

  /** Shows the frame of the play head, or else one that has just come and lies on the way to it from the one on show. */
  #showBest(arrived?: number): void {
    const exact = this.#images?.get(this.#frame)
    if (exact) return this.#show(this.#frame, exact)
    // A frame that cannot be had leaves no other's picture under its number.
    if (this.#images?.problem(this.#frame)) {
      this.#shown = null
      return
    }
    if (arrived === undefined) return
    const bitmap = this.#images?.get(arrived)
    const onTheWay = this.#shown !== null && (arrived - this.#shown.frame) * (this.#frame - arrived) > 0
    if (bitmap && onTheWay) this.#show(arrived, bitmap)
  }

  #show(frame: number, bitmap: ImageBitmap): void {
    this.#lastShownMs = performance.now()
    if (this.#shown?.frame === frame && this.#shown.bitmap === bitmap) return
    this.#shown = { frame, bitmap }
    this.#images?.pin(frame)
    this.#onChange()
  }

  #setPlaying(playing: boolean): void {
    cancelAnimationFrame(this.#tick)
    this.#clock = null
    if (!playing || !this.#document) return this.#want()
    this.#direction = 1
    this.#lastShownMs = performance.now()
    this.#clock = startPlaying({ timesS: this.#document.timesS, range: this.#range(this.#document), loop: useView.getState().loop }, this.#frame, performance.now())
    this.#want()
    this.#tick = requestAnimationFrame(now => this.#step(now))
  }

  /** The clock goes on from the frame at the play head. */
  #rebase(): void {
    if (this.#clock && this.#document) this.#clock = { fromS: this.#document.timesS[this.#frame] ?? 0, sinceMs: performance.now() }
  }

  #step(nowMs: number): void {
    const document = this.#document
    if (!document || !this.#clock) return
    const { speed, loop } = useView.getState()
    const waited = nowMs - this.#lastShownMs
    if (this.#shown?.frame !== this.#frame && waited > STALL_MS && !this.#images?.problem(this.#frame)) this.#rebase()
    const due = dueFrame({ timesS: document.timesS, range: this.#range(document), speed, loop }, this.#clock, Math.max(nowMs, this.#clock.sinceMs))
    this.#clock = due.state
    this.#expected = due.frame
    if (due.frame !== this.#frame) useView.setState({ frame: due.frame })
    if (due.ended) useView.setState({ playing: false })
    else this.#tick = requestAnimationFrame(now => this.#step(now))
  }
}
