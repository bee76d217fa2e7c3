/** Ways of looking at the picture, read back from the canvas in a real browser. Not here: frames, tools (canvas.page.test.ts). */
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chromiumIsHere, startPage, type PageHarness } from '../../../test/page/harness.ts'
import type { DocumentChange } from '../../shared/studio/document.ts'

const shows = (page: Page, frame: number) => page.locator(`[role=application][data-frame="${frame}"][aria-busy=false]`).waitFor({ timeout: 60_000 })

/** A sum over all pixels of a layer (0 picture, 1 tracks): differs where what is drawn does. */
const inkOf = (page: Page, layer: number) =>
  page.evaluate(layer => {
    const canvas = document.querySelectorAll<HTMLCanvasElement>('[role=application] .canvas-stage canvas')[layer]
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    let sum = 0
    for (let k = 0; k < data.length; k++) sum = (sum * 31 + data[k]) % 1_000_003
    return sum
  }, layer)

/** Waits until the layer is drawn otherwise than `before`. */
async function changes(page: Page, layer: number, before: number): Promise<number> {
  await expect.poll(() => inkOf(page, layer), { timeout: 30_000 }).not.toBe(before)
  return inkOf(page, layer)
}

describe.skipIf(!chromiumIsHere)('looking at the picture (needs /usr/bin/chromium)', () => {
  let harness: PageHarness
  beforeAll(async () => {
    harness = await startPage(fileURLToPath(new URL('../../../test/page/entries/canvasPage.tsx', import.meta.url)))
  })
  afterEach(() => harness?.closePages())
  afterAll(() => harness?.close())

  async function open(query: string): Promise<Page> {
    const { page } = await harness.open({ query: `width=320&height=240&${query}` })
    await shows(page, 0)
    return page
  }

  test('onion skin blends the neighbours in, and only while it is on', async () => {
    const page = await open('tracks=0&frames=40')
    await page.evaluate(() => window.tests.view.setState({ frame: 12 }))
    await shows(page, 12)
    const plain = await inkOf(page, 0)
    await page.evaluate(() => window.tests.view.setState({ onion: true }))
    await changes(page, 0, plain)
    await page.evaluate(() => window.tests.view.setState({ onion: false }))
    await expect.poll(() => inkOf(page, 0), { timeout: 30_000 }).toBe(plain)
  })

  test('an overlay is fetched for the frame and laid over it', async () => {
    const page = await open('tracks=0&frames=40')
    const plain = await inkOf(page, 0)
    const asked = page.waitForRequest(/frame=0&kind=depth/, { timeout: 30_000 })
    await page.evaluate(() => window.tests.view.setState({ overlay: 'depth', overlayOpacity: 1 }))
    await asked
    await changes(page, 0, plain)
    await page.evaluate(() => window.tests.view.setState({ overlay: 'none' }))
    await expect.poll(() => inkOf(page, 0), { timeout: 30_000 }).toBe(plain)
  })

  test('follow mode keeps the selected track in the middle', async () => {
    const page = await open('tracks=6&frames=40')
    await page.evaluate(() => window.tests.view.setState({ selection: new Set([2]), frame: 0 }))
    await page.evaluate(() => window.tests.view.setState({ follow: true }))
    await page.evaluate(() => window.tests.view.setState({ frame: 15 }))
    await shows(page, 15)
    // Nothing but the track under the middle of the canvas: a press there means it.
    await page.mouse.click(512, 320, { button: 'right' })
    const menu = page.getByRole('menu', { name: 'Canvas' })
    await menu.waitFor()
    expect(await menu.getByText('Track 2', { exact: true }).count()).toBe(1)
  })

  test('another annotator is drawn where they differ: a line for a position, a ring for what only one of them sees', async () => {
    const page = await open('tracks=12&frames=40')
    /** Pixels of the colour of disagreement on the layer of tracks. */
    const red = () =>
      page.evaluate(() => {
        const canvas = document.querySelectorAll<HTMLCanvasElement>('[role=application] .canvas-stage canvas')[1]
        const wanted = getComputedStyle(document.querySelector('[role=application]')!).getPropertyValue('--error').trim()
        const probe = new OffscreenCanvas(1, 1).getContext('2d')!
        probe.fillStyle = wanted
        probe.fillRect(0, 0, 1, 1)
        const [r, g, b] = probe.getImageData(0, 0, 1, 1).data
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
        let count = 0
        for (let k = 0; k < data.length; k += 4) {
          if (data[k + 3] > 200 && Math.abs(data[k] - r) + Math.abs(data[k + 1] - g) + Math.abs(data[k + 2] - b) < 90) count++
        }
        return count
      })
    /** As the server tells of a change. */
    const tell = (change: Partial<DocumentChange>) =>
      page.evaluate(change => {
        const { fake, document: store } = window.tests
        const { project, video, revision, history } = store.getState().document!
        fake.tell({ kind: 'document', project, video, change: { revision: revision + 1, history, removed: [], tracks: [], ...change } })
      }, change)
    // Every fourth track of the other's is 14 px off in the second half.
    const far = await page.evaluate(() => {
      const { tracks } = window.tests.document.getState().document!
      return Array.from({ length: 20 }, (_, k) => 20 + k).find(frame => [4, 8, 12].some(key => tracks.get(key)!.path!.states[frame] === 0))!
    })
    await page.evaluate(frame => window.tests.view.setState({ frame, trails: false, reference: 1 }), far)
    await shows(page, far)
    await expect.poll(red, { timeout: 30_000 }).toBeGreaterThan(0)
    const differing = await red()
    await tell({ decisions: [4, 8, 12].map(key => ({ reference: 1, key, first: 0, last: 39, verdict: 'rejected' as const })) })
    await expect.poll(red, { timeout: 30_000 }).toBeLessThan(differing - 15)
    const decided = await red()
    // A track that both see, and that we then call occluded.
    const { label, record } = await page.evaluate(frame => {
      const seen = [...window.tests.document.getState().document!.tracks.values()].find(({ record, path }) => record.key % 4 !== 0 && path!.states[frame] === 0)!
      return { label: { kind: 'occluded' as const, first: frame, last: frame }, record: seen.record }
    }, far)
    await page.evaluate(({ key, label }) => {
      const { fake, document: store } = window.tests
      const { project, video, revision, history, tracks } = store.getState().document!
      const view = tracks.get(key)!
      fake.tell({ kind: 'document', project, video, change: { revision: revision + 1, history, removed: [], tracks: [{ ...view, edits: { keyframes: [], labels: [label] } }] } })
    }, { key: record.key, label })
    await expect.poll(red, { timeout: 30_000 }).toBeGreaterThan(decided + 15)
    await harness.screenshot(page, 'canvas-reference')
  })
})
