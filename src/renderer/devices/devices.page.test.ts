import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { cutOff, lowestContrast } from '../../../test/e2e/page-objects/lookOf.ts'
import type { WholePageTests } from '../../../test/page/entries/wholePage.tsx'
import { fakeDevices } from '../../../test/page/fakeDevices.ts'
import { chromiumIsHere, startPage, type PageHarness } from '../../../test/page/harness.ts'
import type { StudioDevices } from '../../shared/devices.ts'

declare const window: { readonly tests: WholePageTests }

const callsOf = (page: Page, id: string) => page.evaluate(id => window.tests.fake.calls.filter(call => call.id === id).map(call => call.params), id)
const tell = (page: Page, devices: StudioDevices) => page.evaluate(devices => window.tests.fake.tell({ kind: 'devices', devices }), devices)

describe.skipIf(!chromiumIsHere)('what fits run on, in the page (needs /usr/bin/chromium)', () => {
  let harness: PageHarness
  beforeAll(async () => {
    harness = await startPage(fileURLToPath(new URL('../../../test/page/entries/wholePage.tsx', import.meta.url)))
  })
  afterEach(() => harness?.closePages())
  afterAll(() => harness?.close())

  async function openSettings(colorScheme: 'dark' | 'light' = 'dark') {
    const { page, complaints } = await harness.open({ query: 'open=1', colorScheme })
    await page.getByRole('application').waitFor()
    await page.evaluate(() => window.tests.runCommand('settings.open'))
    const group = page.getByRole('dialog', { name: 'Settings' }).getByRole('radiogroup', { name: 'Fits on' })
    await group.waitFor()
    return { page, complaints, group, status: page.getByRole('contentinfo', { name: 'Status' }) }
  }

  test('is chosen by keyboard among the devices that serve; the others say why they do not', async () => {
    const { page, complaints, group } = await openSettings()
    const radio = (name: string) => group.getByRole('radio', { name, exact: true })
    expect(await radio('Automatic').isChecked()).toBe(true)
    await group.getByText('Now CPU. The others have not been measured yet; the first fit measures them.').waitFor()
    await group.getByText('Made-up Graphics 9000, 8.0 GiB.').waitFor()
    await group.getByText('52,300 points/s').waitFor()
    expect(await group.getByText('not measured yet').count()).toBe(2)
    await group.getByText('Cannot be used: its package is not installed.').waitFor()
    expect(await radio('TensorFlow.js').isDisabled()).toBe(true)
    await harness.screenshot(page, 'settings-devices')
    await radio('Automatic').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await callsOf(page, 'settings.write')).toEqual([{ device: 'webgpu' }, { device: 'wasm' }])
    await expect.poll(() => radio('CPU').isChecked()).toBe(true)
    expect(complaints).toEqual([])
  })

  test('is measured on request: it is said while it lasts, then with its speed; what hinders it is said', async () => {
    const { page, complaints, group, status } = await openSettings('light')
    const measure = group.getByRole('button', { name: 'Measure WebGPU' })
    const busy = { code: 'busy', subject: 'speed of webgpu', reason: 'it would be measured too low: Optimise ants has not ended', next: 'Measure it when no job runs.' } as const
    await page.evaluate(error => window.tests.fail('device.measure', error), busy)
    await measure.click()
    await page.getByRole('dialog', { name: 'Settings' }).getByRole('alert').getByText('Optimise ants has not ended').waitFor()
    await page.evaluate(info => window.tests.answer({ 'device.measure': async () => info }), fakeDevices().devices[0])
    await measure.click()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await tell(page, fakeDevices({ measuring: 'webgpu' }))
    await group.getByText('Measuring…').waitFor()
    await status.getByText('Measuring WebGPU…').waitFor()
    // One at a time: they would slow each other.
    await group.getByRole('button', { name: 'Measure CPU' }).focus()
    await page.keyboard.press('Enter')
    expect(await callsOf(page, 'device.measure')).toEqual([{ device: 'webgpu' }, { device: 'webgpu' }])
    await tell(page, fakeDevices({ used: 'webgpu', reason: 'It was the fastest of those that agree with the reference.' }, { webgpu: { pointsPerSecond: 31_240_000, measuredAt: 1 } }))
    await group.getByText('31.2 million points/s').waitFor()
    await group.getByText('Now WebGPU. It was the fastest').waitFor()
    await status.getByText('WebGPU: Made-up Graphics 9000').waitFor()
    expect(await cutOff(page, '.dialog .choices')).toEqual([])
    expect((await lowestContrast(page, '.dialog .choices')).ratio).toBeGreaterThan(4.5)
    await page.keyboard.press('Escape')
    await page.evaluate(() => window.tests.runCommand('field.optimise'))
    await page.getByRole('dialog', { name: 'Optimise' }).getByText('Fits on WebGPU: Made-up Graphics 9000').waitFor()
    expect(complaints).toEqual([])
  })
})
