/** The pages Track, Fit, Review and Info. */
import type { Locator, Page } from 'playwright-core'

export type InspectorTab = 'Track' | 'Fit' | 'Review' | 'Info'

export class StudioInspector {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get region(): Locator {
    return this.page.getByRole('region', { name: 'Inspector', exact: true })
  }

  /** Its name goes on where the tab has a count beside it. */
  async show(name: InspectorTab): Promise<Locator> {
    await this.region.getByRole('tab', { name: new RegExp(`^${name}`) }).click()
    return this.panel
  }

  get panel(): Locator {
    return this.region.getByRole('tabpanel')
  }

  section(title: string): Locator {
    return this.region.getByRole('region', { name: title, exact: true })
  }

  button(name: string | RegExp): Locator {
    return this.panel.getByRole('button', { name, exact: typeof name === 'string' })
  }

  run(id: number): Locator {
    return this.panel.getByRole('listitem', { name: `Run ${id}`, exact: true })
  }

  /** A named figure of the page: what stands beside its name. */
  async fact(name: string): Promise<string> {
    return this.panel.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]').innerText()
  }

  /** Place of the selected track in the frame shown, as it stands in the fields. */
  async position(): Promise<{ x: number; y: number }> {
    const read = async (axis: string) => Number(await this.panel.getByRole('textbox', { name: `Position ${axis}` }).inputValue())
    return { x: await read('x'), y: await read('y') }
  }
}
