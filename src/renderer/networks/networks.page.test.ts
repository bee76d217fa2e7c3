import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { cutOff, lowestContrast } from '../../../test/e2e/page-objects/lookOf.ts'
import type { WholePageTests } from '../../../test/page/entries/wholePage.tsx'
import { fakeNetworks, installedFake } from '../../../test/page/fakeNetworks.ts'
import { chromiumIsHere, startPage, type PageHarness, type PageLook } from '../../../test/page/harness.ts'
import type { ModelsView } from '../../shared/models.ts'
import type { ProgressMessage } from '../../shared/progress.ts'
import type { JobView } from '../../shared/studio/document.ts'

declare const window: { readonly tests: WholePageTests }

const video = { project: '/fake/320x240', video: 1 }
const callsOf = (page: Page, id: string) => page.evaluate(id => window.tests.fake.calls.filter(call => call.id === id).map(call => call.params), id)
const job = (more: Partial<JobView> = {}): JobView => ({ id: 5, kind: 'model', project: null, video: null, runId: null, title: 'Download Large flow', state: 'running', error: null, settings: null, last: null, ...more })
const tellJob = (page: Page, view: JobView) => page.evaluate(view => window.tests.fake.tell({ kind: 'job', job: view }), view)
const tellProgress = (page: Page, id: number, message: ProgressMessage) => page.evaluate(([id, message]) => window.tests.fake.tell({ kind: 'progress', job: id, message }), [id, message] as const)

/** What the server answers, by request. */
const answering = (page: Page, replies: Readonly<Record<string, unknown>>) => page.evaluate(replies => {
  for (const [id, value] of Object.entries(replies)) window.tests.answer({ [id]: async () => value })
}, replies)

