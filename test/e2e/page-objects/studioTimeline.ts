/** Transport, ruler and lanes. */
import type { Locator, Page } from 'playwright-core'

/** Room before the first and behind the last frame, px. */
const PAD = 12

export class StudioTimeline {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get region(): Locator {
    return this.page.getByRole('region', { name: 'Timeline', exact: true })
  }

  get frameField(): Locator {
    return this.region.getByRole('textbox', { name: 'Current frame' })
  }

  get ruler(): Locator {
    return this.region.getByRole('slider', { name: 'Frame', exact: true })
  }

  button(name: string): Locator {
    return this.region.getByRole('button', { name, exact: true })
  }

  /** The number that the frame field shows. */
  async frame(): Promise<number> {
    return Number(await this.frameField.inputValue())
  }

  async goTo(frame: number): Promise<void> {
    await this.frameField.fill(String(frame))
    await this.frameField.press('Enter')
    await this.page.getByRole('application', { name: new RegExp(`^Frame 0*${frame} of \\d+$`) }).waitFor()
  }

  /** Middle of a frame's cell on the screen while all frames are shown; end 1 its right edge, 0 its left. */
  async xOf(frame: number, share = 0.5): Promise<number> {
    const { x, width } = (await this.ruler.boundingBox())!
    const frames = Number(await this.ruler.getAttribute('aria-valuemax')) + 1
    return x + PAD + ((frame + share) * (width - 2 * PAD)) / frames
  }

  async rulerY(): Promise<number> {
    const { y } = (await this.ruler.boundingBox())!
    return y + 8
  }

  /** Middle of a track's lane on the screen. */
  async yOf(name: string): Promise<number> {
    const row = this.region.getByRole('row').filter({ has: this.page.getByRole('rowheader', { name, exact: true }) })
    const { y, height } = (await row.boundingBox())!
    return y + height / 2
  }

  /** Marks frames first..last of lanes a..b. */
  async marquee(first: number, last: number, a: string, b = a): Promise<void> {
    const [x0, x1, y0, y1] = [await this.xOf(first, 0.3), await this.xOf(last, 0.7), await this.yOf(a), await this.yOf(b)]
    const { mouse, keyboard } = this.page
    await keyboard.down('Shift')
    await mouse.move(x0, y0)
    await mouse.down()
    await mouse.move((x0 + x1) / 2, (y0 + y1) / 2, { steps: 3 })
    await mouse.move(x1, y1, { steps: 3 })
    await mouse.up()
    await keyboard.up('Shift')
    await this.marked.waitFor()
  }

  get marked(): Locator {
    return this.region.getByRole('toolbar', { name: 'Marked cells' })
  }
}
