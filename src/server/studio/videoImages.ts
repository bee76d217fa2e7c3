/** Pictures of one video: its frames as they are, thumbnails (kept within a budget), and what its field draws. Not here: who asks. */
import { TaplineError, throwIfCancelled } from '../../shared/errors.ts'
import type { VideoRecord } from '../../shared/projectRecords.ts'
import type { ImageReply, ImageRequest } from '../../shared/studio/images.ts'
import { openFrames, type CachedFrames } from '../decode/openFrames.ts'
import { FrameMemory } from '../decode/frameMemory.ts'
import { encodePng, thumbnail } from '../decode/pictureFile.ts'
import type { VideoField } from './videoField.ts'

const THUMB_BYTES = 24 * 2 ** 20
const THUMB_SIDE = 48
const MOST_THUMB_SIDE = 512

export class VideoImages {
  readonly #folder: string
  readonly #video: VideoRecord
  readonly #field: VideoField
  readonly #thumbs = new FrameMemory(THUMB_BYTES)
  #frames: Promise<CachedFrames> | null = null

  /** `folder`: of the imported frames. */
  constructor(folder: string, video: VideoRecord, field: VideoField) {
    this.#folder = folder
    this.#video = video
    this.#field = field
  }

  /** @throws TaplineError 'bad-query' for a frame outside the clip; 'not-found' for an overlay that cannot be drawn yet; 'cancelled'. */
  async image({ frame, kind, side = THUMB_SIDE }: ImageRequest, signal?: AbortSignal): Promise<ImageReply> {
    const { frameCount, name } = this.#video
    if (!Number.isInteger(frame) || frame < 0 || frame >= frameCount) throw new TaplineError('bad-query', name, `frame ${frame} is not in the clip`, `Frames go from 0 to ${frameCount - 1}.`)
    throwIfCancelled(signal, name)
    if (kind === 'frame') return (await this.#opened()).displayFrame(frame)
    if (kind === 'thumb') return { mime: 'image/jpeg', bytes: await this.#thumb(frame, Math.min(MOST_THUMB_SIDE, Math.max(8, side))) }
    const tracker = this.#field.tracker
    const picture = await tracker?.image(kind, frame)
    if (!picture) {
      const reason = tracker ? `there is no ${kind} of frame ${frame}` : 'the field is not loaded'
      throw new TaplineError('not-found', name, reason, kind === 'depth' ? 'Optimise the video first.' : 'Wait until it is loaded.')
    }
    throwIfCancelled(signal, name)
    return { mime: 'image/png', bytes: await encodePng(picture.rgba, picture) }
  }

  async close(): Promise<void> {
    const opened = await this.#frames?.catch(() => null)
    this.#frames = null
    this.#thumbs.clear()
    await opened?.close()
  }

  #thumb(frame: number, side: number): Promise<Uint8Array> {
    return this.#thumbs.get(`${side}/${frame}`, async () => {
      const frames = await this.#opened()
      return thumbnail(await frames.workRgb(frame), frames.work, side)
    })
  }

  #opened(): Promise<CachedFrames> {
    return (this.#frames ??= openFrames(this.#folder).catch((error: unknown) => {
      this.#frames = null
      throw error
    }))
  }
}
