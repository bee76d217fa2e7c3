import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chromiumIsHere, startPage, type PageHarness } from '../../../test/page/harness.ts'
import type { DialogName } from '../state/appStore.ts'

const open = (page: Page, dialog: DialogName) => page.evaluate(dialog => window.tests.app.setState({ dialog }), dialog)
const callsOf = (page: Page, id: string) => page.evaluate(id => window.tests.fake.calls.filter(call => call.id === id).map(call => call.params), id)
const video = { project: '/fake/320x240', video: 1 }

describe.skipIf(!chromiumIsHere)('the dialogs (needs /usr/bin/chromium)', () => {
  let harness: PageHarness
  beforeAll(async () => {
    harness = await startPage(fileURLToPath(new URL('../../../test/page/entries/panelsPage.tsx', import.meta.url)))
  })
  afterEach(() => harness?.closePages())
  afterAll(() => harness?.close())

  test('Optimise starts the preset with what was changed, and shows the fit', async () => {
    const { page, complaints } = await harness.open()
    await page.evaluate(() => {
      const { fake } = window.tests
      fake.answers['run.start'] = async ({ video }) => ({ ...video, id: 1, kind: 'optimise', runId: 1, title: 'numbered', state: 'queued', error: null, settings: null, last: null })
    })
    await open(page, 'optimise')
    const dialog = page.getByRole('dialog', { name: 'Optimise' })
    await dialog.getByRole('radio', { name: 'Draft' }).check()
    await dialog.getByText('Advanced').click()
    await dialog.getByRole('textbox', { name: 'Seed' }).fill('7')
    await dialog.getByRole('textbox', { name: 'Steps' }).fill('600')
    await dialog.getByRole('checkbox', { name: 'Depth prior' }).uncheck()
    await dialog.getByRole('combobox', { name: 'Control points' }).selectOption('8')
    await dialog.getByRole('combobox', { name: 'Coupling' }).selectOption('Affine (RealNVP)')
    await expect.poll(() => dialog.getByRole('combobox', { name: 'Control points' }).count()).toBe(0)
    await dialog.getByRole('button', { name: 'Start' }).click()
    await expect.poll(() => callsOf(page, 'run.start')).toEqual([{ video, preset: 'draft', settings: { seed: 7, useDepthPrior: false, controlPoints: 8, coupling: 'affine' } }])
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => page.getByRole('tab', { name: 'Fit' }).getAttribute('aria-selected')).toBe('true')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('an error of the start stands in the dialog, which stays open', async () => {
    const { page } = await harness.open()
    await open(page, 'optimise')
    await page.evaluate(() => {
      window.tests.fake.answers['run.start'] = () => Promise.reject(new Error('the disk is full'))
    })
    await page.getByRole('button', { name: 'Start' }).click()
    await expect.poll(() => page.getByRole('dialog', { name: 'Optimise' }).getByRole('alert').textContent()).toContain('the disk is full')
    await page.close()
  })

  test('Export says what will be written, writes it, and offers the file', async () => {
    const { page, complaints } = await harness.open()
    await page.evaluate(() => {
      const { fake, view } = window.tests
      view.setState({ selection: new Set([2, 4]) })
      fake.answers['export.summary'] = async ({ format, path, keys }) => ({
        path: path ?? `/fake/exports/numbered.${format}`, exists: path !== null, tracks: keys?.length ?? 12, leftOut: 0, frames: 40, visible: 400, occluded: 60, outOfFrame: 20, unlabelled: 0,
        warnings: format === 'davis' ? ['Out-of-frame becomes occluded in this format.'] : [],
      })
      fake.answers['export.write'] = async ({ project, videos }) => ({ id: 8, kind: 'export', project, video: videos[0], runId: null, title: 'Export', state: 'queued', error: null, settings: null, last: null })
      fake.client.reveal = path => void document.body.setAttribute('data-revealed', path)
    })
    await open(page, 'export')
    const dialog = page.getByRole('dialog', { name: 'Export' })
    await dialog.getByText('12 tracks over 40 frames').waitFor()
    await dialog.getByText('400 visible · 60 occluded · 20 out of frame').waitFor()
    await dialog.getByText('Out-of-frame becomes occluded in this format.').waitFor()
    await dialog.getByRole('combobox', { name: 'Format' }).selectOption('NumPy archive (.npz)')
    await dialog.getByRole('combobox', { name: 'Tracks' }).selectOption('Only selected: 2 tracks')
    await dialog.getByText('2 tracks over 40 frames').waitFor()
    await dialog.getByRole('textbox', { name: 'File' }).fill('/out/two.npz')
    await dialog.getByText('A file of this name is there already').waitFor()
    await dialog.getByRole('button', { name: 'Replace the file' }).click()
    await expect.poll(() => callsOf(page, 'export.write')).toEqual([
      { project: video.project, videos: [1], format: 'npz', path: '/out/two.npz', keys: [2, 4], unlabelled: 'occluded', withVideo: false },
    ])
    const tell = (state: 'running' | 'done') => page.evaluate(([state, project]) => {
      window.tests.fake.tell({ kind: 'job', job: { id: 8, kind: 'export', project, video: 1, runId: null, title: 'Export', state, error: null, settings: null, last: null } })
    }, [state, video.project] as const)
    await tell('running')
    await page.evaluate(() => window.tests.fake.tell({ kind: 'progress', job: 8, message: { kind: 'progress', phase: 'export', done: 10, total: 40, etaS: 1 } }))
    await expect.poll(() => dialog.getByRole('progressbar').getAttribute('value')).toBe('0.25')
    await tell('done')
    await dialog.getByText('Written to /out/two.npz').waitFor()
    await dialog.getByRole('button', { name: 'Download' }).click()
    expect(await page.locator('body').getAttribute('data-revealed')).toBe('/out/two.npz')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('Import brings in a reference and leads to its review', async () => {
    const { page, complaints } = await harness.open()
    await page.evaluate(() => {
      const { fake } = window.tests
      fake.client.pick = async () => '/data/truth.pkl'
      fake.answers['review.import'] = async () => ({ id: 5, name: 'truth.pkl', kind: 'truth', tracks: 20, matched: 12 })
    })
    await open(page, 'importTracks')
    const dialog = page.getByRole('dialog', { name: 'Import tracks' })
    await dialog.getByRole('button', { name: 'Choose…' }).click()
    await expect.poll(() => dialog.getByRole('textbox', { name: 'File' }).inputValue()).toBe('/data/truth.pkl')
    await dialog.getByRole('radio', { name: 'Another annotator' }).check()
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Ada')
    await dialog.getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByText('truth.pkl: 12 of 20 tracks have a counterpart among yours.').waitFor()
    expect(await callsOf(page, 'review.import')).toEqual([{ ...video, path: '/data/truth.pkl', kind: 'annotator', name: 'Ada' }])
    await page.getByRole('button', { name: 'Show the review' }).click()
    expect(await page.evaluate(() => window.tests.view.getState().inspector)).toBe('review')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('Import tells of a file that cannot be read', async () => {
    const { page } = await harness.open()
    await open(page, 'importTracks')
    await page.evaluate(() => {
      window.tests.fake.answers['review.import'] = () => Promise.reject(new Error('not a track file'))
    })
    await page.getByRole('textbox', { name: 'File' }).fill('/data/cat.jpg')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByRole('dialog', { name: 'Import tracks' }).getByRole('alert').textContent()).toContain('not a track file')
    await page.close()
  })
})
