/**
 * Thumbnails along the timeline: which frames are shown at a scale, and their pictures, asked for when they come into view and kept.
 * Not here: drawing them (drawHead.ts).
 */
import type { VideoRef } from '../../shared/studio/document.ts'
import type { Size } from '../../shared/units.ts'
import { client } from '../state/session.ts'
import { type TimeAxis, framesInView } from './timeAxis.ts'

export interface Thumbnail {
  readonly frame: number
  readonly slotPx: number
  /** Null until it has come, and where it could not be had. */
  readonly bitmap: ImageBitmap | null
}

export interface ThumbnailSlots {
  /** Frames between thumbnails. */
  readonly every: number
  /** Those in view. */
  readonly frames: readonly number[]
}

/** Strides are 1, 2, 3, 4, 6, 8, 12 …: few enough that zooming a little asks for no other frames, close enough to leave no wide gaps. */
export function thumbnailSlots(axis: TimeAxis, thumbWidthPx: number): ThumbnailSlots {
  const atLeast = (0.85 * thumbWidthPx) / axis.pxPerFrame
  let every = 1
  for (let power = 1; every < atLeast; power *= 2) every = 2 * power >= atLeast ? 2 * power : 3 * power >= atLeast ? 3 * power : 4 * power
  const { first, last } = framesInView(axis)
  const frames: number[] = []
  for (let frame = first - (first % every); frame <= last; frame += every) frames.push(frame)
  return { every, frames }
}

const MAX_KEPT = 600
const AT_ONCE = 3
/** A frame whose picture could not be had is asked for again when the strip is drawn this much later. */
const AGAIN_MS = 10_000

export class ThumbnailStrip {
  readonly #changed: () => void
  /** The one used last stands last. */
  readonly #kept = new Map<number, ImageBitmap | null>()
  /** By frame, when its picture was asked for in vain. */
  readonly #failedMs = new Map<number, number>()
  readonly #underWay = new Map<number, AbortController>()
  #wanted: readonly number[] = []
  #video: VideoRef | null = null
  #side = 0

  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** The thumbnails in view, `heightPx` high on a screen of `scale` pixels a px; those missing are on their way. */
  show(video: VideoRef, size: Size, axis: TimeAxis, heightPx: number, scale: number): Thumbnail[] {
    const side = Math.ceil((heightPx - 2) * scale)
    if (video.project !== this.#video?.project || video.video !== this.#video.video || side !== this.#side) this.#clear()
    this.#video = { project: video.project, video: video.video }
    this.#side = side
    const { every, frames } = thumbnailSlots(axis, (heightPx * size.width) / size.height)
    this.#want(frames)
    return frames.map(frame => ({ frame, slotPx: every * axis.pxPerFrame, bitmap: this.#kept.get(frame) ?? null }))
  }

  dispose(): void {
    this.#clear()
    this.#video = null
  }

  #clear(): void {
    this.#wanted = []
    for (const controller of this.#underWay.values()) controller.abort()
    this.#underWay.clear()
    for (const bitmap of this.#kept.values()) bitmap?.close()
    this.#kept.clear()
    this.#failedMs.clear()
  }

  #want(frames: readonly number[]): void {
    for (const frame of frames) {
      const bitmap = this.#kept.get(frame)
      if (bitmap === undefined) continue
      this.#kept.delete(frame)
      if (bitmap || performance.now() - (this.#failedMs.get(frame) ?? 0) < AGAIN_MS) this.#kept.set(frame, bitmap)
    }
    this.#wanted = frames
    for (const [frame, controller] of this.#underWay) {
      if (frames.includes(frame)) continue
      this.#underWay.delete(frame)
      controller.abort()
    }
    this.#pump()
  }

  #pump(): void {
    for (const frame of this.#wanted) {
      if (this.#underWay.size >= AT_ONCE) return
      if (!this.#kept.has(frame) && !this.#underWay.has(frame)) void this.#load(frame)
    }
  }

  async #load(frame: number): Promise<void> {
    const controller = new AbortController()
    this.#underWay.set(frame, controller)
    let bitmap: ImageBitmap | null = null
    try {
      const file = await client().fetchImage({ ...this.#video!, frame, kind: 'thumb', side: this.#side }, controller.signal)
      bitmap = await createImageBitmap(file)
    } catch {
      // A frame without its picture: the canvas says why when it is looked at; the strip leaves its place empty.
    }
    if (controller.signal.aborted) {
      bitmap?.close()
      return
    }
    this.#underWay.delete(frame)
    this.#kept.set(frame, bitmap)
    if (!bitmap) this.#failedMs.set(frame, performance.now())
    for (const [oldest, old] of this.#kept) {
      if (this.#kept.size <= MAX_KEPT) break
      this.#kept.delete(oldest)
      old?.close()
    }
    this.#changed()
    this.#pump()
  }
}
