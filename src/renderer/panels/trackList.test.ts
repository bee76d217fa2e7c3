import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chromiumIsHere, startPage, type PageHarness } from '../../../test/page/harness.ts'

const selected = (page: Page) => page.evaluate(() => [...window.tests.view.getState().selection])
const gestures = (page: Page) => page.evaluate(() => window.tests.fake.gestures)
const row = (page: Page, name: string) => page.getByRole('row', { name, exact: true })

describe.skipIf(!chromiumIsHere)('the list of tracks (needs /usr/bin/chromium)', () => {
  let harness: PageHarness
  beforeAll(async () => {
    harness = await startPage(fileURLToPath(new URL('../../../test/page/entries/panelsPage.tsx', import.meta.url)))
  })
  afterEach(() => harness?.closePages())
  afterAll(() => harness?.close())

  test('of 1,000 tracks only those in view are in the page, and each can be reached', async () => {
    const { page, complaints } = await harness.open({ query: 'tracks=1000&frames=60' })
    const grid = page.getByRole('grid', { name: 'List of tracks' })
    await row(page, 'Track 1').waitFor()
    expect(await grid.getAttribute('aria-rowcount')).toBe('1000')
    expect(await page.getByRole('row').count()).toBeLessThan(60)
    await page.evaluate(() => window.tests.view.setState({ selection: new Set([777]) }))
    await row(page, 'Track 777').waitFor()
    expect(await row(page, 'Track 777').getAttribute('aria-selected')).toBe('true')
    expect(complaints).toEqual([])
    await page.close()
  })

  test('clicks select one, Shift a range, Ctrl one more; arrows step, with Shift they extend', async () => {
    const { page } = await harness.open()
    await row(page, 'Track 2').click()
    await row(page, 'Track 4').click({ modifiers: ['Shift'] })
    expect(await selected(page)).toEqual([2, 3, 4])
    await row(page, 'Track 7').click({ modifiers: ['Control'] })
    expect(await selected(page)).toEqual([2, 3, 4, 7])
    await row(page, 'Track 7').click()
    await page.getByRole('grid', { name: 'List of tracks' }).focus()
    await page.keyboard.press('ArrowDown')
    expect(await selected(page)).toEqual([8])
    await page.keyboard.press('Shift+ArrowDown')
    expect(await selected(page)).toEqual([8, 9])
    await page.evaluate(() => window.tests.runCommand('track.previous'))
    expect(await selected(page)).toEqual([8])
    await page.close()
  })

  test('search, filter and order decide which rows there are', async () => {
    const { page } = await harness.open()
    await page.getByRole('searchbox', { name: 'Search tracks' }).fill('track 1')
    await expect.poll(() => page.getByRole('row').count()).toBe(4)
    await page.getByRole('combobox', { name: 'Filter tracks' }).selectOption('Locked')
    await expect.poll(() => page.getByRole('row').count()).toBe(1)
    await page.getByRole('searchbox', { name: 'Search tracks' }).fill('nothing')
    await page.getByRole('button', { name: 'Show all tracks' }).click()
    await expect.poll(() => page.getByRole('row').count()).toBe(12)
    await page.getByRole('button', { name: 'Reverse the order' }).click()
    await expect.poll(() => page.getByRole('row').first().getAttribute('aria-label')).toBe('Track 12')
    await page.close()
  })

  test('a name is typed in its row: Enter takes it, Escape gives it up', async () => {
    const { page } = await harness.open()
    await row(page, 'Track 5').getByText('Track 5').dblclick()
    await page.getByRole('textbox', { name: 'New name of Track 5' }).fill('Left wing')
    await page.keyboard.press('Enter')
    await row(page, 'Left wing').waitFor()
    await page.keyboard.press('F2')
    await page.getByRole('textbox', { name: 'New name of Left wing' }).fill('Right wing')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('textbox', { name: 'New name of Left wing' }).count()).toBe(0)
    expect(await gestures(page)).toEqual([{ kind: 'updateTracks', keys: [5], change: { name: 'Left wing' } }])
    await page.close()
  })

  test('eye, lock and colour are a gesture each; on selected tracks, one for all of them', async () => {
    const { page, complaints } = await harness.open()
    await row(page, 'Track 1').hover()
    await page.getByRole('button', { name: 'Hide Track 1', exact: true }).click()
    await page.getByRole('button', { name: 'Lock Track 1', exact: true }).click()
    await row(page, 'Track 2').click()
    await row(page, 'Track 3').click({ modifiers: ['Shift'] })
    await page.getByRole('button', { name: 'Colour of Track 3', exact: true }).first().click()
    await page.getByRole('group', { name: 'Colour' }).getByRole('button').first().click()
    await page.getByRole('toolbar', { name: 'Selected tracks' }).getByRole('button', { name: 'Show or hide track' }).click()
    await expect.poll(() => gestures(page)).toEqual([
      { kind: 'updateTracks', keys: [1], change: { hidden: true } },
      { kind: 'updateTracks', keys: [1], change: { locked: true } },
      { kind: 'updateTracks', keys: [2, 3], change: { colour: expect.stringMatching(/^#[0-9a-f]{6}$/) } },
      { kind: 'updateTracks', keys: [2, 3], change: { hidden: true } },
    ])
    expect(complaints).toEqual([])
    await page.close()
  })

  test('deleting says what goes, and leaves locked tracks', async () => {
    const { page } = await harness.open()
    for (const name of ['Track 9', 'Track 10']) await row(page, name).click({ modifiers: ['Control'] })
    await page.keyboard.press('Shift+Delete')
    const dialog = page.getByRole('dialog', { name: 'Delete 1 track?' })
    await dialog.getByText('Track 9 with 2 keyframes will go. You can undo this.').waitFor()
    await dialog.getByText('1 locked track stays').waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => gestures(page)).toEqual([{ kind: 'deleteTracks', keys: [9] }])
    await row(page, 'Track 9').waitFor({ state: 'detached' })
    await page.close()
  })

  test('the menu of a row acts on it: a track that was not selected becomes the selection', async () => {
    const { page, complaints } = await harness.open()
    await row(page, 'Track 1').click()
    await row(page, 'Track 6').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Duplicate track' }).click()
    await expect.poll(() => gestures(page)).toEqual([{ kind: 'duplicateTracks', keys: [6] }])
    expect(complaints).toEqual([])
    await page.close()
  })

  test('the state of the frame shown stands in each row', async () => {
    const { page } = await harness.open()
    const state = (name: string) => row(page, name).getByRole('gridcell').nth(2)
    await expect.poll(() => state('Track 4').getAttribute('aria-label')).toBe('keyframe')
    await page.evaluate(() => window.tests.view.setState({ frame: 4 }))
    await expect.poll(() => state('Track 4').getAttribute('aria-label')).toBe('occluded')
    await page.close()
  })

  test('without tracks it says how to make the first', async () => {
    const { page } = await harness.open({ query: 'tracks=0' })
    await expect.poll(() => page.getByRole('region', { name: 'Tracks' }).textContent()).toContain('Press N and click a point of the picture')
    await page.close()
  })
})
