import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { readNumber, writeNumberedClip } from '../../builders/numberedFrames.ts'
import { chromiumIsHere, startSpec, type StudioSpec } from '../../builders/servedStudio.ts'
import { Studio } from '../page-objects/studio.ts'

const FRAMES = 120

describe.skipIf(!chromiumIsHere)('the frame on the screen is the frame whose number is shown (needs /usr/bin/chromium)', () => {
  let spec: StudioSpec
  let page: Page
  let studio: Studio
  let complaints: string[]
  beforeAll(async () => {
    spec = await startSpec()
    const clip = join(spec.folder, 'numbers.mp4')
    const project = join(spec.folder, 'numbers.tapline')
    await writeNumberedClip(clip, { frames: FRAMES })
    await spec.tapline('import', clip, '--project', project)
    const { url } = await spec.serve({ project });
    ({ page, complaints } = await spec.chromium.open(url))
    studio = new Studio(page)
    studio.canvas.sized(128, 96)
    await studio.ready()
    await studio.dismissHints()
  })
  afterAll(() => spec?.close())
  beforeEach(() => () => expect(complaints).toEqual([]))

  /** The number in the picture's own pattern; the one that it is said to be. */
  async function numbers() {
    const said = await studio.canvas.settled()
    const { width, height, rgb } = await studio.canvas.pixels()
    return { said, shown: await studio.timeline.frame(), drawn: readNumber(rgb, { width, height }) }
  }

  test('after going to frames here and there', async () => {
    // Far apart, back and forth, and the last two.
    for (const frame of [1, 77, 3, 119, 64, 63, 100, 0, 118]) {
      await studio.timeline.goTo(frame)
      expect(await numbers()).toEqual({ said: frame, shown: frame, drawn: frame })
    }
  })

  test('after steps of one and of ten, by keys and by buttons', async () => {
    await studio.timeline.goTo(40)
    let frame = 40
    const steps: readonly (readonly [() => Promise<void>, number])[] = [
      [() => page.keyboard.press('ArrowRight'), 1],
      [() => page.keyboard.press('f'), 1],
      [() => page.keyboard.press('Shift+ArrowLeft'), -10],
      [() => page.keyboard.press('d'), -1],
      [() => studio.timeline.button('Next frame').click(), 1],
      [() => page.keyboard.press('v'), 10],
    ]
    for (const [step, by] of steps) {
      await step()
      frame += by
      await studio.canvas.showing(frame)
      expect(await numbers()).toEqual({ said: frame, shown: frame, drawn: frame })
    }
  })

  test('while the ruler is dragged over', async () => {
    const y = await studio.timeline.rulerY()
    await page.mouse.move(await studio.timeline.xOf(5), y)
    await page.mouse.down()
    for (const frame of [5, 6, 30, 31, 90, 89, 20]) {
      await page.mouse.move(await studio.timeline.xOf(frame), y)
      await studio.canvas.showing(frame)
      expect(await numbers()).toEqual({ said: frame, shown: frame, drawn: frame })
    }
    await page.mouse.up()
  })

  test('after playing, where it was paused', async () => {
    await studio.timeline.goTo(10)
    for (let round = 0; round < 3; round++) {
      const before = await studio.timeline.frame()
      await page.keyboard.press('Space')
      await expect.poll(() => studio.timeline.frame()).not.toBe(before)
      await page.keyboard.press('Space')
      await studio.timeline.button('Play').waitFor()
      const { said, shown, drawn } = await numbers()
      expect([shown, drawn]).toEqual([said, said])
    }
  })

  test('with the mouse wheel and Alt, over the picture', async () => {
    await studio.timeline.goTo(50)
    await studio.canvas.hover({ x: 64, y: 48 })
    await page.keyboard.down('Alt')
    await page.mouse.wheel(0, 40)
    await page.keyboard.up('Alt')
    await studio.canvas.showing(51)
    expect(await numbers()).toEqual({ said: 51, shown: 51, drawn: 51 })
  })
})
