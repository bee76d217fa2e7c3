/** The picture with its tracks: where clip pixels lie on the screen, what is drawn there, clicking and dragging in clip px. */
import type { Locator, Page } from 'playwright-core'
import sharp from 'sharp'

export interface ClipPoint {
  readonly x: number
  readonly y: number
}

export interface Pixels {
  readonly width: number
  readonly height: number
  /** [height, width, 3] */
  readonly rgb: Uint8Array
}

export class StudioCanvas {
  readonly page: Page
  #size: { readonly width: number; readonly height: number } | null = null

  constructor(page: Page) {
    this.page = page
  }

  get picture(): Locator {
    return this.page.getByRole('application')
  }

  /** Until the picture of the wanted frame is on the screen; resolves with its number. */
  async settled(): Promise<number> {
    const drawn = this.page.getByRole('application', { name: /^Frame \d+ of \d+$/ })
    await drawn.waitFor()
    return Number(/\d+/.exec((await drawn.getAttribute('aria-label'))!)![0])
  }

  async showing(frame: number): Promise<void> {
    await this.page.getByRole('application', { name: new RegExp(`^Frame 0*${frame} of \\d+$`) }).waitFor()
  }

  /** Size of the clip in px; places are reckoned from it while the picture is fitted. */
  sized(width: number, height: number): void {
    this.#size = { width, height }
  }

  /** Place and scale of the picture on the screen, once it is fitted. */
  async fit(): Promise<{ readonly left: number; readonly top: number; readonly scale: number; readonly width: number; readonly height: number }> {
    if (!this.#size) throw new Error('the size of the clip is not known')
    await this.page.getByRole('button', { name: 'Fit the frame' }).and(this.page.locator('[aria-pressed=true]')).waitFor()
    const box = (await this.picture.boundingBox())!
    const { width, height } = this.#size
    // Room of 16 px round the picture, which lies in the middle.
    const scale = Math.min((box.width - 32) / width, (box.height - 32) / height)
    return { scale, left: box.x + (box.width - width * scale) / 2, top: box.y + (box.height - height * scale) / 2, width: width * scale, height: height * scale }
  }

  async toScreen({ x, y }: ClipPoint): Promise<ClipPoint> {
    const { left, top, scale } = await this.fit()
    return { x: left + x * scale, y: top + y * scale }
  }

  async click(at: ClipPoint): Promise<void> {
    const { x, y } = await this.toScreen(at)
    await this.page.mouse.click(x, y)
  }

  async hover(at: ClipPoint): Promise<void> {
    const { x, y } = await this.toScreen(at)
    await this.page.mouse.move(x, y)
  }

  async drag(from: ClipPoint, to: ClipPoint): Promise<void> {
    const a = await this.toScreen(from)
    const b = await this.toScreen(to)
    await this.page.mouse.move(a.x, a.y)
    await this.page.mouse.down()
    await this.page.mouse.move((a.x + b.x) / 2 + 4, (a.y + b.y) / 2 + 4, { steps: 3 })
    await this.page.mouse.move(b.x, b.y, { steps: 3 })
    await this.page.mouse.up()
  }

  /** What is on the screen where the fitted picture lies, tracks and all. */
  async pixels(): Promise<Pixels> {
    const { left, top, width, height } = await this.fit()
    const clip = { x: Math.ceil(left), y: Math.ceil(top), width: Math.floor(width) - 1, height: Math.floor(height) - 1 }
    const { data, info } = await sharp(await this.page.screenshot({ clip })).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, rgb: new Uint8Array(data) }
  }
}
