/** The dialogs: new project, choosing a file, optimising, exporting, importing. */
import type { Locator, Page } from 'playwright-core'

export class StudioDialogs {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  named(title: string): Locator {
    return this.page.getByRole('dialog', { name: title, exact: true })
  }

  /** Makes a project from the start screen. */
  async newProject(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New project…' }).first().click()
    const dialog = this.named('New project')
    await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
    await dialog.getByRole('button', { name: 'Create' }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  /** Types a path into the open file picker. */
  async choosePath(title: string, path: string): Promise<void> {
    const dialog = this.named(title)
    await dialog.getByRole('textbox', { name: 'Path' }).fill(path)
    await dialog.getByRole('textbox', { name: 'Path' }).press('Enter')
    await dialog.waitFor({ state: 'detached' })
  }

  /** Starts a fit from its dialog, with advanced settings where given. */
  async optimise(preset: 'Draft' | 'Standard' | 'Fine', settings: { readonly steps?: number; readonly longSide?: number; readonly supervision?: 'Installed networks' } = {}): Promise<void> {
    await this.page.getByRole('button', { name: 'Optimise…' }).first().click()
    const dialog = this.named('Optimise')
    await dialog.getByRole('radio', { name: preset }).check()
    if (settings.supervision) await dialog.getByRole('combobox', { name: 'Supervision' }).selectOption(settings.supervision)
    const fields = { Steps: settings.steps, 'Long side': settings.longSide }
    if (Object.values(fields).some(value => value !== undefined)) await dialog.getByText('Advanced', { exact: true }).click()
    for (const [name, value] of Object.entries(fields)) {
      if (value === undefined) continue
      const field = dialog.getByLabel(name)
      await field.fill(String(value))
      await field.press('Tab')
    }
    await dialog.getByRole('button', { name: /^(Start|Add to the queue)$/ }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  /** Writes a file through the dialog Export; resolves when it is there. Leaves the dialog open. */
  async export(format: string | RegExp, path: string): Promise<Locator> {
    await this.page.getByRole('button', { name: 'Export…' }).first().click()
    const dialog = this.named('Export')
    const select = dialog.getByRole('combobox', { name: 'Format' })
    const labels = await select.getByRole('option').allInnerTexts()
    const label = labels.find(text => (typeof format === 'string' ? text === format : format.test(text)))
    if (!label) throw new Error(`no format like ${format} among ${labels.join(', ')}`)
    await select.selectOption({ label })
    await dialog.getByRole('textbox', { name: 'File' }).fill(path)
    await dialog.getByRole('button', { name: /^(Export|Replace the file)$/ }).click()
    await dialog.getByRole('status').filter({ hasText: 'Written to' }).waitFor()
    return dialog
  }

  async importTracks(path: string, as: 'Ground truth' | 'Another annotator' | 'Tracks of this project'): Promise<void> {
    const dialog = this.named('Import tracks')
    await dialog.getByRole('textbox', { name: 'File' }).fill(path)
    await dialog.getByRole('radio', { name: as }).check()
    await dialog.getByRole('button', { name: 'Import' }).click()
    await this.named('Tracks imported').waitFor()
  }
}
