/** The dialog of networks, and tracking with another tracker. */
import type { Locator, Page } from 'playwright-core'

export class StudioNetworks {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog', { name: 'Networks', exact: true })
  }

  row(title: string): Locator {
    return this.dialog.getByRole('listitem', { name: title, exact: true })
  }

  async close(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Close' }).last().click()
    await this.dialog.waitFor({ state: 'detached' })
  }

  /** Brings a file in; resolves with what its self-test found. */
  async add(path: string, role: 'Flow' | 'Depth' | 'Features' | 'Trackers'): Promise<string> {
    // Others of that name bring the file of one known network.
    await this.dialog.getByRole('button', { name: 'Add file…', exact: true }).last().click()
    const add = this.page.getByRole('dialog', { name: 'Add a network', exact: true })
    await add.getByRole('textbox', { name: 'File', exact: true }).fill(path)
    await add.getByRole('combobox', { name: 'What it is for' }).selectOption(role)
    await add.getByRole('button', { name: 'Add', exact: true }).click()
    const done = add.getByRole('button', { name: 'Done' })
    await done.waitFor()
    const found = await add.getByRole('status').innerText()
    await done.click()
    await add.waitFor({ state: 'detached' })
    return found
  }

  /** Agrees to the licence of a known network and downloads it from another address. */
  async download(title: string, mirror: string, sha256?: string): Promise<void> {
    await this.row(title).getByRole('button', { name: `Download ${title}…` }).click()
    const agree = this.page.getByRole('dialog', { name: `Download ${title}`, exact: true })
    await agree.getByRole('textbox', { name: 'Other address (optional)' }).fill(mirror)
    if (sha256) {
      await agree.getByText('Expect another hash').click()
      await agree.getByRole('textbox', { name: 'sha256 (optional)' }).fill(sha256)
    }
    await agree.getByRole('button', { name: 'Agree and download' }).click()
    await agree.waitFor({ state: 'detached' })
  }

  async remove(title: string): Promise<void> {
    await this.row(title).getByRole('button', { name: `Remove ${title}` }).click()
    await this.page.getByRole('dialog', { name: `Remove ${title}?` }).getByRole('button', { name: 'Remove', exact: true }).click()
  }

  /** Runs another tracker on all tracks; resolves when the page offers to compare. */
  async track(title: string): Promise<Locator> {
    const dialog = this.page.getByRole('dialog', { name: 'Track with another tracker' })
    await dialog.getByRole('radio', { name: title, exact: true }).check()
    await dialog.getByRole('button', { name: 'Track', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    const compare = this.page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Compare' })
    await compare.waitFor()
    return compare
  }
}
