/**
 * The decoded frames of one video: fetches what is wanted, most wanted first, decodes ahead of the play head, forgets what is far from it.
 * A frame's bitmap is only ever handed out under that frame's number. Not here: what is drawn (canvas/picture.ts), when a frame is due (player.ts).
 */
import type { ErrorRecord } from '../../shared/errors.ts'
import { fetchOrder, type Wish } from './fetchOrder.ts'

/** What ImageBitmap is to this file; tests hand out plain objects. */
export interface Bitmap {
  readonly width: number
  readonly height: number
  close(): void
}

export interface FrameImagesOptions<B extends Bitmap> {
  readonly frameCount: number
  /** Gets and decodes one frame. Rejects when aborted. */
  load(frame: number, signal: AbortSignal): Promise<B>
  /** Bytes that decoded frames may take. */
  readonly budgetBytes: number
  /** What one frame will take, to know how many fit. */
  readonly frameBytes: number
  readonly atOnce?: number
  /** Frames to decode ahead and behind, at most. */
  readonly ahead?: number
  /** A frame came in, or failed. */
  onChange(frame: number): void
}

interface Loading {
  readonly abort: AbortController
  /** Somebody looked at this very frame: it is worth finishing even if they look elsewhere by now. */
  asked: boolean
}

const bytesOf = ({ width, height }: Bitmap) => width * height * 4

export class FrameImages<B extends Bitmap = ImageBitmap> {
  readonly #options: FrameImagesOptions<B>
  readonly #bitmaps = new Map<number, B>()
  readonly #loading = new Map<number, Loading>()
  readonly #errors = new Map<number, ErrorRecord>()
  #order: number[] = []
  #pinned: number | null = null
  /** Came when there was no room for it: not fetched again before something else is wanted. */
  readonly #noRoom = new Set<number>()
  #largest: number
  #wish: Wish | null = null
  #bytes = 0
  #budget: number
  #closed = false

  constructor(options: FrameImagesOptions<B>) {
    this.#options = options
    this.#budget = options.budgetBytes
    this.#largest = options.frameBytes
  }

  /** Bytes of the bitmaps held now. */
  get bytes(): number {
    return this.#bytes
  }

  get inFlight(): number {
    return this.#loading.size
  }

