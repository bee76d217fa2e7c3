import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ProjectSummary } from '../../src/shared/rpc.ts'
import type { WholePageTests } from '../page/entries/wholePage.tsx'
import { chromiumIsHere, startPage, type PageHarness, type PageLook } from '../page/harness.ts'
import { cutOff, lowestContrast } from './page-objects/lookOf.ts'
import { StartWindow } from './page-objects/startWindow.ts'

declare const window: { readonly tests: WholePageTests }

const hour = 3_600_000
const project = (name: string, more: Partial<ProjectSummary> = {}): ProjectSummary => ({
  path: `/data/annotation/${name}`,
  name,
  video: { width: 1920, height: 1080 },
  frames: 240,
  tracks: 64,
  lastOpenedMs: Date.now() - hour,
  problem: null,
  ...more,
})

const several = [
  project('serve-slow-motion', { lastOpenedMs: Date.now() - 5 * 60_000 }),
  project('hand-keypoints with a very long name that somebody typed in one go, as people do', { video: { width: 854, height: 480 }, frames: 80, tracks: 21 }),
  project('flock-of-starlings', { frames: 1450, tracks: 12_400, lastOpenedMs: Date.now() - 26 * hour }),
  project('zebrafish-07', {
    video: null,
    lastOpenedMs: Date.now() - 300 * hour,
    problem: { code: 'not-found', subject: '/data/annotation/zebrafish-07', reason: 'the folder has been moved or deleted', next: 'Move it back, or open it where it is now.' },
  }),
  project('not-imported-yet', { video: null, frames: 0, tracks: 0, lastOpenedMs: Date.now() - 900 * hour }),
]

