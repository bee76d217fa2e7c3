import { expect, test, describe, beforeAll, afterAll } from 'vitest'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { buildApp } from '../../scripts/build.mjs'
import { electronBinary, noWindowReason } from '../../scripts/electron.mjs'
import { root } from '../../scripts/setup.mjs'
import { Workplace, synthClip } from '../cli/runTapline.ts'

const binary = electronBinary()

describe.skipIf(!binary || noWindowReason() !== null)('the app in Electron itself (needs its binary, a display, and a user other than root)', () => {
  let place: Workplace
  let app: ElectronApplication
  let page: Page
  const complaints: string[] = []
  beforeAll(async () => {
    buildApp(process.execPath)
    place = new Workplace()
    await synthClip(place)
    await place.json('import', place.path('parallax/frames'), '--project', place.path('clip.tapline'))
    const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'ELECTRON_RUN_AS_NODE'))
    app = await _electron.launch({ executablePath: binary!, args: [root, place.path('clip.tapline')], env: { ...env, TAPLINE_HOME: place.path('home') } })
    page = await app.firstWindow()
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
  })
  afterAll(async () => {
    await app?.close()
    place?.remove()
  })

  test('opens the project that it was started with, and shows its frames', async () => {
    await page.getByText('clip', { exact: false }).first().waitFor()
    const size = await page.evaluate(async project => {
      const answer = await fetch(`tapline-frame://studio/image?${new URLSearchParams({ project, video: '1', frame: '3', kind: 'frame' })}`)
      const picture = await createImageBitmap(await answer.blob())
      return [picture.width, picture.height]
    }, place.path('clip.tapline'))
    expect(size).toEqual([48, 36])
    expect(complaints).toEqual([])
  })

  test('gives the page the bridge and nothing of Node', async () => {
    expect(await page.evaluate(() => ['tapline', 'require', 'process', 'module'].filter(name => name in window))).toEqual(['tapline'])
  })

  test('has every command in its menu', async () => {
    expect(await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('field.optimise')?.label)).toBe('Optimise…')
  })

  test('goes nowhere else', async () => {
    const before = page.url()
    await page.evaluate(() => location.assign('https://example.org/'))
    expect(await page.evaluate(() => window.open('https://example.org/'))).toBeNull()
    expect(page.url()).toBe(before)
  })
})
