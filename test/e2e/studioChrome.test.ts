import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { JobView } from '../../src/shared/studio/document.ts'
import type { WholePageTests } from '../page/entries/wholePage.tsx'
import { chromiumIsHere, startPage, type PageHarness, type PageLook } from '../page/harness.ts'
import { cutOff, lowestContrast } from './page-objects/lookOf.ts'
import { StudioWindow } from './page-objects/studioWindow.ts'

declare const window: { readonly tests: WholePageTests }

const folder = '/fake/320x240'
const job = (more: Partial<JobView> = {}): JobView => ({ id: 7, kind: 'refit', project: folder, video: 1, runId: 3, title: 'Refit of Fake', state: 'running', error: null, settings: null, last: null, ...more })

describe.skipIf(!chromiumIsHere)('the workspace around the video in a browser (needs /usr/bin/chromium)', () => {
  let harness: PageHarness
  beforeAll(async () => {
    harness = await startPage(fileURLToPath(new URL('../page/entries/wholePage.tsx', import.meta.url)))
  })
  afterEach(() => harness?.closePages())
  afterAll(() => harness?.close())

  async function open(look: PageLook = {}) {
    const { page, complaints } = await harness.open({ width: 1440, height: 900, query: 'open=1', ...look })
    const view = new StudioWindow(page)
    await view.ready()
    return { view, page, complaints }
  }

  test('every command of the table does something once the workspace is there', async () => {
    const { page, complaints } = await open()
    expect(await page.evaluate(() => window.tests.unregistered())).toEqual([])
    expect(complaints).toEqual([])
  })

  test('a file of tracks that is dropped opens the import dialog with it', async () => {
    const { view, complaints } = await open()
    await view.drop('truth.pkl', 'application/octet-stream')
    const dialog = view.dialog('Import tracks')
    await dialog.waitFor()
    expect(await dialog.getByLabel('File', { exact: true }).inputValue()).toBe('/fake/truth.pkl')
    expect(complaints).toEqual([])
  })

  test('a reference’s tracks are asked for once, for picture and timeline together', async () => {
    const { view, page } = await open()
    await page.evaluate(() => window.tests.view.setState({ reference: 1 }))
    await view.asked('review.tracks')
    // Both take it up in the same turn; another request answered since then has passed any second one.
    await page.evaluate(() => window.tests.fake.client.call('app.info', null))
    expect(await page.evaluate(() => window.tests.fake.calls.filter(call => call.id === 'review.tracks').length)).toBe(1)
  })

  describe('palette', () => {
    test('finds a command by a word that its label lacks, and runs it', async () => {
      const { view, complaints } = await open()
      expect(await view.isOn('view.panels')).toBe(true)
      await view.find('collapse')
      await expect.poll(() => view.isOn('view.panels')).toBe(false)
      await view.trackPanel.waitFor({ state: 'hidden' })
      expect(complaints).toEqual([])
    })

    test('closes by Escape and gives the focus back', async () => {
      const { view, page } = await open()
      await view.button('Optimise…').focus()
      await page.keyboard.press('Control+k')
      await view.dialog('Find a command').waitFor()
      await page.keyboard.press('Escape')
      await view.dialog('Find a command').waitFor({ state: 'detached' })
      expect(await view.button('Optimise…').evaluate(element => element === document.activeElement)).toBe(true)
    })
  })

  describe('keys', () => {
    test('run commands, but not while text is typed', async () => {
      const { view, page } = await open()
      await page.keyboard.press('Control+\\')
      expect(await view.isOn('view.panels')).toBe(false)
      await page.keyboard.press('`')
      expect(await view.isOn('view.panels')).toBe(true)
      const field = page.getByRole('searchbox', { name: 'Search tracks' })
      await field.pressSequentially('a`b')
      expect(await field.inputValue()).toBe('a`b')
      expect(await view.isOn('view.panels')).toBe(true)
      // Strokes that type nothing work there too; Escape leaves the field.
      await page.keyboard.press('Control+k')
      await view.dialog('Find a command').waitFor()
      await page.keyboard.press('Escape')
      await view.dialog('Find a command').waitFor({ state: 'detached' })
      await page.keyboard.press('Escape')
      await page.keyboard.press('`')
      expect(await view.isOn('view.panels')).toBe(false)
    })

    test('are changed by pressing others; the old one is free then', async () => {
      const { view, page, complaints } = await open()
      await page.keyboard.press('F1')
      const dialog = view.dialog('Keys')
      await dialog.getByRole('searchbox').fill('panels')
      await dialog.getByRole('button', { name: 'Change ` of Show or hide panels' }).click()
      await page.keyboard.press('F8')
      expect(await view.asked('settings.write')).toEqual({ keys: { 'view.panels': ['F8', 'Mod+\\'] } })
      await dialog.getByRole('button', { name: 'Done' }).click()
      await page.keyboard.press('`')
      expect(await view.isOn('view.panels')).toBe(true)
      await page.keyboard.press('F8')
      expect(await view.isOn('view.panels')).toBe(false)
      expect(complaints).toEqual([])
    })

    test('say whose key was pressed, and take it over when asked to; reset brings all back', async () => {
      const { view, page } = await open()
      await page.keyboard.press('F1')
      const dialog = view.dialog('Keys')
      await dialog.getByRole('button', { name: 'Add a key to Settings…' }).click()
      await page.keyboard.press('Control+e')
      expect(await dialog.getByRole('alert').innerText()).toContain('Ctrl+E is the key of “Export…”.')
      expect(await view.count('settings.write')).toBe(0)
      await dialog.getByRole('button', { name: 'Use it here instead' }).click()
      expect(await view.asked('settings.write')).toEqual({ keys: { 'export.open': [], 'settings.open': ['Mod+,', 'Mod+E'] } })
      await dialog.getByRole('button', { name: 'Reset all' }).click()
      expect(await view.asked('settings.write', 1)).toEqual({ keys: {} })
    })

    test('Escape leaves the key as it was, and the dialog open', async () => {
      const { view, page } = await open()
      await page.keyboard.press('?')
      const dialog = view.dialog('Keys')
      await dialog.getByRole('button', { name: 'Change Ctrl+O of Open project…' }).click()
      await page.keyboard.press('Escape')
      await dialog.getByRole('button', { name: 'Change Ctrl+O of Open project…' }).waitFor()
      expect(await view.count('settings.write')).toBe(0)
    })
  })

  test('undo and redo say what they would do, and do it', async () => {
    const { view, page } = await open()
    await page.evaluate(() => window.tests.fake.client.call('edit.apply', { video: { project: '/fake/320x240', video: 1 }, gesture: { kind: 'addTracks', points: [{ frame: 0, x: 5, y: 5 }] } }))
    const tracks = () => page.evaluate(() => window.tests.document.getState().document!.order.length)
    const before = await tracks()
    await view.button('Undo').hover()
    expect(await page.getByRole('tooltip').innerText()).toMatch(/^Undo: addTracks\s*Ctrl\+Z$/)
    await view.button('Undo').click()
    await expect.poll(tracks).toBe(before - 1)
    await page.getByRole('menuitem', { name: 'Edit', exact: true }).click()
    await page.getByRole('menuitem', { name: 'Redo: addTracks' }).click()
    await expect.poll(tracks).toBe(before)
  })

  test('the menus hold every command of the table', async () => {
    const { page } = await open()
    const labels = new Set<string>()
    for (const menu of ['File', 'Edit', 'View', 'Track', 'Playback', 'Field', 'Help']) {
      await page.getByRole('menubar').getByRole('menuitem', { name: menu, exact: true }).click()
      for (const text of await page.getByRole('menu', { name: menu }).locator('[role^=menuitem] .menu-label').allInnerTexts()) labels.add(text)
      await page.keyboard.press('Escape')
    }
    const wanted = await page.evaluate(() => window.tests.labels)
    expect(wanted.filter(label => !labels.has(label))).toEqual([])
  })

  test('panels are resized by mouse and by keyboard, and remembered', async () => {
    const { view, page } = await open()
    const left = view.separator('Width of the track list')
    const size = async () => Number(await left.getAttribute('aria-valuenow'))
    const box = (await left.boundingBox())!
    await page.mouse.move(box.x, box.y + 200)
    await page.mouse.down()
    await page.mouse.move(box.x + 60, box.y + 210)
    await page.mouse.up()
    await expect.poll(size).toBe(300)
    await left.focus()
    await page.keyboard.press('ArrowLeft')
    await expect.poll(size).toBe(284)
    // The size before may have been written on the way.
    await expect.poll(() => view.asked('settings.write')).toMatchObject({ layout: { left: 284, panels: true } })
  })

  test('a job shows how far it is; it can be paused and cancelled', async () => {
    const { view, page } = await open()
    await view.tell(
      { kind: 'job', job: job() },
      { kind: 'job', job: job({ id: 8, state: 'queued', title: 'Optimise another' }) },
      { kind: 'progress', job: 7, message: { kind: 'phase', phase: 'optimise', label: 'Fitting the field' } },
      { kind: 'progress', job: 7, message: { kind: 'progress', phase: 'optimise', done: 25, total: 100, etaS: 70 } },
    )
    expect((await view.job.innerText()).replace(/\s+/g, ' ')).toBe('Refit of Fake Fitting the field 25 % · 1 min left 1 more waiting')
    expect(await view.job.getByRole('progressbar', { name: 'Refit of Fake' }).evaluate(bar => (bar as HTMLProgressElement).value)).toBe(0.25)
    await page.evaluate(() => window.tests.answer({ 'job.pause': async () => null, 'job.cancel': async () => null }))
    await view.button('Pause the job').click()
    expect(await view.asked('job.pause')).toEqual({ id: 7 })
    await view.tell({ kind: 'job', job: job({ state: 'paused' }) })
    await view.button('Resume the job').waitFor()
    await view.button('Cancel the job').click()
    expect(await view.asked('job.cancel')).toEqual({ id: 7 })
  })

  test('the end of a refit says what changed, and leads to it', async () => {
    const { view, page } = await open()
    await view.tell({
      kind: 'impact', project: folder, video: 1,
      impact: { runId: 3, deltaPx: 1, moved: [{ key: 1, maxPx: 5, meanPx: 2, frame: 4, frames: 9 }, { key: 2, maxPx: 3, meanPx: 1, frame: 4, frames: 9 }], disagree: [{ key: 3, frame: 2, px: 4 }] },
    })
    await view.notices.getByText('The field is fitted: 2 tracks moved by more than 1 px; 1 of your keyframes now disagrees.').waitFor()
    await view.notices.getByRole('button', { name: 'Show impact' }).click()
    expect(await page.evaluate(() => window.tests.view.getState().inspector)).toBe('fit')
  })

  test('corrections that the field was not taught are offered as a refit', async () => {
    const { view, page } = await open()
    await page.evaluate(() => window.tests.fail('run.refit', { code: 'busy', subject: 'Fake', reason: 'another job fits it', next: 'Wait for it.' }))
    await view.tell({ kind: 'field', project: folder, video: 1, field: { state: 'fitted', loading: false, share: null, runId: 1, corrections: 0, untaught: 3, problem: null } })
    await view.button('Refit with 3 corrections').click()
    const alert = view.notices.getByRole('alert')
    expect((await alert.innerText()).replace(/\s+/g, ' ')).toBe('Fake: another job fits it. Wait for it. Copy')
    await alert.getByRole('button', { name: 'Dismiss' }).click()
    await alert.waitFor({ state: 'detached' })
  })

  test('a lost connection is said, and so is that nothing is lost', async () => {
    const { page } = await open()
    const connect = (state: 'reconnecting' | 'connected') => page.evaluate(state => window.tests.fake.setConnection(state), state)
    await connect('reconnecting')
    expect(await page.getByRole('alert').innerText()).toMatch(/^Reconnecting… Everything saved before is kept\./)
    await connect('connected')
    await page.getByRole('alert').waitFor({ state: 'detached' })
  })

  test('hints come one after the other, each dismissed for good', async () => {
    const { view, page } = await open()
    for (const name of ['Scrub', 'Click', 'Drag']) await view.button(`Dismiss the hint: ${name}`).click()
    await expect.poll(() => page.getByRole('complementary', { name: /^Hint/ }).count()).toBe(0)
    expect(await view.asked('settings.write', 2)).toEqual({ hintsDone: ['scrub', 'click', 'drag'] })
  })

  test('the open project and video stand in the address', async () => {
    const { page } = await open()
    await expect.poll(() => page.evaluate(() => new URLSearchParams(location.hash.slice(1)).toString())).toBe(new URLSearchParams({ project: folder, video: '1' }).toString())
    await page.getByRole('button', { name: 'Project Fake' }).click()
    await page.getByRole('menuitem', { name: 'All projects' }).click()
    await page.getByRole('table', { name: 'Projects' }).waitFor()
    expect(await page.evaluate(() => location.hash)).toBe('')
  })

  describe.each(['dark', 'light'] as const)('in the %s theme', colorScheme => {
    test('text of bars and dialogs stands out from what is behind it, at every size', async () => {
      const { view, page, complaints } = await open({ colorScheme, width: 1024, height: 640 })
      await view.tell({ kind: 'job', job: job() }, { kind: 'progress', job: 7, message: { kind: 'progress', phase: 'optimise', done: 25, total: 100, etaS: 70 } })
      for (const within of ['.command-bar', '.status-bar']) {
        const { ratio, text } = await lowestContrast(page, within)
        expect(ratio, text).toBeGreaterThanOrEqual(4.5)
        expect(await cutOff(page, within)).toEqual([])
      }
      for (const keys of ['F1', 'Control+,', 'Control+k']) {
        await page.keyboard.press(keys)
        const { ratio, text } = await lowestContrast(page, 'dialog')
        expect(ratio, `${keys}: ${text}`).toBeGreaterThanOrEqual(4.5)
        await page.keyboard.press('Escape')
      }
      await harness.screenshot(page, `workspace-smallest-${colorScheme}`)
      expect(complaints).toEqual([])
    })
  })
})
