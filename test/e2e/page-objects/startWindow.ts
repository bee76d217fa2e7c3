/** The start window as a test sees it: selectors live here alone. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { root } from '../../../scripts/setup.mjs'

export class StartWindow {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** Cells of each row, the project's own cell first; lines of a cell are separate strings. */
  async rows(): Promise<string[][][]> {
    const table = this.#page.getByRole('table', { name: 'Projects' })
    await table.waitFor()
    return table.locator('tbody tr').evaluateAll(rows =>
      rows.map(row => [...row.querySelectorAll<HTMLElement>('th, td')].map(cell => cell.innerText.split('\n').filter(Boolean))),
    )
  }

  async names(): Promise<(string | undefined)[]> {
    return (await this.rows()).map(cells => cells[0]?.[0])
  }

  heading(): Promise<string> {
    return this.#page.getByRole('heading', { level: 1 }).innerText()
  }

  commands(): Promise<string[]> {
    return this.#page.locator('code').allInnerTexts()
  }

  alert(): Promise<string> {
    return this.#page.getByRole('alert').innerText()
  }

  retry(): Promise<void> {
    return this.#page.getByRole('button', { name: 'Try again' }).click()
  }

  /** The window comes to the front. */
  async focus(): Promise<void> {
    await this.#page.evaluate(() => globalThis.dispatchEvent(new Event('focus')))
  }

  /** True when something is cut off at the right. */
  overflows(): Promise<boolean> {
    return this.#page.evaluate(() => document.documentElement.scrollWidth > innerWidth || [...document.querySelectorAll('main, .bar')].some(e => e.scrollWidth > e.clientWidth))
  }

  /** The lowest contrast of any text to what lies behind it, by the WCAG formula, and the text that has it. */
  lowestContrast(): Promise<{ ratio: number; text: string }> {
    return this.#page.evaluate(() => {
      const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number)
      const luminance = (colour: string) => {
        const [r = 0, g = 0, b = 0] = channels(colour).map(c => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
      }
      const behind = (element: Element | null): string => {
        if (!element) return 'rgb(255, 255, 255)'
        const { backgroundColor } = getComputedStyle(element)
        return channels(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor
      }
      let lowest = { ratio: Infinity, text: '' }
      for (const element of document.body.querySelectorAll('*')) {
        const text = [...element.childNodes].filter(n => n.nodeType === Node.TEXT_NODE).map(n => n.textContent?.trim()).join('')
        if (!text) continue
        const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))]
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
        if (ratio < lowest.ratio) lowest = { ratio, text }
      }
      return lowest
    })
  }

  /** For people to look at: out/screenshots/NAME.png. */
  async screenshot(name: string): Promise<void> {
    await this.#page.screenshot({ path: join(root, 'out/screenshots', `${name}.png`) })
  }
}
