import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readTracks } from '../../../src/pipeline/export/readTracks.ts'
import { askNumpy, pythonWithNumpy } from '../../builders/python.ts'
import { openSecondWindow, shownOf, type SecondWindow } from '../../builders/secondWindow.ts'
import { chromiumIsHere, startSpec, type StudioSpec } from '../../builders/servedStudio.ts'
import { placeOf, SCENE, seenFrames, smallScene, stateOf, type SmallScene } from '../../builders/smallScene.ts'
import type { Pixels } from '../page-objects/studioCanvas.ts'
import { Studio } from '../page-objects/studio.ts'

describe.skipIf(!chromiumIsHere)('from a click to an exported track (needs /usr/bin/chromium)', () => {
  let spec: StudioSpec
  let scene: SmallScene
  let page: Page
  let studio: Studio
  let complaints: string[]
  let second: SecondWindow
  beforeAll(async () => {
    spec = await startSpec()
    scene = await smallScene(spec, 'parallax')
    const { url } = await spec.serve({ project: scene.project })
    second = await openSecondWindow(url);
    ({ page, complaints } = await spec.chromium.open(url))
    studio = new Studio(page)
    studio.canvas.sized(SCENE.width, SCENE.height)
    await studio.ready()
    await studio.dismissHints()
  }, 240_000)
  afterAll(async () => {
    second?.close()
    await spec?.close()
  })
  beforeEach(() => () => expect(complaints).toEqual([]))

  const video = () => ({ project: scene.project, video: 1 })
  const track = async (row = 0) => (await second.document(video())).tracks[row]

  /** Points of the truth that are seen in frame 0 and for most of the clip, well inside, far from one another. */
  function goodPoints(count: number) {
    const chosen: { readonly row: number; readonly x: number; readonly y: number }[] = []
    for (const row of scene.truth.ids.keys()) {
      const { x, y } = placeOf(scene.truth, row, 0)
      const inside = x > 20 && y > 20 && x < SCENE.width - 20 && y < SCENE.height - 20
      const apart = chosen.every(point => Math.hypot(point.x - x, point.y - y) > 15)
      if (inside && apart && stateOf(scene.truth, row, 0) === 0 && seenFrames(scene.truth, row).length > 20) chosen.push({ row, x, y })
    }
    if (chosen.length < count) throw new Error('the scene has too few good points')
    return chosen.slice(0, count)
  }

  test('the track under the mouse is shown before the click, and nothing is kept of it', async () => {
    await studio.inspector.show('Fit')
    await expect.poll(() => studio.inspector.fact('State'), { timeout: 100_000 }).toBe('Flow only: tracks are provisional')
    await page.keyboard.press('n')
    const [point] = goodPoints(1)
    const before = await studio.canvas.pixels()
    await studio.canvas.hover(point)
    await expect.poll(async () => differing(before, await studio.canvas.pixels())).toBeGreaterThan(30)
    expect((await second.document(video())).tracks).toEqual([])
    await page.mouse.move(2, 400)
    await expect.poll(async () => differing(before, await studio.canvas.pixels())).toBe(0)
  })

  test('clicks add tracks at once, provisional from flow, where they were clicked', async () => {
    for (const point of goodPoints(3)) await studio.canvas.click(point)
    await expect.poll(() => studio.tracks.names()).toEqual(['1', '2', '3'])
    await expect.poll(async () => (await track(2))?.path?.source).toBe('flow')
    for (const [at, point] of goodPoints(3).entries()) {
      const { record, path } = await track(at)
      expect(Math.hypot(record.query.x - point.x, record.query.y - point.y)).toBeLessThan(0.3)
      // Flow follows the exact motion: the next frames are close already.
      const next = placeOf(scene.truth, point.row, 2)
      expect(Math.hypot(path!.positions[4] - next.x, path!.positions[5] - next.y)).toBeLessThan(2)
    }
    await page.keyboard.press('a')
    await studio.tracks.select('1')
    await studio.inspector.show('Track')
    expect(await studio.inspector.fact('Path from')).toBe('Flow (provisional)')
    expect(await page.getByRole('contentinfo', { name: 'Status' }).innerText()).toContain('provisional')
    await studio.saved()
  })

  test('the draft preset is fitted to its end, with progress, losses, time left and previews on the way', async () => {
    await studio.dialogs.optimise('Draft', { steps: 60 })
    const panel = studio.inspector.panel
    const progress = panel.getByRole('progressbar', { name: 'Progress of the fit' })
    await progress.waitFor()
    await panel.getByRole('img', { name: /loss/i }).waitFor({ timeout: 110_000 })
    const seen = { shares: new Set<number>(), left: false }
    const done = studio.notices.getByText(/^The field is fitted/)
    while (!(await done.isVisible())) {
      const share = await progress.evaluate(bar => (bar as HTMLProgressElement).value, undefined, { timeout: 500 }).catch(() => null)
      if (share !== null) seen.shares.add(share)
      seen.left ||= await studio.job.getByText(/ left/).isVisible()
      if (!(await progress.isVisible())) await done.waitFor()
    }
    expect(seen.shares.size).toBeGreaterThan(3)
    expect(seen.left).toBe(true)
    expect(second.events.some(event => event.kind === 'progress' && event.message.kind === 'preview')).toBe(true)
    await studio.inspector.show('Track')
    expect(await studio.inspector.fact('Path from')).toBe('Fitted field')
    expect(await page.getByRole('contentinfo', { name: 'Status' }).innerText()).not.toContain('provisional')
    await studio.inspector.show('Fit')
    await studio.inspector.run(1).getByText('draft, done').waitFor()
    expect(await studio.inspector.fact('State')).toBe('Fitted by run 1')
  }, 300_000)

  test('pickle and JSON of the export dialog hold what the page shows', async () => {
    // Something that only a person said: the export must have it.
    await studio.tracks.select('2')
    await studio.timeline.goTo(9)
    await page.keyboard.press('i')
    await studio.timeline.goTo(12)
    await page.keyboard.press('u')
    await page.keyboard.press('q')
    await expect.poll(async () => (await track(1)).edits.labels).toEqual([{ kind: 'occluded', first: 9, last: 12 }])
    const { record, tracks } = await second.document(video())
    const shown = tracks.map(view => shownOf(view, record))
    const [pickle, json] = [join(spec.folder, 'tracks.pkl'), join(spec.folder, 'tracks.json')]

    const dialog = await studio.dialogs.export('TAP-Vid DAVIS (.pkl)', pickle)
    const [download] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Download' }).click()])
    expect((await readFile(await download.path())).equals(await readFile(pickle))).toBe(true)
    await dialog.getByRole('button', { name: 'Close' }).last().click()
    await studio.dialogs.export('JSON (.json)', json)
    await studio.dialogs.named('Export').getByRole('button', { name: 'Close' }).last().click()

    const exact = readTracks(await readFile(json), { name: json }).videos[0].tracks
    expect(exact.ids).toEqual(['1', '2', '3'])
    for (const [at, { positions, states }] of shown.entries()) {
      for (const frame of Array(SCENE.frames).keys()) {
        expect(placeOf(exact, at, frame)).toEqual({ x: positions[2 * frame], y: positions[2 * frame + 1] })
        expect(stateOf(exact, at, frame)).toBe(states[frame])
      }
    }
    const rounded = readTracks(await readFile(pickle), { name: pickle }).videos[0]
    expect(rounded.video).toMatchObject({ width: SCENE.width, height: SCENE.height, frames: SCENE.frames })
    expect(Math.max(...rounded.tracks.positions.map((value, at) => Math.abs(value - exact.positions[at])))).toBeLessThan(1e-4)
    expect([...rounded.tracks.states]).toEqual([...exact.states].map(state => (state === 0 ? 0 : 1)))
    expect([9, 10, 11, 12].map(frame => stateOf(rounded.tracks, 1, frame))).toEqual([1, 1, 1, 1])
    if (!pythonWithNumpy) return
    const [shape, points, occluded] = askNumpy(
      'import json,pickle,sys\n[v]=pickle.load(open(sys.argv[1],"rb")).values()\nprint(json.dumps([[v["video"].shape,v["points"].shape,v["occluded"].dtype.name],v["points"].astype("float64").tolist(),v["occluded"].tolist()]))',
      pickle,
    ) as [unknown, number[][][], boolean[][]]
    expect(shape).toEqual([[SCENE.frames, SCENE.height, SCENE.width, 3], [3, SCENE.frames, 2], 'bool'])
    expect(occluded[1].slice(9, 13)).toEqual([true, true, true, true])
    for (const [at, { positions, states }] of shown.entries()) {
      expect(occluded[at]).toEqual([...states].map(state => state !== 0))
      for (const frame of Array(SCENE.frames).keys()) {
        expect(points[at][frame][0] * SCENE.width).toBeCloseTo(positions[2 * frame], 4)
        expect(points[at][frame][1] * SCENE.height).toBeCloseTo(positions[2 * frame + 1], 4)
      }
    }
  })

  test('loading the page again finds tracks, labels, field and run', async () => {
    await page.reload()
    await studio.ready()
    expect(await studio.tracks.names()).toEqual(['1', '2', '3'])
    await studio.inspector.show('Fit')
    await expect.poll(() => studio.inspector.fact('State')).toBe('Fitted by run 1')
    await studio.inspector.show('Track')
    await studio.tracks.select('2')
    await studio.inspector.section('Labels').getByRole('button', { name: 'Go to label 9–12' }).click()
    await studio.canvas.showing(9)
    expect(await studio.undoName()).toBe('Mark 4 frames occluded')
  })
})

/** Pixels that differ between two pictures of the screen. */
function differing(a: Pixels, b: Pixels): number {
  let count = 0
  for (let at = 0; at < a.rgb.length; at += 3) {
    if (Math.abs(a.rgb[at] - b.rgb[at]) + Math.abs(a.rgb[at + 1] - b.rgb[at + 1]) + Math.abs(a.rgb[at + 2] - b.rgb[at + 2]) > 12) count++
  }
  return count
}
