import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openSecondWindow, type SecondWindow } from '../../builders/secondWindow.ts'
import { chromiumIsHere, startSpec, type StudioSpec } from '../../builders/servedStudio.ts'
import { SCENE, smallScene, type SmallScene } from '../../builders/smallScene.ts'
import { Studio } from '../page-objects/studio.ts'

describe.skipIf(!chromiumIsHere)('without a mouse (needs /usr/bin/chromium)', () => {
  let spec: StudioSpec
  let scene: SmallScene
  let page: Page
  let studio: Studio
  let complaints: string[]
  let second: SecondWindow
  beforeAll(async () => {
    spec = await startSpec()
    scene = await smallScene(spec, 'parallax', 4)
    // Known to the user's list of projects; the page starts without one.
    const { url } = await spec.serve({ project: scene.project })
    second = await openSecondWindow(url);
    ({ page, complaints } = await spec.chromium.open(url.replace(/#.*/, '')))
    studio = new Studio(page)
    studio.canvas.sized(SCENE.width, SCENE.height)
  }, 240_000)
  afterAll(async () => {
    second?.close()
    await spec?.close()
  })
  beforeEach(() => () => expect(complaints).toEqual([]))

  const stored = () => second.document({ project: scene.project, video: 1 })
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  /** Tab until the focus is on something of this name. */
  async function tabTo(name: string | RegExp, most = 60): Promise<void> {
    for (let count = 0; count < most; count++) {
      await press('Tab')
      const focused = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '')
      if (typeof name === 'string' ? focused.trim() === name : name.test(focused)) return
    }
    throw new Error(`${most} times Tab did not lead to ${name}`)
  }

  test('a project is opened, a track made, followed, corrected, labelled and named', async () => {
    await page.getByRole('table', { name: 'Projects' }).waitFor()
    await tabTo(/parallax-4/)
    await press('Enter')
    await studio.ready()
    await studio.inspector.region.waitFor()
    await press('n', 'Alt+ArrowRight', 'Alt+ArrowDown', 'Enter')
    await expect.poll(async () => (await stored()).tracks.length).toBe(1)
    const { record } = (await stored()).tracks[0]
    expect(record.query.x).toBeGreaterThan(SCENE.width / 2)
    expect(record.query.y).toBeGreaterThan(SCENE.height / 2)
    await expect.poll(async () => (await stored()).tracks[0].path?.source, { timeout: 100_000 }).toBe('flow')
    await press('a', 'ArrowDown')
    await expect.poll(() => studio.tracks.row('1').getAttribute('aria-selected')).toBe('true')
    await press('Shift+ArrowRight')
    await studio.canvas.showing(10)
    const at = async () => (await stored()).tracks[0].path!.positions.slice(20, 22)
    const [x, y] = await at()
    await page.keyboard.down('Alt')
    await press('ArrowRight', 'ArrowRight', 'ArrowDown')
    await page.keyboard.up('Alt')
    await expect.poll(async () => (await stored()).tracks[0].edits.keyframes.map(({ frame }) => frame)).toEqual([0, 10])
    const nudged = (await stored()).tracks[0].edits.keyframes[1]
    expect(nudged.x).toBeGreaterThan(x)
    expect(nudged.y).toBeGreaterThan(y)
    await press('f', 'q')
    await expect.poll(async () => (await stored()).tracks[0].edits.labels).toEqual([{ kind: 'occluded', first: 11, last: 11 }])
    await press('F2')
    await page.keyboard.type('corner')
    await press('Enter')
    await expect.poll(async () => (await stored()).tracks[0].record.name).toBe('corner')
    await press('Control+z', 'Control+z')
    await expect.poll(async () => (await stored()).tracks[0].edits.labels).toEqual([])
    await studio.saved()
  })

  test('the palette finds commands by words, and runs them', async () => {
    await studio.command('magnifier')
    await expect.poll(() => studio.button('Loupe').getAttribute('aria-pressed')).toBe('true')
    await studio.command('go to frame')
    const dialog = studio.dialogs.named('Go to frame')
    await dialog.waitFor()
    await page.keyboard.type('21')
    await press('Enter')
    await studio.canvas.showing(21)
  })

  test('a key that was changed stays changed after loading the page again', async () => {
    await press('F1')
    const keys = studio.dialogs.named('Keys')
    await keys.getByRole('searchbox').fill('loop')
    await keys.getByRole('button', { name: /^Change .* of Loop$/ }).first().focus()
    await press('Enter', 'F9')
    await keys.getByRole('button', { name: 'Change F9 of Loop' }).waitFor()
    await press('Escape')
    await page.reload()
    await studio.ready()
    const loop = studio.timeline.button('Loop')
    const before = await loop.getAttribute('aria-pressed')
    await press('F9')
    await expect.poll(() => loop.getAttribute('aria-pressed')).not.toBe(before)
  })

  test('every control has a name, on every page and in every dialog', async () => {
    await studio.tracks.rows.first().waitFor()
    await press('ArrowDown')
    const nameless: string[] = []
    const look = async (where: string) => nameless.push(...(await namelessControls(page)).map(what => `${where}: ${what}`))
    for (const tab of ['Track', 'Fit', 'Review', 'Info'] as const) {
      await studio.inspector.show(tab)
      await look(tab)
    }
    const dialogs = { 'Control+Enter': 'Optimise', 'Control+e': 'Export', 'Control+,': 'Settings', F1: 'Keys', 'Control+i': 'Choose a video', 'Control+k': 'Find a command', 'Control+Shift+N': 'New project', g: 'Go to frame' }
    for (const [key, title] of Object.entries(dialogs)) {
      await press(key)
      await studio.dialogs.named(title).waitFor()
      await look(title)
      await press('Escape')
      await studio.dialogs.named(title).waitFor({ state: 'detached' })
    }
    expect(nameless).toEqual([])
  })
})

interface AxNode {
  readonly role?: { readonly value: string }
  readonly name?: { readonly value: string }
  readonly ignored: boolean
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value: unknown } }[]
}

const controls = new Set(['button', 'textbox', 'searchbox', 'combobox', 'checkbox', 'radio', 'slider', 'spinbutton', 'tab', 'link', 'menuitem', 'option', 'progressbar', 'img', 'dialog', 'grid', 'listbox', 'switch', 'separator', 'application'])

/** Controls of the browser's own accessibility tree that have no name, by role. */
async function namelessControls(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  try {
    const { nodes } = (await session.send('Accessibility.getFullAXTree')) as unknown as { nodes: readonly AxNode[] }
    const found = nodes.filter(node => !node.ignored && controls.has(node.role?.value ?? ''))
    // A page without controls would pass unseen.
    if (found.length < 5) throw new Error(`the tree has only ${found.length} controls`)
    const isSeparatorOfMenu = (node: AxNode) => node.role?.value === 'separator' && !node.properties?.some(({ name }) => name === 'focusable')
    return found.filter(node => !node.name?.value.trim() && !isSeparatorOfMenu(node)).map(node => node.role!.value)
  } finally {
    await session.detach()
  }
}