describe.skipIf(!chromiumIsHere)('networks and other trackers in the page (needs /usr/bin/chromium)', () => {
  let harness: PageHarness
  beforeAll(async () => {
    harness = await startPage(fileURLToPath(new URL('../../../test/page/entries/wholePage.tsx', import.meta.url)))
  })
  afterEach(() => harness?.closePages())
  afterAll(() => harness?.close())

  async function open(networks: ModelsView = fakeNetworks(), look: PageLook = {}) {
    const { page, complaints } = await harness.open({ query: 'open=1', ...look })
    await page.getByRole('application').waitFor()
    await answering(page, { 'models.list': networks })
    return { page, complaints }
  }

  async function openNetworks(networks?: ModelsView, look?: PageLook) {
    const { page, complaints } = await open(networks, look)
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog', { name: 'Find a command' }).getByRole('combobox').fill('onnx')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Networks', exact: true })
    await dialog.getByRole('listitem', { name: 'Large flow' }).waitFor()
    return { page, complaints, dialog, row: dialog.getByRole('listitem', { name: 'Large flow' }) }
  }

  test('a download is asked for only after licence, address and hash were shown and agreed to; it tells how far it is, stops and goes on', async () => {
    const { page, complaints, dialog, row } = await openNetworks()
    await dialog.getByText('None is installed, and none is needed.').waitFor()
    await dialog.getByText('Networks run on CPU.').waitFor()
    await dialog.getByText('CUDA: this build of onnxruntime has no CUDA').waitFor()
    await row.getByRole('button', { name: 'Download Large flow…' }).click()
    const agree = page.getByRole('dialog', { name: 'Download Large flow' })
    for (const text of ['BSD-3-Clause', 'https://example.org/licence', 'https://example.org/flow-large.onnx', '64.1 MB', 'a'.repeat(64), 'As its publisher or a third party states it.']) {
      await expect.poll(() => agree.innerText()).toContain(text)
    }
    // Addresses are text: the page leads nowhere.
    expect(await agree.getByRole('link').count()).toBe(0)
    expect(await callsOf(page, 'models.pull')).toEqual([])
    await agree.getByRole('textbox', { name: 'Other address (optional)' }).fill('http://mirror.test/nets/')
    await answering(page, { 'models.pull': job(), 'job.cancel': null })
    await agree.getByRole('button', { name: 'Agree and download' }).click()
    const request = { name: 'flow-large', agreed: true, mirror: 'http://mirror.test/nets/', sha256: null }
    await expect.poll(() => callsOf(page, 'models.pull')).toEqual([request])
    await agree.waitFor({ state: 'detached' })
    await tellProgress(page, 5, { kind: 'progress', phase: 'import', done: 16_025_000, total: 64_100_000, etaS: 40 })
    await row.getByText('16.0 MB of 64.1 MB · 40 s left').waitFor()
    expect(await row.getByRole('progressbar').getAttribute('value')).toBe('0.25')
    await row.getByRole('button', { name: 'Cancel the download of Large flow' }).click()
    await expect.poll(() => callsOf(page, 'job.cancel')).toEqual([{ id: 5 }])
    await tellJob(page, job({ state: 'cancelled' }))
    await row.getByText('Stopped at 16.0 MB; what came is kept.').waitFor()
    await answering(page, { 'models.pull': job({ id: 6 }) })
    await row.getByRole('button', { name: 'Resume: Large flow' }).click()
    await expect.poll(() => callsOf(page, 'models.pull')).toEqual([request, request])
    // Another hash than was promised: said where it happened.
    await tellJob(page, job({ id: 6, state: 'failed', error: { code: 'bad-file', subject: 'http://mirror.test/nets/flow-large.onnx', reason: 'what came has sha256 00, not aa; it was deleted', next: 'Try another address.' } }))
    await expect.poll(() => row.getByRole('alert').innerText()).toContain('what came has sha256 00, not aa; it was deleted')
    await page.evaluate(models => window.tests.fake.tell({ kind: 'models', models }), fakeNetworks([installedFake('flow-large', { sha256: 'a'.repeat(64) })]))
    await row.getByText('Installed, used').waitFor()
    expect(await row.getByRole('alert').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('a file is added with what is known of it, and its self-test is told; it is verified and, once confirmed, removed', async () => {
    const { page, complaints, dialog } = await openNetworks()
    const button = dialog.getByRole('button', { name: 'Add file…', exact: true }).last()
    const add = page.getByRole('dialog', { name: 'Add a network' })
    // By keyboard: Escape leaves the dialog on top alone, and focus goes back to where it was.
    await button.focus()
    await page.keyboard.press('Enter')
    await add.waitFor()
    await page.keyboard.press('Escape')
    await add.waitFor({ state: 'detached' })
    expect(await button.evaluate(element => element === document.activeElement)).toBe(true)
    await page.keyboard.press('Enter')
    await page.evaluate(() => void (window.tests.fake.client.pick = async () => '/nets/Mine.onnx'))
    await add.getByRole('button', { name: 'Choose…' }).click()
    await add.getByRole('combobox', { name: 'What it is for' }).selectOption('Features')
    await add.getByText('What you know of it').click()
    await add.getByRole('combobox', { name: 'Range of its pictures' }).selectOption('0 to 1')
    await add.getByRole('textbox', { name: 'Pixels a cell' }).fill('16')
    await add.getByRole('textbox', { name: 'Pixels a cell' }).press('Tab')
    await answering(page, { 'models.add': job({ title: 'Add Mine.onnx' }), 'models.verify': { fault: 'it has 12 bytes, not 13' } })
    await add.getByRole('button', { name: 'Add', exact: true }).click()
    await expect.poll(() => callsOf(page, 'models.add')).toEqual([{ path: '/nets/Mine.onnx', role: 'features', name: null, hints: { range: 'unit', cell: 16 } }])
    await tellProgress(page, 5, { kind: 'phase', phase: 'import', label: 'Testing the network' })
    await add.getByText('Testing the network…').waitFor()
    await tellProgress(page, 5, { kind: 'note', text: 'mine: features of 64 channels, cells of 16 pixels.' })
    await tellJob(page, job({ title: 'Add Mine.onnx', state: 'done' }))
    await add.getByText('mine: features of 64 channels, cells of 16 pixels.').waitFor()
    await add.getByRole('button', { name: 'Done' }).click()
    await page.evaluate(models => window.tests.fake.tell({ kind: 'models', models }), fakeNetworks([installedFake('mine', { role: 'features' })]))
    const row = dialog.getByRole('listitem', { name: 'mine' })
    await row.getByRole('button', { name: 'Verify mine' }).click()
    await expect.poll(() => row.getByRole('alert').innerText()).toContain('its file is damaged: it has 12 bytes, not 13')
    await answering(page, { 'models.remove': fakeNetworks() })
    await row.getByRole('button', { name: 'Remove mine' }).click()
    const sure = page.getByRole('dialog', { name: 'Remove mine?' })
    expect(await callsOf(page, 'models.remove')).toEqual([])
    await sure.getByRole('button', { name: 'Remove' }).click()
    await row.waitFor({ state: 'detached' })
    expect(await callsOf(page, 'models.remove')).toEqual([{ name: 'mine' }])
    expect(complaints).toEqual([])
  })

  test('a fit is supervised by what is chosen; networks are off while there are none', async () => {
    const { page, complaints } = await open(fakeNetworks())
    await page.evaluate(() => window.tests.runCommand('field.optimise'))
    const dialog = page.getByRole('dialog', { name: 'Optimise', exact: true })
    const supervision = dialog.getByRole('combobox', { name: 'Supervision' })
    await expect.poll(() => supervision.getByRole('option', { name: 'Installed networks: none yet' }).isDisabled()).toBe(true)
    await page.evaluate(models => window.tests.fake.tell({ kind: 'models', models }), fakeNetworks([installedFake('flow-small')]))
    await supervision.selectOption('Installed networks')
    await dialog.getByText('Flow: Small flow · depth: built in · matches: built in.').waitFor()
    await dialog.getByText('More to learn from').click()
    await dialog.getByRole('textbox', { name: 'Depth maps (optional)' }).fill('/maps/camel')
    await dialog.getByRole('checkbox', { name: 'second annotator, annotator, 12 tracks' }).check()
    await answering(page, { 'run.start': job({ ...video, kind: 'optimise', runId: 1, title: 'numbered' }) })
    await dialog.getByRole('button', { name: 'Start' }).click()
    await expect.poll(() => callsOf(page, 'run.start')).toEqual([{ video, preset: 'standard', supervision: { by: 'learned', depthFolder: '/maps/camel', references: [1] } }])
    expect(complaints).toEqual([])
  })

  test('another tracker is run on chosen tracks; its answer is compared, decided about by stretch, and taught', async () => {
    const { page, complaints } = await open()
    await page.evaluate(() => window.tests.view.setState({ selection: new Set([4, 5]) }))
    await page.evaluate(() => window.tests.runCommand('tracker.run'))
    const dialog = page.getByRole('dialog', { name: 'Track with another tracker' })
    await dialog.getByRole('radio', { name: 'Chained flow' }).and(dialog.locator(':checked')).waitFor()
    expect(await dialog.getByRole('radio', { name: 'Points' }).isDisabled()).toBe(true)
    await dialog.getByText('Cannot run here: its network is not installed').waitFor()
    await dialog.getByRole('combobox', { name: 'Tracks' }).selectOption('Only selected: 2 tracks')
    const running = job({ ...video, id: 7, kind: 'tracker', title: 'Track numbered with Chained flow' })
    await answering(page, { 'tracker.run': running })
    await dialog.getByRole('button', { name: 'Track', exact: true }).click()
    await expect.poll(() => callsOf(page, 'tracker.run')).toEqual([{ video, tracker: 'chained', keys: [4, 5] }])
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('region', { name: 'Job' }).getByText('Track numbered with Chained flow').waitFor()
    await page.evaluate(() => {
      const { document, answer } = window.tests
      const scores = { aj: 0.5, deltaAvg: 0.8, oa: 0.9, tc: 0.5, jaccard: [0.1, 0.2, 0.3, 0.4, 0.5], delta: [0.2, 0.4, 0.6, 0.8, 1] }
      answer({ 'review.metrics': async ({ reference }) => ({ reference, ...scores, tracks: [4, 5].map(key => ({ key, referenceId: `t${key}`, ...scores, worstFrame: 30, worstPx: 14, visibilityDisagrees: 0 })), unmatched: [] }) })
      document.setState(({ document }) => ({ document: { ...document!, references: [...document!.references, { id: 2, name: 'Chained flow', kind: 'tracker', tracks: 2, matched: 2 }] } }))
    })
    await tellJob(page, { ...running, state: 'done' })
    await page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Compare' }).click()
    const inspector = page.getByRole('region', { name: 'Inspector' })
    expect(await inspector.getByRole('radio', { name: /^Chained flow/ }).isChecked()).toBe(true)
    expect(await page.getByRole('note', { name: 'Legend of the reference' }).innerText()).toBe('Chained flow')
    const decide = inspector.getByRole('region', { name: 'Decide' })
    await decide.getByRole('combobox', { name: 'Decide about' }).selectOption({ label: 'This disagreement: none in this frame' })
    // The fake's fourth track is 14 px off from the middle on, where both see it.
    await decide.getByRole('button', { name: 'Next disagreement' }).click()
    await decide.getByRole('button', { name: 'Accept its answer' }).click()
    const first = await page.evaluate(() => window.tests.view.getState().frame)
    expect(first).toBeGreaterThanOrEqual(20)
    await expect.poll(() => page.evaluate(() => window.tests.fake.gestures)).toEqual([{ kind: 'decide', reference: 2, verdict: 'accepted', spans: [{ key: 4, first, last: expect.any(Number) }] }])
    await inspector.getByRole('button', { name: 'Learn from it at the next fit…' }).click()
    expect(await page.getByRole('dialog', { name: 'Optimise', exact: true }).getByRole('checkbox', { name: 'Chained flow, tracker, 2 tracks' }).isChecked()).toBe(true)
    expect(complaints).toEqual([])
  })

  test.each(['dark', 'light'] as const)('text stands out and nothing is cut off in the %s theme, at the smallest size', async colorScheme => {
    const { page, dialog, row } = await openNetworks(fakeNetworks([installedFake('mine')]), { colorScheme, width: 1024, height: 640 })
    await answering(page, { 'models.verify': { fault: 'it has 12 bytes, not 13' } })
    await dialog.getByRole('button', { name: 'Verify mine' }).click()
    await dialog.getByRole('alert').waitFor()
    const list = await lowestContrast(page, 'dialog[open]')
    expect(list.ratio, list.text).toBeGreaterThanOrEqual(4.5)
    await harness.screenshot(page, `networks-smallest-${colorScheme}`)
    await row.getByRole('button', { name: 'Download Large flow…' }).click()
    const agree = await lowestContrast(page, 'dialog[open] dialog[open]')
    expect(agree.ratio, agree.text).toBeGreaterThanOrEqual(4.5)
    expect(await cutOff(page, 'dialog[open] dialog[open]')).toEqual([])
  })
})
