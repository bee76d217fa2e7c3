/**
 * The studio in a browser as a person meets it: everything is found by role and name. Composition, and what belongs to no single part.
 * Not here: canvas, timeline, inspector, dialogs (their own files).
 */
import type { Locator, Page } from 'playwright-core'
import { StudioCanvas } from './studioCanvas.ts'
import { StudioDialogs } from './studioDialogs.ts'
import { StudioInspector } from './studioInspector.ts'
import { StudioNetworks } from './studioNetworks.ts'
import { StudioTimeline } from './studioTimeline.ts'
import { StudioTracks } from './studioTracks.ts'

export class Studio {
  readonly page: Page
  readonly canvas: StudioCanvas
  readonly timeline: StudioTimeline
  readonly tracks: StudioTracks
  readonly inspector: StudioInspector
  readonly dialogs: StudioDialogs
  readonly networks: StudioNetworks

  constructor(page: Page) {
    this.page = page
    this.canvas = new StudioCanvas(page)
    this.timeline = new StudioTimeline(page)
    this.tracks = new StudioTracks(page)
    this.inspector = new StudioInspector(page)
    this.dialogs = new StudioDialogs(page)
    this.networks = new StudioNetworks(page)
  }

  /** Until a video is open and its picture is drawn. */
  async ready(): Promise<void> {
    await this.canvas.settled()
    await this.page.getByRole('slider', { name: 'Frame', exact: true }).waitFor()
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' })
  }

  get notices(): Locator {
    return this.page.getByRole('region', { name: 'Notices' })
  }

  /** Of the status bar: Saved, Saving…, Connection lost. */
  get saving(): Locator {
    return this.page.getByRole('status', { name: 'Saving' })
  }

  get job(): Locator {
    return this.page.getByRole('region', { name: 'Job' })
  }

  async saved(): Promise<void> {
    await this.saving.filter({ hasText: 'Saved' }).waitFor()
  }

  /** Finds a command in the palette and runs it. */
  async command(words: string): Promise<void> {
    await this.page.keyboard.press('Control+k')
    const dialog = this.page.getByRole('dialog', { name: 'Find a command' })
    await dialog.getByRole('combobox').fill(words)
    await this.page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
  }

  /** What undoing would take back, as the menu names it; null where nothing. */
  async undoName(): Promise<string | null> {
    await this.page.getByRole('menuitem', { name: 'Edit', exact: true }).click()
    const item = this.page.getByRole('menuitem', { name: /^Undo/ })
    const text = (await item.innerText()).split('\n')[0].trim()
    await this.page.keyboard.press('Escape')
    return text.startsWith('Undo: ') ? text.slice('Undo: '.length) : null
  }

  async dismissHints(): Promise<void> {
    for (const name of ['Scrub', 'Click', 'Drag']) await this.button(`Dismiss the hint: ${name}`).click()
  }
}