describe.skipIf(!chromiumIsHere)('the start window in a browser (needs /usr/bin/chromium)', () => {
  let harness: PageHarness
  beforeAll(async () => {
    harness = await startPage(fileURLToPath(new URL('../page/entries/wholePage.tsx', import.meta.url)))
  })
  afterEach(() => harness?.closePages())
  afterAll(() => harness?.close())

  async function open(projects: readonly ProjectSummary[], look: PageLook = {}) {
    const { page, complaints } = await harness.open({ width: 1440, height: 900, ...look })
    const view = new StartWindow(page)
    await view.have(projects)
    return { view, page, complaints }
  }

  test('lists projects with what they hold, in the order they come', async () => {
    const { view, complaints } = await open(several)
    const rows = await view.rows()
    expect(rows.map(cells => cells[0]![0])).toEqual(several.map(p => p.name))
    expect(rows[2]).toEqual([['flock-of-starlings', '/data/annotation/flock-of-starlings'], ['1920 × 1080'], ['1,450'], ['12,400'], ['yesterday']])
    expect(complaints).toEqual([])
  })

  test('says on the project itself why it cannot be opened and what to do; it can be taken off the list', async () => {
    const { view } = await open(several)
    const broken = (await view.rows())[3]!
    expect(broken[0]).toContain('The folder has been moved or deleted. Move it back, or open it where it is now.')
    await view.button('Remove zebrafish-07 from this list').click()
    expect(await view.asked('project.forget')).toEqual({ folder: '/data/annotation/zebrafish-07' })
  })

  test.each(['click', 'Enter'])('opens a project by %s', async how => {
    const { view, page, complaints } = await open(several)
    if (how === 'click') await view.row('flock-of-starlings').click()
    else await view.button('flock-of-starlings').press('Enter')
    await page.getByRole('toolbar', { name: 'Tools' }).waitFor()
    expect(await view.asked('project.open')).toEqual({ folder: '/data/annotation/flock-of-starlings' })
    expect(complaints).toEqual([])
  })

  test('makes a project of a name, with its folder where one was chosen', async () => {
    const { view, page } = await open(several)
    await page.evaluate(() => {
      window.tests.fake.client.pick = async () => '/data/films'
    })
    await view.button('New project…').click()
    const dialog = view.dialog('New project')
    await dialog.getByRole('button', { name: 'Create' }).click()
    expect(await dialog.getByRole('alert').innerText()).toBe('A project needs a name.')
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Hands: one')
    await dialog.getByRole('button', { name: 'Choose…' }).click()
    await page.waitForFunction(() => [...document.querySelectorAll('input')].some(input => input.value === '/data/films'))
    await dialog.getByRole('textbox', { name: 'Name' }).press('Enter')
    expect(await view.asked('project.create')).toEqual({ name: 'Hands: one', folder: '/data/films/Hands- one' })
  })

  test('teaches how to make the first project, and makes it of a video that is dropped', async () => {
    const { view, page, complaints } = await open([])
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('No projects yet')
    await page.evaluate(() => {
      window.tests.answer({
        'project.create': async ({ name }) => ({ folder: `/projects/${name}`, name, createdAt: 0, appVersion: '0.1.0', videos: [] }),
        'video.add': async () => ({ id: 1, kind: 'import', project: '/projects/kitchen', video: null, runId: null, title: 'Import kitchen.mp4', state: 'queued', error: null, settings: null, last: null }),
      })
    })
    await view.drop('kitchen.mp4', 'video/mp4')
    expect(await view.asked('video.add')).toEqual({ project: '/projects/kitchen', path: '/fake/kitchen.mp4' })
    expect(await view.asked('project.create')).toEqual({ name: 'kitchen', folder: null })
    expect(complaints).toEqual([])
  })

  test('shows an error with its reason and next step, and lists after another try', async () => {
    const { view, page } = await open(several)
    await view.fail('project.list', { code: 'not-writable', subject: '/home/a/.config/tapline', reason: 'no permission to read it', next: 'Change its permissions.' })
    await view.focus()
    const alert = page.getByRole('alert')
    expect(await alert.innerText()).toMatch(/\/home\/a\/\.config\/tapline: no permission to read it\.\s+Change its permissions\./)
    await page.evaluate(projects => {
      window.tests.answer({ 'project.list': async () => projects })
    }, several)
    await view.button('Try again').click()
    await view.row('zebrafish-07').waitFor()
    expect(await view.names()).toHaveLength(several.length)
  })

  test('finds a file by keyboard where the shell has no dialog of its own', async () => {
    const { view, page, complaints } = await open(several)
    await page.evaluate(() => {
      const { fake, answer } = window.tests
      const entry = (path: string, kind: 'folder' | 'video' | 'other') => ({ name: path.split('/').at(-1)!, path, kind, bytes: 1000, modifiedMs: 0 })
      fake.client.pick = async () => 'in-page'
      answer({
        'files.list': async ({ folder }) =>
          folder === '/home/a/clips'
            ? { path: folder, parent: '/home/a', entries: [entry('/home/a/clips/kitchen.mp4', 'video'), entry('/home/a/clips/notes.txt', 'other')] }
            : { path: '/home/a', parent: null, entries: [entry('/home/a/clips', 'folder'), entry('/home/a/zebra.mov', 'video')] },
        'project.create': async ({ name }) => ({ folder: `/projects/${name}`, name, createdAt: 0, appVersion: '0.1.0', videos: [] }),
      })
    })
    await page.keyboard.press('Control+i')
    const dialog = view.dialog('Choose a video')
    await dialog.getByRole('option', { name: 'clips' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await dialog.getByRole('option', { name: 'kitchen.mp4' }).waitFor()
    expect(await dialog.getByRole('option').allInnerTexts()).toHaveLength(1)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await view.asked('video.add')).toEqual({ project: '/projects/kitchen', path: '/home/a/clips/kitchen.mp4' })
    expect(complaints).toEqual([])
  })

  test('holds everything at the smallest window', async () => {
    const { page } = await open(several, { width: 1024, height: 640 })
    expect(await cutOff(page)).toEqual([])
    expect(await page.evaluate(() => [...document.querySelectorAll('main, header')].some(element => element.scrollWidth > element.clientWidth))).toBe(false)
    await harness.screenshot(page, 'start-smallest')
  })

  describe.each(['dark', 'light'] as const)('in the %s theme', colorScheme => {
    test.each([
      ['projects', several],
      ['empty', []],
    ])('text stands out from what is behind it: %s', async (name, projects) => {
      const { page } = await open(projects, { colorScheme })
      const { ratio, text } = await lowestContrast(page)
      expect(ratio, text).toBeGreaterThanOrEqual(4.5)
      await harness.screenshot(page, `start-${name}-${colorScheme}`)
    })

    test('the window takes the system’s colours, unless the user chose others', async () => {
      const { page } = await open([], { colorScheme })
      const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      const [dark, light] = ['rgb(17, 19, 21)', 'rgb(241, 243, 245)']
      expect(await background()).toBe(colorScheme === 'dark' ? dark : light)
      await page.getByRole('button', { name: 'Settings' }).click()
      await page.getByRole('combobox', { name: 'Theme' }).selectOption(colorScheme === 'dark' ? 'Light' : 'Dark')
      expect(await background()).toBe(colorScheme === 'dark' ? light : dark)
    })
  })
})
