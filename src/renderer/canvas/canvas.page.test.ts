import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readNumber } from '../../../test/builders/numberedFrames.ts'
import { seededNumbers } from '../../../test/builders/seededTracks.ts'
import { chromiumIsHere, startPage, type PageHarness } from '../../../test/page/harness.ts'

const clip = { width: 320, height: 240 }
/** What the picture is read at: ten pixels a cell of its pattern. */
const small = { width: 40, height: 30 }

/** The number that the picture on the canvas carries, read from its pixels, and the number it is labelled with. */
async function onCanvas(page: Page): Promise<{ seen: number | null; labelled: number; name: string }> {
  const { rgb, labelled, name } = await page.evaluate(({ width, height, small }) => {
    const place = document.querySelector<HTMLElement>('[role=application]')!
    // The first canvas is the layer of the picture.
    const layer = place.querySelector('canvas')!
    const ctx = new OffscreenCanvas(small.width, small.height).getContext('2d')!
    // The picture is fitted: 16 px of room at the sides that touch.
    const scale = Math.min((place.clientWidth - 32) / width, (place.clientHeight - 32) / height)
    const ratio = layer.width / place.clientWidth
    const [w, h] = [width * scale * ratio, height * scale * ratio]
    ctx.drawImage(layer, (layer.width - w) / 2, (layer.height - h) / 2, w, h, 0, 0, small.width, small.height)
    const { data } = ctx.getImageData(0, 0, small.width, small.height)
    return { rgb: Array.from(data).filter((_, k) => k % 4 < 3), labelled: Number(place.dataset.frame), name: place.getAttribute('aria-label')! }
  }, { ...clip, small })
  return { seen: readNumber(Uint8Array.from(rgb), small), labelled, name }
}

const goTo = (page: Page, frame: number) => page.evaluate(frame => window.tests.view.setState({ frame }), frame)
const shows = (page: Page, frame: number) => page.locator(`[role=application][data-frame="${frame}"][aria-busy=false]`).waitFor({ timeout: 60_000 })

