import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { contentsOf, openSecondWindow, shownOf, type SecondWindow } from '../../builders/secondWindow.ts'
import { chromiumIsHere, startSpec, type StudioSpec } from '../../builders/servedStudio.ts'
import { placeOf, SCENE, seenFrames, smallScene, type SmallScene } from '../../builders/smallScene.ts'
import { Studio } from '../page-objects/studio.ts'

interface CommandScores {
  readonly averageJaccard: number
  readonly deltaAvg: number
  readonly occlusionAccuracy: number
  readonly temporalCoherence: number
  /** By threshold, ascending. */
  readonly delta: Readonly<Record<string, number>>
  readonly jaccard: Readonly<Record<string, number>>
}

describe.skipIf(!chromiumIsHere)('review against the truth (needs /usr/bin/chromium)', () => {
  let spec: StudioSpec
  let scene: SmallScene
  let page: Page
  let studio: Studio
  let complaints: string[]
  let second: SecondWindow
  beforeAll(async () => {
    spec = await startSpec()
    scene = await smallScene(spec, 'fast', 3)
    await spec.tapline('track', join(spec.folder, 'scene-3/fast/frames'), '--queries', scene.queriesFile, '--preset', 'draft', '--steps', '20', '--project', scene.project)
    const { url } = await spec.serve({ project: scene.project })
    second = await openSecondWindow(url);
    ({ page, complaints } = await spec.chromium.open(url))
    studio = new Studio(page)
    studio.canvas.sized(SCENE.width, SCENE.height)
    await studio.ready()
    await studio.dismissHints()
  }, 300_000)
  afterAll(async () => {
    second?.close()
    await spec?.close()
  })
  beforeEach(() => () => expect(complaints).toEqual([]))

  const document = () => second.document({ project: scene.project, video: 1 })
  const percent = (share: number) => (share * 100).toFixed(1)

  test('imported truth finds the counterparts of all tracks', async () => {
    await studio.inspector.show('Review')
    await studio.inspector.button('Import tracks…').click()
    await studio.dialogs.importTracks(scene.truthFile, 'Ground truth')
    const outcome = studio.dialogs.named('Tracks imported')
    const tracks = (await document()).tracks.length
    expect(await outcome.getByRole('status').innerText()).toBe(`truth: ${tracks} of ${scene.truth.ids.length} tracks have a counterpart among yours.`)
    await outcome.getByRole('button', { name: 'Show the review' }).click()
  })

  test('its scores are those of the command line on the exported file', async () => {
    const json = join(spec.folder, 'ours.json')
    await studio.dialogs.export('JSON (.json)', json)
    await studio.dialogs.named('Export').getByRole('button', { name: 'Close' }).last().click()
    const lines = (await spec.tapline('evaluate', scene.truthFile, json, '--json')).trim().split('\n').map(line => JSON.parse(line) as { readonly mean?: CommandScores })
    const mean = lines.find(line => line.mean)?.mean
    if (!mean) throw new Error('the command line gave no mean')
    const scores = studio.inspector.section('Scores')
    const score = (name: string) => scores.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]')
    expect(await score('AJ').innerText()).toBe(percent(mean.averageJaccard))
    expect(await score('δ avg').innerText()).toBe(percent(mean.deltaAvg))
    expect(await score('OA').innerText()).toBe(percent(mean.occlusionAccuracy))
    expect(await score('TC').innerText()).toBe(mean.temporalCoherence.toFixed(2))
    const cells = async (name: string) => (await scores.getByRole('row', { name: new RegExp(`^${name}`) }).getByRole('cell').allInnerTexts())
    expect(await cells('δ')).toEqual(Object.values(mean.delta).map(percent))
    expect(await cells('Jaccard')).toEqual(Object.values(mean.jaccard).map(percent))
  })

  test('tracks are listed worst first, and lead to where they are furthest off', async () => {
    const rows = studio.inspector.section('Tracks, worst first').getByRole('button', { name: /^Go to / })
    const names = await rows.evaluateAll(all => all.map(row => row.getAttribute('aria-label')!))
    const scores = names.map(name => Number(/AJ ([\d.]+)/.exec(name)![1]))
    expect(scores.length).toBeGreaterThan(5)
    expect(scores).toEqual([...scores].sort((a, b) => a - b))
    const at = names.findIndex(label => / [1-9][\d.]* px apart/.test(label))
    const [, name, frame] = /^Go to (\S+): AJ [\d.]+, [\d.]+ px apart at frame (\d+)/.exec(names[at])!
    await rows.nth(at).click()
    await studio.canvas.showing(Number(frame))
    const { record, tracks } = await document()
    const shown = shownOf(tracks.find(view => view.record.name === name)!, record)
    const row = scene.truth.ids.indexOf(shown.record.id)
    const apart = (at: number) => {
      const truth = placeOf(scene.truth, row, at)
      return Math.hypot(shown.positions[2 * at] - truth.x, shown.positions[2 * at + 1] - truth.y)
    }
    const both = seenFrames(scene.truth, row).filter(at => shown.states[at] === 0)
    expect(apart(Number(frame))).toBeCloseTo(Math.max(...both.map(apart)), 3)
  })

  test('accepting the truth of the worst track takes its places, and can be undone', async () => {
    const rows = studio.inspector.section('Tracks, worst first').getByRole('button', { name: /^Go to / })
    const [, name] = /^Go to (\S+):/.exec((await rows.first().getAttribute('aria-label'))!)!
    await studio.tracks.select(name)
    const before = await document()
    const at = before.tracks.findIndex(view => view.record.name === name)
    const row = scene.truth.ids.indexOf(before.tracks[at].record.id)
    await studio.inspector.section('Decide').getByRole('button', { name: 'Accept theirs' }).click()
    await expect.poll(async () => (await document()).tracks[at].path!.source).toBe('accepted')
    const { record, tracks, decisions } = await document()
    const shown = shownOf(tracks[at], record)
    for (const frame of seenFrames(scene.truth, row)) {
      const { x, y } = placeOf(scene.truth, row, frame)
      expect(Math.hypot(shown.positions[2 * frame] - x, shown.positions[2 * frame + 1] - y)).toBeLessThan(0.01)
      expect(shown.states[frame]).toBe(0)
    }
    expect(decisions).toMatchObject([{ key: tracks[at].record.key, verdict: 'accepted' }])
    await studio.inspector.section('Decide').getByRole('list', { name: 'Decisions' }).getByText('theirs taken').waitFor()
    const { references } = await document()
    const scored = await second.call('review.metrics', { video: { project: scene.project, video: 1 }, reference: references[0].id })
    expect(scored.tracks.find(({ key }) => key === tracks[at].record.key)!.aj).toBeGreaterThan(0.99)
    await expect.poll(() => rows.first().getAttribute('aria-label')).not.toContain(`Go to ${name}:`)
    await studio.button('Undo').click()
    await expect.poll(async () => contentsOf(await document())).toEqual(contentsOf(before))
  })

  test('where they disagree is drawn on the picture when asked for', async () => {
    const box = studio.inspector.section('References').getByRole('checkbox', { name: 'Show on the picture' })
    await box.uncheck()
    await page.mouse.move(2, 2)
    await studio.canvas.settled()
    const without = await studio.canvas.pixels()
    await box.check()
    await page.mouse.move(2, 2)
    await expect.poll(async () => (await studio.canvas.pixels()).rgb.some((value, i) => value !== without.rgb[i])).toBe(true)
  })
})