  /** Held frames, for tests and the status line. */
  get held(): number[] {
    return [...this.#bitmaps.keys()]
  }

  /** Takes effect at once; the frame asked for stays, whatever its size. */
  set budgetBytes(bytes: number) {
    this.#budget = bytes
    if (this.#wish) this.want(this.#wish)
  }

  get(frame: number): B | undefined {
    return this.#bitmaps.get(frame)
  }

  problem(frame: number): ErrorRecord | undefined {
    return this.#errors.get(frame)
  }

  /** The frame on show stays, whatever else is wanted. */
  pin(frame: number | null): void {
    this.#pinned = frame
    this.#trim()
  }

  /** Names the frame that is looked at and where travel goes. */
  want(wish: Wish): void {
    if (this.#closed) return
    this.#wish = wish
    this.#noRoom.clear()
    this.#order = fetchOrder(wish, this.#options.ahead ?? 80)
    this.#trim()
    const loading = this.#loading.get(wish.frame)
    if (loading) loading.asked = true
    const wanted = new Set(this.#order)
    for (const [frame, { abort, asked }] of this.#loading) if (!asked && !wanted.has(frame)) abort.abort()
    this.#evict(0)
    this.#fill()
  }

  /** Asks again for a frame that failed. */
  retry(frame: number): void {
    this.#errors.delete(frame)
    this.#fill()
  }

  /** Everything is fetched anew: the pictures have changed. */
  clear(): void {
    this.#noRoom.clear()
    for (const { abort } of this.#loading.values()) abort.abort()
    for (const bitmap of this.#bitmaps.values()) bitmap.close()
    this.#bitmaps.clear()
    this.#errors.clear()
    this.#bytes = 0
    this.#fill()
  }

  close(): void {
    this.#closed = true
    this.#order = []
    this.clear()
  }

  /** Wants no more frames than fit: one fetched would push out another that is fetched again, for ever. */
  #trim(): void {
    const fits = Math.floor(this.#budget / this.#largest)
    const beside = this.#pinned !== null && this.#bitmaps.has(this.#pinned) && !this.#order.slice(0, fits).includes(this.#pinned)
    this.#order.length = Math.min(this.#order.length, Math.max(1, fits - (beside ? 1 : 0)))
  }

  #fill(): void {
    if (this.#closed) return
    const atOnce = this.#options.atOnce ?? 4
    const missing = this.#order.filter(frame => !this.#bitmaps.has(frame) && !this.#loading.has(frame) && !this.#errors.has(frame) && !this.#noRoom.has(frame))
    // The frame that is looked at does not wait behind frames that only might be.
    if (missing[0] === this.#order[0] && missing.length && this.#loading.size >= atOnce) this.#abortLeastWanted()
    for (const frame of missing) {
      if (this.#loading.size >= atOnce) break
      void this.#load(frame)
    }
  }

  #abortLeastWanted(): void {
    const rank = new Map(this.#order.map((frame, index) => [frame, index]))
    let worst: { abort: AbortController; rank: number } | null = null
    for (const [frame, { abort, asked }] of this.#loading) {
      const place = rank.get(frame) ?? Infinity
      if (!asked && !abort.signal.aborted && (!worst || place > worst.rank)) worst = { abort, rank: place }
    }
    worst?.abort.abort()
  }

  async #load(frame: number): Promise<void> {
    const loading: Loading = { abort: new AbortController(), asked: frame === this.#wish?.frame }
    this.#loading.set(frame, loading)
    try {
      const bitmap = await this.#options.load(frame, loading.abort.signal)
      if (loading.abort.signal.aborted || this.#closed) bitmap.close()
      else this.#keep(frame, bitmap)
    } catch (error) {
      if (!loading.abort.signal.aborted) this.#errors.set(frame, whyNot(frame, error))
    }
    this.#loading.delete(frame)
    if (this.#closed) return
    if (this.#bitmaps.has(frame) || this.#errors.has(frame)) this.#options.onChange(frame)
    this.#fill()
  }

  #keep(frame: number, bitmap: B): void {
    this.#largest = Math.max(this.#largest, bytesOf(bitmap))
    this.#trim()
    this.#evict(bytesOf(bitmap))
    if (this.#bytes + bytesOf(bitmap) > this.#budget && frame !== this.#wish?.frame) {
      this.#noRoom.add(frame)
      return bitmap.close()
    }
    this.#bitmaps.get(frame)?.close()
    this.#bitmaps.set(frame, bitmap)
    this.#bytes += bytesOf(bitmap)
  }

  /** Makes room: frames that nobody is about to reach go first, the furthest first; the one looked at stays. */
  #evict(incoming: number): void {
    if (this.#bytes + incoming <= this.#budget) return
    const rank = new Map(this.#order.map((frame, index) => [frame, index]))
    const at = this.#wish?.frame ?? 0
    const value = (frame: number) => rank.get(frame) ?? this.#order.length + Math.abs(frame - at)
    const worstFirst = [...this.#bitmaps.keys()].sort((a, b) => value(b) - value(a))
    for (const frame of worstFirst) {
      if (this.#bytes + incoming <= this.#budget) return
      if (frame === at || frame === this.#pinned) continue
      const bitmap = this.#bitmaps.get(frame)!
      this.#bytes -= bytesOf(bitmap)
      this.#bitmaps.delete(frame)
      bitmap.close()
    }
  }
}

function whyNot(frame: number, error: unknown): ErrorRecord {
  const subject = `Frame ${frame}`
  const next = 'Try again; if it stays, import the video anew.'
  const reason = error instanceof Error ? ('reason' in error && typeof error.reason === 'string' ? error.reason : error.message) : String(error)
  return { code: 'bad-video', subject, reason: reason || 'the picture cannot be read', next }
}