describe.skipIf(!chromiumIsHere)('the canvas (needs /usr/bin/chromium)', () => {
  let harness: PageHarness
  beforeAll(async () => {
    harness = await startPage(fileURLToPath(new URL('../../../test/page/entries/canvasPage.tsx', import.meta.url)))
  })
  afterEach(() => harness?.closePages())
  afterAll(() => harness?.close())

  async function open(query = '', look: Parameters<PageHarness['open']>[0] = {}) {
    const opened = await harness.open({ query: `width=${clip.width}&height=${clip.height}&${query}`, ...look })
    await shows(opened.page, 0)
    return opened
  }
  /** Where a track is on the page, CSS px. */
  const placeOf = (page: Page, key: number, frame: number) =>
    page.evaluate(({ key, frame, width, height }) => {
      const { positions } = window.tests.document.getState().document!.tracks.get(key)!.path!
      const place = document.querySelector<HTMLElement>('[role=application]')!
      const scale = Math.min((place.clientWidth - 32) / width, (place.clientHeight - 32) / height)
      return { x: (place.clientWidth - width * scale) / 2 + positions[2 * frame] * scale, y: (place.clientHeight - height * scale) / 2 + positions[2 * frame + 1] * scale, scale }
    }, { key, frame, ...clip })

  test('the number on the picture is the number it is labelled with: seeks, steps, and a play-through', async () => {
    const { page, complaints } = await open('tracks=0&frames=120&fps=30')
    const random = seededNumbers(5)
    for (let k = 0; k < 25; k++) {
      const frame = Math.floor(random() * 120)
      await goTo(page, frame)
      await shows(page, frame)
      expect(await onCanvas(page)).toEqual({ seen: frame, labelled: frame, name: `Frame ${String(frame).padStart(5, '0')} of 00120` })
    }
    await goTo(page, 50)
    await page.getByRole('application').focus()
    for (const [key, by] of [['ArrowRight', 1], ['f', 1], ['ArrowLeft', -1], ['Shift+ArrowRight', 10], ['v', 10], ['c', -10]] as const) {
      const before = (await onCanvas(page)).labelled
      await shows(page, before)
      await page.keyboard.press(key)
      await shows(page, before + by)
      expect((await onCanvas(page)).seen).toBe(before + by)
    }
    await goTo(page, 0)
    await page.evaluate(() => window.tests.view.setState({ loop: false, speed: 0.5 }))
    await page.keyboard.press('Space')
    const seen: number[] = []
    while (await page.evaluate(() => window.tests.view.getState().playing)) {
      const { seen: number, labelled } = await onCanvas(page)
      expect(number).toBe(labelled)
      seen.push(labelled)
    }
    await shows(page, 119)
    expect((await onCanvas(page)).seen).toBe(119)
    expect([...seen].sort((a, b) => a - b)).toEqual(seen)
    expect(complaints).toEqual([])
  })

  test('until the wanted frame is there the last one stays, under its own number', async () => {
    const { page } = await open('tracks=0&frames=200')
    let let150Go = () => {}
    const held = new Promise<void>(resolve => (let150Go = resolve))
    await page.route(/frame=150&/, async route => {
      await held
      await route.continue()
    })
    await goTo(page, 150)
    await page.locator('[role=application][aria-busy=true]').waitFor()
    // The first frame, or one on the way that came meanwhile.
    const { seen, labelled, name } = await onCanvas(page)
    expect(seen).toBe(labelled)
    expect(seen).toBeLessThan(150)
    expect(name).toBe(`Frame ${String(seen).padStart(5, '0')} of 00200, loading 00150`)
    let150Go()
    await shows(page, 150)
    expect((await onCanvas(page)).seen).toBe(150)
  })

  test('a frame that cannot be had says so in its place, and comes when asked again', async () => {
    harness.broken.add(30)
    const { page } = await open('tracks=2&frames=60')
    await goTo(page, 30)
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toContain('Frame 30 cannot be shown')
    expect(await alert.textContent()).toContain('the picture is damaged')
    expect((await onCanvas(page)).seen).toBeNull()
    harness.broken.delete(30)
    await page.getByRole('button', { name: 'Try again' }).click()
    await shows(page, 30)
    expect((await onCanvas(page)).seen).toBe(30)
    expect(await alert.count()).toBe(0)
  })

  test('a drag at zoom 7.3 and two device pixels a pixel is one gesture, exact below a pixel', async () => {
    const { page, complaints } = await open('tracks=1&frames=40', { deviceScaleFactor: 2 })
    await goTo(page, 12)
    await shows(page, 12)
    const before = await placeOf(page, 1, 12)
    // By the wheel, about the point itself, so that it stays where it is. Playwright halves its travel at two device pixels a pixel.
    await page.mouse.move(before.x, before.y)
    await page.mouse.wheel(0, (-2 * Math.log(7.3 / before.scale)) / 0.0018)
    await page.getByRole('button', { name: 'Zoom 730 %' }).waitFor()
    await page.mouse.down()
    await page.mouse.move(before.x + 15, before.y + 4, { steps: 4 })
    await page.mouse.move(before.x + 37, before.y - 22, { steps: 4 })
    await page.mouse.up()
    await page.waitForFunction(() => window.tests.document.getState().document!.tracks.get(1)!.edits.keyframes.length === 1)
    const { gestures, at } = await page.evaluate(() => ({
      gestures: window.tests.fake.gestures, at: [...window.tests.document.getState().document!.tracks.get(1)!.edits.keyframes],
    }))
    expect(gestures).toHaveLength(1)
    const [gesture] = gestures
    if (gesture.kind !== 'setKeyframes') throw new Error(gesture.kind)
    expect(gesture.items).toMatchObject([{ key: 1, frame: 12 }])
    const scale = 7.3
    const moved = { x: gesture.items[0].x, y: gesture.items[0].y }
    const clipX = (before.x - (1024 - clip.width * before.scale) / 2) / before.scale
    const clipY = (before.y - (640 - clip.height * before.scale) / 2) / before.scale
    expect(moved.x).toBeCloseTo(clipX + 37 / scale, 2)
    expect(moved.y).toBeCloseTo(clipY - 22 / scale, 2)
    expect(at).toEqual([{ frame: 12, ...moved }])
    await harness.screenshot(page, 'canvas-zoomed')
    expect(complaints).toEqual([])
  })

  test('clicks select, Escape deselects, a locked track says that it is locked', async () => {
    const { page } = await open('tracks=10&frames=40')
    const selection = () => page.evaluate(() => [...window.tests.view.getState().selection])
    const two = await placeOf(page, 2, 0)
    await page.mouse.click(two.x + 2, two.y - 2)
    expect(await selection()).toEqual([2])
    const five = await placeOf(page, 5, 0)
    await page.keyboard.down('Shift')
    await page.mouse.click(five.x, five.y)
    await page.keyboard.up('Shift')
    expect(await selection()).toEqual([2, 5])
    await page.keyboard.press('Escape')
    expect(await selection()).toEqual([])
    const ten = await placeOf(page, 10, 0)
    await page.mouse.move(ten.x, ten.y)
    await page.mouse.down()
    await page.mouse.move(ten.x + 40, ten.y, { steps: 3 })
    await page.mouse.up()
    await page.getByText('Track 10 is locked').waitFor()
    expect(await page.evaluate(() => window.tests.fake.gestures.length)).toBe(0)
  })

  test('N and a click add a point where it was clicked, previewed before; N and Enter add one without a mouse', async () => {
    const { page, complaints } = await open('tracks=0&frames=40')
    await page.keyboard.press('n')
    await page.mouse.move(500, 300)
    await page.waitForFunction(() => window.tests.fake.calls.some(({ id }) => id === 'track.preview'))
    await page.mouse.click(500, 300)
    await page.waitForFunction(() => window.tests.document.getState().document!.order.length === 1)
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => window.tests.document.getState().document!.order.length === 2)
    const gestures = await page.evaluate(() => window.tests.fake.gestures)
    const scale = Math.min((1024 - 32) / 320, (640 - 32) / 240)
    if (gestures[0].kind !== 'addTracks' || gestures[1].kind !== 'addTracks') throw new Error('no points were added')
    expect(gestures[0].points[0].x).toBeCloseTo(160 + (500 - 512) / scale, 3)
    expect(gestures[0].points[0].y).toBeCloseTo(120 + (300 - 320) / scale, 3)
    expect(gestures[1].points).toEqual([{ frame: 0, x: 160, y: 120 }])
    // A new track is selected at once.
    expect(await page.evaluate(() => [...window.tests.view.getState().selection])).toEqual([2])
    expect(complaints).toEqual([])
  })

  test('the menu at the mouse means the track under it; controls are found by role and name', async () => {
    const { page, complaints } = await open('tracks=4&frames=40')
    const two = await placeOf(page, 2, 0)
    await page.mouse.click(two.x, two.y, { button: 'right' })
    await page.getByRole('menu', { name: 'Canvas' }).waitFor()
    await page.getByText('Track 2', { exact: true }).waitFor()
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => [...window.tests.view.getState().selection])).toEqual([2])
    await page.getByRole('button', { name: 'Brightness and contrast' }).click()
    await page.getByRole('slider', { name: 'Gamma' }).fill('2')
    await page.getByRole('button', { name: 'Reset' }).click()
    expect(await page.evaluate(() => window.tests.view.getState().gamma)).toBe(1)
    await page.keyboard.press('Escape')
    for (const name of ['Overlays', 'How tracks are shown']) {
      await page.getByRole('button', { name }).click()
      await page.keyboard.press('Escape')
    }
    await page.getByRole('button', { name: 'Loupe' }).click()
    await page.mouse.move(two.x + 20, two.y + 20)
    await page.locator('canvas.loupe:not([hidden])').waitFor()
    expect(complaints).toEqual([])
  })

  test('decoded frames stay within their budget', async () => {
    const { page } = await open('tracks=0&frames=150')
    const { most, decoded } = await page.evaluate(async () => {
      const counts = { live: 0, most: 0, decoded: 0 }
      const decode = window.createImageBitmap.bind(window)
      window.createImageBitmap = (async (blob: Blob) => {
        const bitmap = await decode(blob)
        const close = bitmap.close.bind(bitmap)
        counts.live += 1
        counts.decoded += 1
        counts.most = Math.max(counts.most, counts.live)
        bitmap.close = () => {
          counts.live -= 1
          close()
        }
        return bitmap
      }) as typeof window.createImageBitmap
      window.tests.fake.images.most = window.tests.fake.images.inFlight
      // 13 frames of 320 × 240.
      window.tests.view.setState({ frameCacheMb: 4 })
      for (let frame = 149; frame >= 0; frame -= 7) {
        window.tests.view.setState({ frame })
        const place = document.querySelector<HTMLElement>('[role=application]')!
        while (place.dataset.frame !== String(frame)) await new Promise(resolve => requestAnimationFrame(resolve))
      }
      return counts
    })
    expect(decoded).toBeGreaterThan(20)
    // Those held, and up to four that have come and make room first.
    expect(most).toBeLessThanOrEqual(13 + 4)
    expect(await page.evaluate(() => window.tests.fake.images.most)).toBeLessThanOrEqual(5)
  })

  test('without a video it says how one gets in', async () => {
    const { page, complaints } = await harness.open({ query: 'video=none' })
    await page.getByRole('heading', { name: 'No video yet' }).waitFor()
    await page.getByRole('button', { name: 'Add video…' }).waitFor()
    await harness.screenshot(page, 'canvas-empty')
    expect(complaints).toEqual([])
  })
})
