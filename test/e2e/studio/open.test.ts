import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeNumberedClip } from '../../builders/numberedFrames.ts'
import { chromiumIsHere, startSpec, type StudioSpec } from '../../builders/servedStudio.ts'
import { Studio } from '../page-objects/studio.ts'

describe.skipIf(!chromiumIsHere)('opening things in the served studio (needs /usr/bin/chromium)', () => {
  let spec: StudioSpec
  let clip = ''
  beforeAll(async () => {
    spec = await startSpec()
    clip = join(spec.folder, 'numbers.mp4')
    await writeNumberedClip(clip, { frames: 12 })
    cpSync(clip, join(spec.folder, 'dropped.mp4'))
    await spec.serve()
  })
  afterAll(() => spec?.close())

  async function open(url = spec.served.url) {
    const { page, complaints } = await spec.chromium.open(url)
    const studio = new Studio(page)
    studio.canvas.sized(128, 96)
    return { studio, page, complaints }
  }

  test('a new project takes a video by its path, and shows it when it is in', async () => {
    const { studio, page, complaints } = await open()
    await page.getByRole('button', { name: 'New project…' }).first().waitFor()
    await studio.dialogs.newProject('Numbers')
    await studio.button('Add video…').click()
    const picker = studio.dialogs.named('Choose a video')
    await picker.getByRole('textbox', { name: 'Path' }).fill(spec.folder)
    await picker.getByRole('textbox', { name: 'Path' }).press('Enter')
    await picker.getByRole('option', { name: 'numbers.mp4' }).click()
    await picker.getByRole('button', { name: 'Choose', exact: true }).click()
    await studio.ready()
    expect(await studio.timeline.frame()).toBe(0)
    await studio.inspector.show('Info')
    expect(await studio.inspector.fact('Frames')).toBe('12')
    expect(await studio.inspector.fact('Size')).toBe('128 × 96 px')
    expect(complaints).toEqual([])
  })

  test('the address holds no token, and loading the page again shows the same video at once', async () => {
    const { studio, page, complaints } = await open()
    await page.getByRole('row', { name: /Numbers/ }).getByRole('button', { name: /Numbers/ }).click()
    await studio.ready()
    expect(new URL(page.url()).search).toBe('')
    expect(page.url()).toContain('#project=')
    await page.reload()
    await studio.ready()
    expect(await studio.button(/^Project/).innerText()).toContain('Numbers')
    expect(complaints).toEqual([])
  })

  test('without its token the server shows nothing', async () => {
    const { page } = await spec.chromium.open('about:blank')
    const { origin } = new URL(spec.served.url)
    const reply = await page.goto(`${origin}/`)
    expect(reply!.status()).toBe(403)
    expect(await page.locator('body').innerText()).toContain('with its token')
    expect((await page.goto(`${origin}/?token=${'A'.repeat(43)}`))!.status()).toBe(403)
  })

  test('a video dropped on the start screen is uploaded into a project of its own', async () => {
    const { studio, page, complaints } = await open()
    await page.getByRole('table', { name: 'Projects' }).waitFor()
    const bytes = await import('node:fs/promises').then(fs => fs.readFile(join(spec.folder, 'dropped.mp4'), 'base64'))
    const data = await page.evaluateHandle(base64 => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], 'dropped.mp4', { type: 'video/mp4' }))
      return transfer
    }, bytes)
    for (const type of ['dragenter', 'dragover', 'drop']) await page.dispatchEvent('body', type, { dataTransfer: data })
    await studio.ready()
    expect(await studio.button(/^Project/).innerText()).toContain('dropped')
    expect(existsSync(join(spec.home, 'uploads'))).toBe(true)
    expect(complaints).toEqual([])
  })

  test('two windows of one video stay in step', async () => {
    const [a, b] = [await open(), await open()]
    for (const { studio, page } of [a, b]) {
      await page.getByRole('row', { name: /Numbers/ }).getByRole('button', { name: /Numbers/ }).click()
      await studio.ready()
    }
    await a.page.bringToFront()
    await a.page.keyboard.press('n')
    await a.studio.canvas.click({ x: 60, y: 40 })
    await expect.poll(() => b.studio.tracks.names()).toEqual(['1'])
    await b.page.bringToFront()
    await b.studio.button('Undo').click()
    await expect.poll(() => a.studio.tracks.names()).toEqual([])
    expect([...a.complaints, ...b.complaints]).toEqual([])
  })
})
