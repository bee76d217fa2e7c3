/** The timeline in a real browser: what a person does with mouse and keys, and which gestures come of it. */
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chromiumIsHere, startPage, type PageHarness } from './harness.ts'

const LANE_PX = 20

/** What a test does, in words of the timeline. */
class TimelinePage {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }
  get ruler() {
    return this.page.getByRole('slider', { name: 'Frame', exact: true })
  }
  xOf(frame: number): Promise<number> {
    return this.page.evaluate(at => window.timeline.xOf(at), frame)
  }
  /** Middle of a lane, counted among all of them. */
  async yOf(lane: number): Promise<number> {
    const top = await this.page.evaluate(() => document.querySelector('.lanes')!.getBoundingClientRect().top - window.timeline.store.getState().topPx)
    return top + (lane + 0.5) * LANE_PX
  }
  frame(): Promise<number> {
    return this.page.evaluate(() => window.tests.view.getState().frame)
  }
  gestures(): Promise<unknown[]> {
    return this.page.evaluate(() => window.tests.fake.gestures)
  }
  selection(): Promise<number[]> {
    return this.page.evaluate(() => [...window.tests.view.getState().selection])
  }
  /** Drags over lanes × frames, from the middle of one cell to the middle of another. */
  async drag(from: { frame: number; lane: number }, to: { frame: number; lane: number }, key?: 'Shift') {
    if (key) await this.page.keyboard.down(key)
    await this.page.mouse.move(await this.xOf(from.frame + 0.5), await this.yOf(from.lane))
    await this.page.mouse.down()
    await this.page.mouse.move(await this.xOf(to.frame + 0.5), await this.yOf(to.lane), { steps: 5 })
    await this.page.mouse.up()
    if (key) await this.page.keyboard.up(key)
  }
}

