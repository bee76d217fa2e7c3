/** The list of tracks. */
import type { Locator, Page } from 'playwright-core'

export class StudioTracks {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get region(): Locator {
    return this.page.getByRole('region', { name: 'Tracks', exact: true })
  }

  get rows(): Locator {
    return this.region.getByRole('grid', { name: 'List of tracks' }).getByRole('row')
  }

  row(name: string): Locator {
    return this.region.getByRole('row', { name, exact: true })
  }

  async names(): Promise<string[]> {
    return this.rows.evaluateAll(rows => rows.map(row => row.getAttribute('aria-label') ?? ''))
  }

  async select(...names: readonly string[]): Promise<void> {
    for (const [at, name] of names.entries())
      await this.row(name).getByRole('gridcell', { name, exact: true }).click(at > 0 ? { modifiers: ['Control'] } : {})
  }

  /** Selects a track wherever it stands in a long list. */
  async find(name: string): Promise<void> {
    const search = this.region.getByRole('searchbox', { name: 'Search tracks' })
    await search.fill(name)
    await this.select(name)
    await search.fill('')
  }
}
