import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TaplineError } from '../../src/shared/errors.ts'
import type { ProjectSummary, RpcHandlers } from '../../src/shared/rpc.ts'
import { chromiumIsHere, startRenderer, type Look } from '../builders/rendererInChromium.ts'
import { StartWindow } from './page-objects/startWindow.ts'

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

const listing = (...projects: ProjectSummary[]): RpcHandlers => ({ 'project.list': async () => projects })

describe.skipIf(!chromiumIsHere)('the start window in a browser (needs /usr/bin/chromium)', () => {
  let renderer: Awaited<ReturnType<typeof startRenderer>>
  beforeAll(async () => {
    renderer = await startRenderer()
  })
  afterAll(() => renderer?.close())

  async function open(handlers: RpcHandlers | null, look?: Look) {
    const { page, complaints } = await renderer.open(handlers, look)
    return { view: new StartWindow(page), complaints, page }
  }

  test('lists projects with what they hold, in the order they come', async () => {
    const { view, complaints } = await open(listing(...several))
    const rows = await view.rows()
    expect(rows.map(cells => cells[0]![0])).toEqual(several.map(p => p.name))
    expect(rows[2]).toEqual([['flock-of-starlings', '/data/annotation/flock-of-starlings'], ['1920 × 1080'], ['1,450'], ['12,400'], ['yesterday']])
    expect(complaints).toEqual([])
  })

  test('says on the project itself why it cannot be opened and what to do', async () => {
    const { view } = await open(listing(...several))
    const broken = (await view.rows())[3]!
    expect(broken[0]!.at(-1)).toBe('The folder has been moved or deleted. Move it back, or open it where it is now.')
  })

  test('teaches how to make the first project', async () => {
    const { view, complaints } = await open(listing())
    expect(await view.heading()).toBe('No projects yet')
    expect(await view.commands()).toContainEqual(expect.stringMatching(/^npx tapline track VIDEO .*--project/))
    expect(complaints).toEqual([])
  })

  test('shows an error with its reason and next step, and lists after another try', async () => {
    let working = false
    const { view } = await open({
      'project.list': async () => {
        if (!working) throw new TaplineError('not-writable', '/home/a/.config/tapline', 'no permission to read it', 'Change its permissions.')
        return several
      },
    })
    expect(await view.alert()).toMatch(/\/home\/a\/\.config\/tapline: no permission to read it\.\s+Change its permissions\./)
    working = true
    await view.retry()
    expect(await view.names()).toHaveLength(several.length)
  })

  test('lists again when it comes to the front', async () => {
    const projects = [several[0]!]
    const { view, page } = await open({ 'project.list': async () => projects })
    expect(await view.names()).toEqual(['serve-slow-motion'])
    projects.push(several[2]!)
    await view.focus()
    await page.getByText('flock-of-starlings', { exact: true }).waitFor()
    expect(await view.names()).toEqual(['serve-slow-motion', 'flock-of-starlings'])
  })

  test('says so where nothing serves it', async () => {
    const { view } = await open(null)
    expect(await view.alert()).toMatch('no connection')
  })

  test('holds every column at the smallest window', async () => {
    const { view } = await open(listing(...several), { width: 1024, height: 640 })
    await view.rows()
    expect(await view.overflows()).toBe(false)
    await view.screenshot('start-smallest')
  })

  describe.each(['dark', 'light'] as const)('in the %s theme', colorScheme => {
    test.each([
      ['projects', several],
      ['empty', []],
    ])('text stands out from what is behind it: %s', async (name, projects) => {
      const { view, page } = await open(listing(...projects), { colorScheme })
      await page.locator('code').first().waitFor()
      expect((await view.lowestContrast()).ratio).toBeGreaterThanOrEqual(4.5)
      await view.screenshot(`start-${name}-${colorScheme}`)
    })

    test('the window takes the system’s colours', async () => {
      const { page } = await open(listing(), { colorScheme })
      const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      expect(background).toBe(colorScheme === 'dark' ? 'rgb(17, 19, 21)' : 'rgb(246, 247, 248)')
    })
  })
})