describe.skipIf(!chromiumIsHere)('the timeline (needs /usr/bin/chromium)', () => {
  let harness: PageHarness
  const complaints: string[] = []
  beforeAll(async () => {
    harness = await startPage(fileURLToPath(new URL('./entries/timeline.tsx', import.meta.url)))
  })
  afterEach(() => harness?.closePages())
  afterAll(async () => {
    await harness?.close()
    expect(complaints).toEqual([])
  })

  async function open(query: string, look = {}): Promise<TimelinePage> {
    const opened = await harness.open({ query, ...look })
    // Reading pixels back is these tests' own doing.
    opened.page.on('close', () => complaints.push(...opened.complaints.filter(text => !text.includes('readback'))))
    await opened.page.waitForFunction(() => window.timeline.store.getState().axis.widthPx > 1)
    return new TimelinePage(opened.page)
  }

  test('scrubbing shows every frame that the mouse passes, and says which', async () => {
    const timeline = await open('tracks=5&frames=40')
    const { page } = timeline
    await page.evaluate(() => {
      const shown: number[] = []
      Object.assign(window, { shown })
      window.tests.view.subscribe((view, before) => view.frame !== before.frame && shown.push(view.frame))
    })
    const y = (await timeline.ruler.boundingBox())!.y + 8
    await page.mouse.move(await timeline.xOf(3.5), y)
    await page.mouse.down()
    for (let frame = 4; frame < 20; frame++) await page.mouse.move(await timeline.xOf(frame + 0.5), y)
    // Far beyond the end: the last frame; the button is still held.
    await page.mouse.move(5000, y)
    await page.mouse.up()
    const expected = [...Array.from({ length: 17 }, (_, k) => k + 3), 39]
    expect(await page.evaluate(() => (window as unknown as { shown: number[] }).shown)).toEqual(expected)
    expect(await timeline.ruler.getAttribute('aria-valuenow')).toBe('39')
    expect(await timeline.ruler.getAttribute('aria-valuetext')).toBe('Frame 00039 of 00040, 1.63 s')
    expect(await page.getByRole('textbox', { name: 'Current frame' }).inputValue()).toBe('00039')
    expect(await timeline.gestures()).toEqual([])
    await page.close()
  })

  test('a frame is gone to by its number, by keys of the ruler and by the dialog', async () => {
    const timeline = await open('tracks=5&frames=40')
    const { page } = timeline
    await page.getByRole('textbox', { name: 'Current frame' }).fill('12')
    await page.keyboard.press('Enter')
    expect(await timeline.frame()).toBe(12)
    await timeline.ruler.focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('PageUp')
    expect(await timeline.frame()).toBe(23)
    await page.keyboard.press('g')
    const dialog = page.getByRole('dialog', { name: 'Go to frame' })
    await dialog.getByRole('textbox').fill('40')
    await page.keyboard.press('Enter')
    await dialog.getByText('Enter a whole number from 0 to 39.').waitFor()
    await dialog.getByRole('textbox').fill('31')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    expect(await timeline.frame()).toBe(31)
    await page.close()
  })

  test('a marquee over lanes and frames becomes one gesture and one step of undo, its label a toggle', async () => {
    const timeline = await open('tracks=8&frames=40')
    const { page } = timeline
    await timeline.drag({ frame: 10, lane: 1 }, { frame: 19, lane: 3 }, 'Shift')
    const toolbar = page.getByRole('toolbar', { name: 'Marked cells' })
    await toolbar.getByRole('button', { name: 'Occluded' }).click()
    const spans = [2, 3, 4].map(key => ({ key, first: 10, last: 19 }))
    expect(await timeline.gestures()).toEqual([{ kind: 'setLabels', spans, label: 'occluded' }])
    await page.waitForFunction(() => window.tests.document.getState().document!.history.undo === 'setLabels')
    expect(await page.evaluate(() => window.tests.document.getState().document!.tracks.get(3)!.edits.labels)).toEqual([{ kind: 'occluded', first: 10, last: 19 }])
    await page.keyboard.press('q')
    expect((await timeline.gestures()).at(-1)).toEqual({ kind: 'setLabels', spans, label: null })
    expect(await timeline.gestures()).toHaveLength(2)
    await page.close()
  })

  test('a drag beside the lanes marks too; a press on a lane selects its track and scrubs', async () => {
    const timeline = await open('tracks=4&frames=40')
    await timeline.drag({ frame: 30, lane: 6 }, { frame: 25, lane: 2 })
    expect(await timeline.page.evaluate(() => window.tests.view.getState().laneSelection)).toEqual({ keys: [3, 4], first: 25, last: 30 })
    expect(await timeline.selection()).toEqual([3, 4])
    await timeline.drag({ frame: 8, lane: 1 }, { frame: 14, lane: 3 })
    expect(await timeline.selection()).toEqual([2])
    expect(await timeline.frame()).toBe(14)
    expect(await timeline.page.evaluate(() => window.tests.view.getState().laneSelection)).toBeNull()
    await timeline.page.close()
  })

  test('an end of a label is dragged in one gesture; Escape takes the drag back; a locked track keeps its own', async () => {
    const timeline = await open('tracks=32&frames=40&height=500')
    const { page } = timeline
    // Every fourth track has frames 3 to 6 labelled occluded; track 32 is locked.
    const dragEnd = async (lane: number, to: number, cancel = false) => {
      await page.mouse.move((await timeline.xOf(7)) - 1, await timeline.yOf(lane))
      await page.mouse.down()
      await page.mouse.move((await timeline.xOf(to + 1)) - 1, await timeline.yOf(lane), { steps: 4 })
      if (cancel) await page.keyboard.press('Escape')
      await page.mouse.up()
    }
    await dragEnd(3, 11, true)
    expect(await timeline.gestures()).toEqual([])
    await dragEnd(3, 11)
    expect(await timeline.gestures()).toEqual([{ kind: 'setLabels', label: 'occluded', spans: [{ key: 4, first: 7, last: 11 }] }])
    await page.evaluate(() => window.tests.view.setState({ selection: new Set([32]) }))
    await page.waitForFunction(() => window.timeline.store.getState().topPx > 0)
    await dragEnd(31, 11)
    expect(await timeline.gestures()).toHaveLength(1)
    await page.close()
  })

  test('keys label, set keyframes and jump on the selected track; labels are copied and pasted in one step', async () => {
    const timeline = await open('tracks=8&frames=40')
    const { page } = timeline
    await page.evaluate(() => window.tests.view.setState({ selection: new Set([3]), frame: 5 }))
    await page.keyboard.press('.')
    expect(await timeline.frame()).toBe(20)
    await page.keyboard.press('k')
    expect(await timeline.gestures()).toEqual([{ kind: 'removeKeyframes', spans: [{ key: 3, first: 20, last: 20 }] }])
    await page.evaluate(() => window.tests.view.setState({ selection: new Set([4]) }))
    await page.keyboard.press('Control+c')
    await page.evaluate(() => window.tests.view.setState({ selection: new Set([3]) }))
    await page.keyboard.press('Control+v')
    await page.waitForFunction(() => window.tests.document.getState().document!.tracks.get(3)!.edits.labels.length === 1)
    expect(await page.evaluate(() => window.tests.document.getState().document!.tracks.get(3)!.edits.labels)).toEqual([{ kind: 'occluded', first: 3, last: 6 }])
    expect(await timeline.gestures()).toHaveLength(2)
    await page.close()
  })

  test('Ctrl and the wheel zoom where the mouse is, Alt and the wheel step', async () => {
    const timeline = await open('tracks=5&frames=400')
    const { page } = timeline
    const x = Math.round(await timeline.xOf(300.5))
    await page.mouse.move(x, await timeline.yOf(1))
    await page.keyboard.down('Control')
    for (let k = 0; k < 6; k++) await page.mouse.wheel(0, -100)
    await page.keyboard.up('Control')
    await page.waitForFunction(() => window.timeline.store.getState().axis.pxPerFrame > 12)
    expect(Math.abs((await timeline.xOf(300.5)) - x)).toBeLessThan(2)
    await page.keyboard.down('Alt')
    await page.mouse.wheel(0, 100)
    await page.keyboard.up('Alt')
    await page.waitForFunction(() => window.tests.view.getState().frame === 1)
    await page.close()
  })

  test('markers are set, named by a double click, and part of the document', async () => {
    const timeline = await open('tracks=3&frames=40')
    const { page } = timeline
    await page.evaluate(() => window.tests.view.setState({ frame: 17 }))
    await page.getByRole('button', { name: 'Set or clear marker' }).click()
    await page.getByRole('button', { name: 'Marker at frame 00017' }).dblclick()
    await page.getByRole('textbox', { name: 'Name of the marker at frame 00017' }).fill('cup lands')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Marker at frame 00017: cup lands' }).waitFor()
    expect(await timeline.gestures()).toEqual([{ kind: 'setMarkers', markers: [{ frame: 17, text: '' }] }, { kind: 'setMarkers', markers: [{ frame: 17, text: 'cup lands' }] }])
    await page.close()
  })

  test('of 1,000 tracks over 1,000 frames only the lanes in view are there, to the last one', async () => {
    const timeline = await open('tracks=1000&frames=1000')
    const { page } = timeline
    const rows = page.getByRole('grid', { name: 'Lanes' }).getByRole('row')
    await rows.first().waitFor()
    expect(await rows.count()).toBeLessThan(20)
    await page.evaluate(() => (document.querySelector('.timeline-scroller')!.scrollTop = 1e6))
    await page.getByRole('row', { name: 'Track 1000' }).waitFor()
    expect(await rows.count()).toBeLessThan(20)
    await page.evaluate(() => window.tests.view.setState({ selection: new Set([500]) }))
    await page.getByRole('row', { name: 'Track 500', selected: true }).waitFor()
    await page.close()
  })

  test('a frame shown outside the view is scrolled to', async () => {
    const timeline = await open('tracks=3&frames=1000')
    const { page } = timeline
    await page.getByRole('button', { name: 'Show less time' }).click({ clickCount: 1 })
    await page.getByRole('button', { name: 'Show less time' }).click()
    await page.evaluate(() => window.tests.view.setState({ frame: 990 }))
    await page.waitForFunction(() => window.timeline.xOf(990) < innerWidth)
    expect(await timeline.xOf(990)).toBeGreaterThan(180)
    await page.close()
  })

  test('each state has a form of its own, whatever its colour', async () => {
    const timeline = await open('tracks=1&frames=40')
    const { page } = timeline
    // Ten frames each: visible, occluded, out of frame, unlabelled; the query stands among the last.
    await page.evaluate(() => {
      const { fake, document: store } = window.tests
      const { project, video, revision, history, tracks } = store.getState().document!
      const view = tracks.get(1)!
      const states = Uint8Array.from({ length: 40 }, (_, frame) => Math.floor(frame / 10))
      const path = { positions: new Float32Array(80), states, uncertainty: new Float32Array(40), source: 'field' as const }
      const query = { frame: 36, x: 9, y: 9 }
      fake.tell({ kind: 'document', project, video, change: { revision: revision + 1, history, removed: [], tracks: [{ record: { ...view.record, query }, edits: { keyframes: [], labels: [] }, path }] } })
    })
    await page.waitForFunction(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))))
    /** Of the lane's first 19 rows, those with ink in frames first..last; and the share of columns with ink. */
    const ink = (first: number, last: number) =>
      page.evaluate(
        ([from, to]) => {
          const canvas = document.querySelector<HTMLCanvasElement>('.lanes canvas')!
          const left = Math.ceil(window.timeline.xOf(from) - canvas.getBoundingClientRect().left) + 1
          const right = Math.floor(window.timeline.xOf(to + 1) - canvas.getBoundingClientRect().left) - 1
          const { data } = canvas.getContext('2d')!.getImageData(left, 0, right - left, 18)
          const hasInk = (x: number, y: number) => data[4 * (y * (right - left) + x) + 3] > 100
          const rows = Array.from({ length: 18 }, (_, y) => y).filter(y => Array.from({ length: right - left }, (_, x) => x).some(x => hasInk(x, y)))
          const columns = Array.from({ length: right - left }, (_, x) => x).filter(x => rows.some(y => hasInk(x, y)))
          return { rows, share: columns.length / (right - left) }
        },
        [first, last] as const,
      )
    const visible = await ink(2, 7)
    const occluded = await ink(12, 17)
    const outside = await ink(22, 27)
    expect(visible.rows.length).toBeGreaterThan(0)
    expect(visible.rows.length).toBeLessThanOrEqual(3)
    expect(visible.share).toBe(1)
    expect(occluded.rows.length).toBeGreaterThanOrEqual(8)
    // Dots, below the line of visible frames.
    expect(outside.share).toBeGreaterThan(0.2)
    expect(outside.share).toBeLessThan(0.8)
    expect(Math.min(...outside.rows)).toBeGreaterThan(Math.max(...visible.rows))
    expect((await ink(31, 34)).rows).toEqual([])
    expect((await ink(36, 36)).rows.length).toBeGreaterThanOrEqual(8)
    await page.close()
  })

  test('the context menu works on the track and frame under the mouse', async () => {
    const timeline = await open('tracks=6&frames=40')
    const { page } = timeline
    await page.mouse.click(await timeline.xOf(21.5), await timeline.yOf(2), { button: 'right' })
    await page.getByRole('menuitemcheckbox', { name: 'Out of frame' }).click()
    expect(await timeline.selection()).toEqual([3])
    expect(await timeline.frame()).toBe(21)
    expect(await timeline.gestures()).toEqual([{ kind: 'setLabels', spans: [{ key: 3, first: 21, last: 21 }], label: 'outOfFrame' }])
    await page.close()
  })

  test('is drawn anew when the theme changes', async () => {
    const timeline = await open('tracks=2&frames=40')
    const { page } = timeline
    const ground = () => page.evaluate(() => [...document.querySelector<HTMLCanvasElement>('.timeline-head canvas')!.getContext('2d')!.getImageData(2, 2, 1, 1).data.slice(0, 3)])
    await page.waitForFunction(() => document.querySelector<HTMLCanvasElement>('.timeline-head canvas')!.getContext('2d')!.getImageData(2, 2, 1, 1).data[3] === 255)
    const dark = await ground()
    await page.emulateMedia({ colorScheme: 'light' })
    await page.waitForFunction(() => document.querySelector<HTMLCanvasElement>('.timeline-head canvas')!.getContext('2d')!.getImageData(2, 2, 1, 1).data[0] > 200)
    expect(Math.max(...dark)).toBeLessThan(80)
    await page.close()
  })
})
