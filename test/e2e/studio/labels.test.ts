import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { contentsOf, openSecondWindow, shownOf, type SecondWindow } from '../../builders/secondWindow.ts'
import { chromiumIsHere, startSpec, type StudioSpec } from '../../builders/servedStudio.ts'
import { SCENE, smallScene, type SmallScene } from '../../builders/smallScene.ts'
import { Studio } from '../page-objects/studio.ts'

describe.skipIf(!chromiumIsHere)('labels, and undo of everything (needs /usr/bin/chromium)', () => {
  let spec: StudioSpec
  let scene: SmallScene
  let page: Page
  let studio: Studio
  let complaints: string[]
  let second: SecondWindow
  /** The document before the first step and after each, with the step's name. */
  const steps: { readonly name: string | null; readonly contents: ReturnType<typeof contentsOf> }[] = []

  beforeAll(async () => {
    spec = await startSpec()
    scene = await smallScene(spec, 'parallax', 2)
    // A few tracks of a field that is hardly fitted: what is said here holds for any.
    await spec.tapline('track', join(spec.folder, 'scene-2/parallax/frames'), '--grid', '2', '--preset', 'draft', '--steps', '20', '--project', scene.project)
    const { url } = await spec.serve({ project: scene.project })
    second = await openSecondWindow(url);
    ({ page, complaints } = await spec.chromium.open(url))
    studio = new Studio(page)
    studio.canvas.sized(SCENE.width, SCENE.height)
    await studio.ready()
    await studio.dismissHints()
    names = await studio.tracks.names()
    await keep()
  }, 300_000)
  afterAll(async () => {
    second?.close()
    await spec?.close()
  })
  beforeEach(() => () => expect(complaints).toEqual([]))

  let names: readonly string[] = []
  const document = () => second.document({ project: scene.project, video: 1 })
  const labels = async (at: number) => (await document()).tracks[at].edits.labels

  /** Keeps the document as it stands after a step. */
  async function keep(): Promise<void> {
    await studio.saved()
    const now = await document()
    steps.push({ name: now.history.undo, contents: contentsOf(now) })
  }

  test('cells marked over lanes and frames become occluded in one step', async () => {
    expect(names.length).toBe(4)
    await studio.timeline.marquee(4, 8, names[0], names[2])
    expect(await studio.timeline.marked.innerText()).toContain('3 × 5')
    await studio.timeline.marked.getByRole('button', { name: 'Occluded' }).click()
    for (const at of [0, 1, 2]) await expect.poll(() => labels(at)).toEqual([{ kind: 'occluded', first: 4, last: 8 }])
    expect(await labels(3)).toEqual([])
    await studio.timeline.marked.getByRole('button', { name: 'Unmark' }).click()
    await keep()
  })

  test('a label key works on the range, and on the frame where no range is', async () => {
    await studio.tracks.select(names[3])
    await studio.timeline.goTo(10)
    await page.keyboard.press('i')
    await studio.timeline.goTo(14)
    await page.keyboard.press('u')
    await page.keyboard.press('q')
    await expect.poll(() => labels(3)).toEqual([{ kind: 'occluded', first: 10, last: 14 }])
    await keep()
    await page.keyboard.press('Shift+I')
    await studio.timeline.goTo(20)
    await page.keyboard.press('o')
    await expect.poll(() => labels(3)).toEqual([{ kind: 'occluded', first: 10, last: 14 }, { kind: 'outOfFrame', first: 20, last: 20 }])
    await keep()
    await studio.inspector.show('Track')
    expect(await studio.inspector.section('Frame 20').getByText('out of frame', { exact: true }).isVisible()).toBe(true)
  })

  test('a label within another cuts it, and is cleared alone', async () => {
    await studio.timeline.goTo(12)
    await page.keyboard.press('w')
    await expect.poll(() => labels(3)).toEqual([
      { kind: 'occluded', first: 10, last: 11 }, { kind: 'visible', first: 12, last: 12 }, { kind: 'occluded', first: 13, last: 14 }, { kind: 'outOfFrame', first: 20, last: 20 },
    ])
    await keep()
    await page.keyboard.press('Shift+Q')
    await expect.poll(async () => (await labels(3)).length).toBe(3)
    expect((await labels(3)).some(({ first, last }) => first <= 12 && 12 <= last)).toBe(false)
    await keep()
  })

  test('labels are copied from one track and pasted into another', async () => {
    const wanted = await labels(3)
    await page.keyboard.press('Control+c')
    await studio.tracks.select(names[0])
    await page.keyboard.press('Control+v')
    await expect.poll(() => labels(0)).toEqual(wanted)
    await keep()
  })

  test('keyframes, names, notes, colours, copies, cuts, merges, markers and deletion are steps too', async () => {
    const count = async () => (await document()).tracks.length
    await studio.tracks.select(names[1])
    await studio.timeline.goTo(16)
    const panel = await studio.inspector.show('Track')
    const at = await studio.inspector.position()
    await panel.getByRole('textbox', { name: 'Position x' }).fill(String(at.x + 3))
    await panel.getByRole('textbox', { name: 'Position x' }).press('Enter')
    await expect.poll(async () => (await document()).tracks[1].edits.keyframes.some(({ frame }) => frame === 16)).toBe(true)
    await keep()
    await panel.getByRole('textbox', { name: 'Name' }).fill('left wheel')
    await panel.getByRole('textbox', { name: 'Name' }).press('Enter')
    await expect.poll(async () => (await document()).tracks[1].record.name).toBe('left wheel')
    await keep()
    await page.keyboard.press('Escape')
    await studio.tracks.select('left wheel')
    await page.keyboard.press('Control+d')
    await expect.poll(count).toBe(5)
    await keep()
    await studio.tracks.select(names[2])
    await studio.timeline.goTo(11)
    await page.keyboard.press('x')
    await expect.poll(count).toBe(6)
    await keep()
    await page.keyboard.press('Shift+M')
    await expect.poll(async () => (await document()).markers.map(({ frame }) => frame)).toEqual([11])
    await keep()
    await studio.tracks.select(names[0], names[3])
    await page.keyboard.press('m')
    await expect.poll(count).toBe(5)
    await keep()
    await studio.tracks.select('left wheel')
    await page.keyboard.press('Shift+Delete')
    const dialog = page.getByRole('dialog', { name: /Delete/ })
    await dialog.getByRole('button', { name: /Delete/ }).click()
    await expect.poll(count).toBe(4)
    await keep()
  })

  test('a refit is a step as well', async () => {
    await studio.inspector.show('Fit')
    await studio.inspector.button(/^Refit/).click()
    await studio.notices.getByText(/^The field is fitted/).waitFor({ timeout: 200_000 })
    await expect.poll(async () => (await document()).field.runId).toBe(2)
    await keep()
    expect(steps.at(-1)!.name).toBe('Refit')
  }, 240_000)

  test('undo goes back through all of it step by step, redo forth again', async () => {
    const labelsOfSteps = steps.slice(1).map(({ name }) => name)
    expect(labelsOfSteps.every(name => name !== null)).toBe(true)
    for (let at = steps.length - 2; at >= 0; at--) {
      await page.keyboard.press('Control+z')
      await expect.poll(async () => (await document()).history.undo).toBe(steps[at].name)
      expect(contentsOf(await document()), `undone: ${steps[at + 1].name}`).toEqual(steps[at].contents)
    }
    expect(await studio.tracks.names()).toEqual(names)
    expect(await studio.button('Undo').isDisabled()).toBe(true)
    for (let at = 1; at < steps.length; at++) {
      await page.keyboard.press(at % 2 ? 'Control+Shift+Z' : 'Control+y')
      await expect.poll(async () => (await document()).history.undo).toBe(steps[at].name)
      expect(contentsOf(await document()), `done again: ${steps[at].name}`).toEqual(steps[at].contents)
    }
    await expect.poll(() => studio.button('Redo').isDisabled()).toBe(true)
  }, 240_000)

  test('the page shows what the server has: states beside the tracks are those of the document', async () => {
    const { record, tracks } = await document()
    await studio.timeline.goTo(6)
    const words = ['visible', 'occluded', 'out of frame', 'unlabelled']
    for (const view of tracks) {
      const shown = shownOf(view, record)
      const wanted = shown.nodes.some(({ frame }) => frame === 6) ? 'keyframe' : words[shown.states[6]]
      await expect.poll(() => studio.tracks.row(view.record.name).getByRole('gridcell', { name: wanted, exact: true }).count(), { message: view.record.name }).toBe(1)
    }
  })
})
