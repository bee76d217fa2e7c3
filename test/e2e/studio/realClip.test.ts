import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readTracks } from '../../../src/pipeline/export/readTracks.ts'
import { openSecondWindow } from '../../builders/secondWindow.ts'
import { chromiumIsHere, startSpec, type StudioSpec } from '../../builders/servedStudio.ts'
import { placeOf, stateOf } from '../../builders/smallScene.ts'
import { Studio } from '../page-objects/studio.ts'

const data = fileURLToPath(new URL('../../../../shared/data/car-shadow/DAVIS/', import.meta.url))
const SIZE = { width: 854, height: 480, frames: 40 } as const

/** Whether a pixel belongs to the car, by the mask that people drew. */
async function mask(frame: number): Promise<(x: number, y: number) => boolean> {
  const path = join(data, `Annotations/480p/car-shadow/${String(frame).padStart(5, '0')}.png`)
  const { data: grey, info } = await sharp(path).greyscale().raw().toBuffer({ resolveWithObject: true })
  return (x, y) => grey[(Math.floor(y) * info.width + Math.floor(x)) * info.channels] > 127
}

/** A place well inside the car. */
async function onTheCar(): Promise<{ readonly x: number; readonly y: number }> {
  const inside = await mask(0)
  let [sumX, sumY, count] = [0, 0, 0]
  for (let y = 0; y < SIZE.height; y++) for (let x = 0; x < SIZE.width; x++) if (inside(x, y)) [sumX, sumY, count] = [sumX + x, sumY + y, count + 1]
  return { x: sumX / count, y: sumY / count }
}

describe.skipIf(!chromiumIsHere || !existsSync(data))('a real video (needs /usr/bin/chromium and ../shared/data/car-shadow)', () => {
  let spec: StudioSpec
  beforeAll(async () => {
    spec = await startSpec()
  })
  afterAll(() => spec?.close())

  test('is opened, a point on the car is followed, a short fit done, and its track exported', async () => {
    const { url } = await spec.serve()
    const { page, complaints } = await spec.chromium.open(url)
    const studio = new Studio(page)
    studio.canvas.sized(SIZE.width, SIZE.height)
    const second = await openSecondWindow(url)
    const project = await second.call('project.create', { name: 'Car', folder: join(spec.folder, 'car.tapline') })
    await page.goto(`${url.replace(/#.*/, '')}#project=${encodeURIComponent(project.folder)}`)
    await studio.button('Add video…').waitFor()
    await second.call('video.add', { project: project.folder, path: join(data, 'JPEGImages/480p/car-shadow') })
    await studio.ready()
    await studio.dismissHints()
    const ref = { project: project.folder, video: 1 }
    await page.keyboard.press('n')
    await studio.canvas.click(await onTheCar())
    await expect.poll(() => studio.tracks.names()).toEqual(['1'])
    await expect.poll(async () => (await second.document(ref)).tracks[0].path?.source, { timeout: 200_000 }).toBe('flow')
    await page.keyboard.press('a')

    await studio.dialogs.optimise('Draft', { steps: 30, longSide: 256 })
    await studio.notices.getByText(/^The field is fitted/).waitFor({ timeout: 250_000 })
    expect((await second.document(ref)).tracks[0].path!.source).toBe('field')
    const json = join(spec.folder, 'car.json')
    await studio.dialogs.export('JSON (.json)', json)
    const { tracks } = readTracks(await readFile(json), { name: json }).videos[0]
    // Early frames: the fit is too short to ask for more.
    for (const frame of [0, 4, 8, 12]) {
      const { x, y } = placeOf(tracks, 0, frame)
      expect(stateOf(tracks, 0, frame)).toBe(0)
      expect((await mask(frame))(x, y), `on the car in frame ${frame}`).toBe(true)
    }
    expect(complaints).toEqual([])
    second.close()
  }, 600_000)
})
