/** Pictures of the chosen overlay (flow, depth, where flow disagrees) round the frame on show. Fetched anew when the field changes. */
import { client } from '../state/session.ts'
import { currentDocument } from '../state/documentStore.ts'
import { useView, type Overlay } from '../state/viewStore.ts'
import { FrameImages } from '../frames/frameImages.ts'
import type { ErrorRecord } from '../../shared/errors.ts'

const BUDGET = 96 * 2 ** 20

export class OverlayImages {
  #images: FrameImages | null = null
  #of = ''
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  /** The overlay's picture for this frame; asks for it where it is not there. */
  at(frame: number): ImageBitmap | null {
    const { overlay } = useView.getState()
    this.#choose(overlay)
    const document = currentDocument()
    if (!this.#images || !document) return null
    this.#images.want({ frame, direction: 1, range: { first: 0, last: document.record.frameCount - 1 }, loops: false })
    return this.#images.get(frame) ?? null
  }

  problem(frame: number): ErrorRecord | null {
    return this.#images?.problem(frame) ?? null
  }

  close(): void {
    this.#images?.close()
    this.#images = null
  }

  #choose(overlay: Overlay): void {
    const document = currentDocument()
    const of = overlay === 'none' || !document ? '' : [document.project, document.video, overlay, document.field.state, document.field.runId, document.field.loading].join('|')
    if (of === this.#of) return
    this.#of = of
    this.close()
    if (overlay === 'none' || !document) return
    const { project, video, record } = document
    this.#images = new FrameImages({
      frameCount: record.frameCount,
      frameBytes: record.width * record.height * 4,
      budgetBytes: BUDGET,
      atOnce: 2,
      ahead: 6,
      load: async (frame, signal) => createImageBitmap(await client().fetchImage({ project, video, frame, kind: overlay }, signal)),
      onChange: this.#changed,
    })
  }
}
