import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentsOf, openSecondWindow } from '../../builders/secondWindow.ts'
import { chromiumIsHere, freePort, startSpec, type StudioSpec } from '../../builders/servedStudio.ts'
import { placeOf, SCENE, smallScene, type SmallScene } from '../../builders/smallScene.ts'
import { Studio } from '../page-objects/studio.ts'

describe.skipIf(!chromiumIsHere)('a server killed in the middle of a fit (needs /usr/bin/chromium)', () => {
  let spec: StudioSpec
  let scene: SmallScene
  beforeAll(async () => {
    spec = await startSpec()
    scene = await smallScene(spec, 'parallax', 5)
  }, 240_000)
  afterAll(() => spec?.close())

  test('loses nothing: the page comes back by itself, the run goes on from its checkpoint to its end', async () => {
    const port = await freePort()
    const first = await spec.serve({ port, project: scene.project })
    const ref = { project: scene.project, video: 1 }
    const { page, complaints } = await spec.chromium.open(first.url)
    const studio = new Studio(page)
    studio.canvas.sized(SCENE.width, SCENE.height)
    await studio.ready()
    await studio.dismissHints()
    await page.keyboard.press('n')
    for (const row of [0, 7]) await studio.canvas.click(placeOf(scene.truth, row, 0))
    await expect.poll(() => studio.tracks.names()).toEqual(['1', '2'])
    await page.keyboard.press('a')

    await studio.dialogs.optimise('Draft', { steps: 300 })
    let second = await openSecondWindow(first.url)
    const checkpoint = async () => Math.max(0, ...(await second.document(ref)).runs.map(({ step }) => step))
    await studio.inspector.panel.getByRole('img', { name: /^Losses at step/ }).waitFor({ timeout: 200_000 })
    // A pause keeps a checkpoint: it need not be waited for.
    await studio.inspector.button('Pause').click()
    await expect.poll(checkpoint, { timeout: 60_000 }).toBeGreaterThan(0)
    await studio.inspector.section('Optimise').getByText('paused', { exact: true }).waitFor()
    // A gesture while the fit runs; killed as soon as it is saved.
    await studio.tracks.select('2')
    await studio.timeline.goTo(5)
    await page.keyboard.press('q')
    await expect.poll(async () => (await second.document(ref)).tracks[1].edits.labels).toEqual([{ kind: 'occluded', first: 5, last: 5 }])
    const before = await second.document(ref)
    const kept = await checkpoint()
    second.close()
    expect(complaints).toEqual([])
    await studio.inspector.show('Fit')
    await studio.inspector.button('Go on').click()
    await studio.inspector.button('Pause').waitFor()
    await first.stop('SIGKILL')

    await page.getByRole('alert').filter({ hasText: /Reconnecting…|is lost/ }).waitFor()
    await studio.saving.filter({ hasText: 'Connection lost' }).waitFor()
    const again = await spec.serve({ port, project: scene.project })
    expect(again.url).toBe(first.url)
    await studio.saved()
    await expect.poll(() => page.getByRole('alert').count()).toBe(0)
    second = await openSecondWindow(again.url)
    const after = await second.document(ref)
    expect(contentsOf(after)).toEqual(contentsOf(before))
    expect(after.history).toEqual(before.history)
    expect(after.runs.map(({ state }) => state)).toEqual(['interrupted'])
    expect(after.runs[0].step).toBeGreaterThanOrEqual(kept)

    await studio.inspector.show('Fit')
    const run = studio.inspector.run(after.runs[0].id)
    await run.getByText('draft, interrupted').waitFor()
    await run.getByRole('button', { name: /^Resume/ }).click()
    await studio.notices.getByText(/^The field is fitted/).waitFor({ timeout: 250_000 })
    const steps = second.events.flatMap(event => (event.kind === 'progress' && event.message.kind === 'step' ? [event.message.step] : []))
    expect(steps[0]).toBeGreaterThan(after.runs[0].step - 1)
    await run.getByText('draft, done').waitFor()
    const end = await second.document(ref)
    expect(end.field.state).toBe('fitted')
    expect(end.tracks.map(({ path }) => path!.source)).toEqual(['field', 'field'])
    expect(end.tracks[1].edits.labels).toEqual([{ kind: 'occluded', first: 5, last: 5 }])
    // What the browser itself says of a line that broke is no fault of the page.
    expect(complaints.filter(text => !/WebSocket connection|ERR_CONNECTION|Failed to load resource/.test(text))).toEqual([])
    second.close()
  }, 600_000)
})
