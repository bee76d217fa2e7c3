/** The workspace's chrome over the fake studio as a test sees it: selectors live here alone. Not here: canvas, timeline, panels. */
import type { Locator, Page } from 'playwright-core'
import type { CommandId } from '../../../src/shared/commands.ts'
import type { RpcId, StudioEvent } from '../../../src/shared/rpc.ts'
import type { WholePageTests } from '../../page/entries/wholePage.tsx'

declare const window: { readonly tests: WholePageTests }

export class StudioWindow {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  ready(): Promise<void> {
    return this.page.waitForFunction(() => window.tests.document.getState().document !== null && window.tests.app.getState().info !== null).then(() => {})
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name })
  }

  separator(name: string): Locator {
    return this.page.getByRole('separator', { name })
  }

  get trackPanel(): Locator {
    return this.page.getByRole('complementary').filter({ has: this.page.getByRole('region', { name: 'Tracks', exact: true }) })
  }

  get job(): Locator {
    return this.page.getByRole('region', { name: 'Job' })
  }

  get notices(): Locator {
    return this.page.getByRole('region', { name: 'Notices' })
  }

  /** Finds a command in the palette and runs it. */
  async find(words: string): Promise<void> {
    await this.page.keyboard.press('Control+k')
    await this.dialog('Find a command').getByRole('combobox').fill(words)
    await this.page.keyboard.press('Enter')
    await this.dialog('Find a command').waitFor({ state: 'detached' })
  }

  /** A file is dropped on the window. */
  async drop(name: string, type: string): Promise<void> {
    await this.page.evaluate(([name, type]) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['content'], name, { type }))
      for (const kind of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }))
    }, [name, type] as const)
  }

  tell(...events: readonly StudioEvent[]): Promise<void> {
    return this.page.evaluate(events => events.forEach(event => window.tests.fake.tell(event)), events)
  }

  /** What the last request of this kind asked; waits for one after the first `after`. */
  async asked<T>(id: RpcId, after = 0): Promise<T> {
    await this.page.waitForFunction(([id, after]) => window.tests.fake.calls.filter(call => call.id === id).length > after, [id, after] as const)
    return this.page.evaluate(id => window.tests.fake.calls.findLast(call => call.id === id)!.params, id) as Promise<T>
  }

  count(id: RpcId): Promise<number> {
    return this.page.evaluate(id => window.tests.fake.calls.filter(call => call.id === id).length, id)
  }

  isOn(id: CommandId): Promise<boolean | undefined> {
    return this.page.evaluate(id => window.tests.isChecked(id), id)
  }
}
