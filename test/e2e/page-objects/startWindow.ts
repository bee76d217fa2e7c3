/** The start window over the fake studio as a test sees it: selectors live here alone. */
import type { Locator, Page } from 'playwright-core'
import type { ErrorRecord } from '../../../src/shared/errors.ts'
import type { ProjectSummary, RpcId } from '../../../src/shared/rpc.ts'
import type { WholePageTests } from '../../page/entries/wholePage.tsx'

declare const window: { readonly tests: WholePageTests }

export class StartWindow {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** The server has these projects from now on; the window asks again as it does when it comes to the front. */
  async have(projects: readonly ProjectSummary[]): Promise<void> {
    await this.page.evaluate(projects => {
      window.tests.answer({ 'project.list': async () => projects })
    }, projects)
    await this.focus()
    const last = projects.at(-1)
    if (last) await this.row(last.name).waitFor()
    else await this.page.getByRole('heading', { name: 'No projects yet' }).waitFor()
  }

  async fail(id: RpcId, error: ErrorRecord): Promise<void> {
    await this.page.evaluate(([id, error]) => window.tests.fail(id, error), [id, error] as const)
  }

  /** The window comes to the front. */
  async focus(): Promise<void> {
    await this.page.evaluate(() => globalThis.dispatchEvent(new Event('focus')))
  }

  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByText(name, { exact: true }) })
  }

  /** Cells of each row, the project's own cell first; lines of a cell are separate strings. */
  async rows(): Promise<string[][][]> {
    const table = this.page.getByRole('table', { name: 'Projects' })
    await table.waitFor()
    return table.locator('tbody tr').evaluateAll(rows =>
      rows.map(row => [...row.querySelectorAll<HTMLElement>('th, td')].map(cell => cell.innerText.split('\n').map(line => line.trim()).filter(Boolean))),
    )
  }

  async names(): Promise<(string | undefined)[]> {
    return (await this.rows()).map(cells => cells[0]?.[0])
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name })
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name })
  }

  /** The last request of this kind; waits for one. */
  async asked<T>(id: RpcId): Promise<T> {
    await this.page.waitForFunction(id => window.tests.fake.calls.some(call => call.id === id), id)
    return this.page.evaluate(id => window.tests.fake.calls.findLast(call => call.id === id)!.params, id) as Promise<T>
  }

  /** A file is dropped on the window. */
  async drop(name: string, type: string): Promise<void> {
    await this.page.evaluate(([name, type]) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['not really a video'], name, { type }))
      for (const kind of ['dragenter', 'dragover', 'drop']) document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }))
    }, [name, type] as const)
  }
}
