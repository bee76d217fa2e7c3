import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chromiumIsHere, startPage, type PageHarness } from '../../../test/page/harness.ts'
import { presets } from '../../shared/presets.ts'
import type { JobView } from '../../shared/studio/document.ts'

const gestures = (page: Page) => page.evaluate(() => window.tests.fake.gestures)
const callsOf = (page: Page, id: string) => page.evaluate(id => window.tests.fake.calls.filter(call => call.id === id).map(call => call.params), id)
const place = (page: Page) => page.evaluate(() => ({ frame: window.tests.view.getState().frame, selection: [...window.tests.view.getState().selection] }))
const select = (page: Page, key: number, frame: number) => page.evaluate(([key, frame]) => window.tests.view.setState({ selection: new Set([key]), frame }), [key, frame] as const)

describe.skipIf(!chromiumIsHere)('the inspector (needs /usr/bin/chromium)', () => {
  let harness: PageHarness
  beforeAll(async () => {
    harness = await startPage(fileURLToPath(new URL('../../../test/page/entries/panelsPage.tsx', import.meta.url)))
  })
  afterEach(() => harness?.closePages())
  afterAll(() => harness?.close())

  test('a position typed becomes a keyframe; the coordinate that was not touched stays exact', async () => {
    const { page, complaints } = await harness.open()
    await select(page, 3, 7)
    const y = await page.evaluate(() => window.tests.document.getState().document!.tracks.get(3)!.path!.positions[15])
    await page.getByRole('textbox', { name: 'Position x' }).fill('101,25')
    await page.keyboard.press('Enter')
    await expect.poll(() => gestures(page)).toEqual([{ kind: 'setKeyframes', items: [{ key: 3, frame: 7, x: 101.25, y }] }])
    await page.getByRole('textbox', { name: 'Position y' }).press('ArrowUp')
    await expect.poll(() => gestures(page).then(all => all[1])).toEqual({ kind: 'setKeyframes', items: [{ key: 3, frame: 7, x: 101.25, y: y + 1 }] })
    // Leaving a field as it is changes nothing, whatever it rounds.
    await page.getByRole('textbox', { name: 'Position x' }).focus()
    await page.getByRole('textbox', { name: 'Name', exact: true }).focus()
    expect(await gestures(page)).toHaveLength(2)
    expect(complaints).toEqual([])
    await page.close()
  })

  test('states are set and cleared for the frame shown', async () => {
    const { page } = await harness.open()
    await select(page, 3, 9)
    const group = page.getByRole('group', { name: 'State in this frame' })
    await group.getByRole('button', { name: 'Occluded' }).click()
    await group.getByRole('button', { name: 'Occluded', pressed: true }).click()
    await expect.poll(() => gestures(page)).toEqual([
      { kind: 'setLabels', spans: [{ key: 3, first: 9, last: 9 }], label: 'occluded' },
      { kind: 'setLabels', spans: [{ key: 3, first: 9, last: 9 }], label: null },
    ])
    await page.close()
  })

  test('keyframes and labels are gone to, changed and deleted from their lists', async () => {
    const { page } = await harness.open()
    await select(page, 12, 0)
    await page.getByRole('button', { name: 'Go to keyframe 20' }).click()
    expect((await place(page)).frame).toBe(20)
    await page.getByRole('button', { name: 'Delete keyframe 20' }).click()
    await page.getByRole('button', { name: 'Go to label 3–6' }).click()
    expect((await place(page)).frame).toBe(3)
    await page.getByRole('combobox', { name: 'Label of 3–6' }).selectOption('Visible')
    await page.getByRole('button', { name: 'Clear label 3–6' }).click()
    await expect.poll(() => gestures(page)).toEqual([
      { kind: 'removeKeyframes', spans: [{ key: 12, first: 20, last: 20 }] },
      { kind: 'setLabels', spans: [{ key: 12, first: 3, last: 6 }], label: 'visible' },
      { kind: 'setLabels', spans: [{ key: 12, first: 3, last: 6 }], label: null },
    ])
    await page.close()
  })

  test('notes are saved when typing rests, and go to their own track when another is selected first', async () => {
    const { page } = await harness.open()
    await select(page, 2, 0)
    await page.getByRole('textbox', { name: 'Notes' }).fill('slips at the heel')
    await select(page, 3, 0)
    await expect.poll(() => gestures(page)).toEqual([{ kind: 'updateTracks', keys: [2], change: { notes: 'slips at the heel' } }])
    await page.getByRole('textbox', { name: 'Notes' }).fill('fine')
    await expect.poll(() => gestures(page).then(all => all[1])).toEqual({ kind: 'updateTracks', keys: [3], change: { notes: 'fine' } })
    await page.close()
  })

  test('of several tracks it shows what they share, and labels them in one step', async () => {
    const { page } = await harness.open()
    await page.evaluate(() => window.tests.view.setState({ selection: new Set([1, 2, 5]), frame: 8 }))
    await page.getByRole('heading', { name: '3 tracks selected' }).waitFor()
    await page.getByRole('button', { name: 'Out of frame' }).click()
    await expect.poll(() => gestures(page)).toEqual([{ kind: 'setLabels', spans: [1, 2, 5].map(key => ({ key, first: 8, last: 8 })), label: 'outOfFrame' }])
    await page.getByRole('button', { name: 'Merge', exact: true }).click()
    await expect.poll(() => gestures(page).then(all => all[1])).toEqual({ kind: 'mergeTracks', into: 1, from: [2, 5] })
    await page.close()
  })

  test('a fit under way shows its phase, progress and losses, and is paused and cancelled', async () => {
    const { page, complaints } = await harness.open()
    await page.getByRole('tab', { name: 'Fit' }).click()
    await page.evaluate(settings => {
      const { fake, document } = window.tests
      const { project, video } = document.getState().document!
      fake.answers['job.pause'] = async () => null
      fake.answers['job.cancel'] = async () => null
      const losses = (total: number) => ({ total, pixel: total / 2, depth: 0, prior: 0, occlusion: 0, longTerm: total / 4 })
      fake.answers['run.losses'] = async () => [{ step: 10, losses: losses(8) }]
      fake.tell({ kind: 'job', job: { id: 4, kind: 'optimise', project, video, runId: 2, title: 'numbered', state: 'running', error: null, settings, last: null } })
      fake.tell({ kind: 'progress', job: 4, message: { kind: 'phase', phase: 'optimise', label: 'Fitting the field' } })
      for (const step of [20, 150]) fake.tell({ kind: 'progress', job: 4, message: { kind: 'step', step, steps: 600, losses: losses(step === 20 ? 4 : 2), pointsPerSecond: 41_000, etaS: 40 } })
    }, presets.draft)
    await page.getByText('Fitting the field').waitFor()
    await page.getByText('150 of 600').waitFor()
    await page.getByText('40 s left').waitFor()
    expect(await page.getByRole('progressbar', { name: 'Progress of the fit' }).getAttribute('value')).toBe('0.25')
    await page.getByRole('img', { name: 'Losses at step 150: Total 2.00, Flow 1.00, Long-term 0.500' }).waitFor()
    // Losses from before this window heard of the job stand in front.
    await expect.poll(() => page.evaluate(() => window.tests.jobs.getState().jobs.get(4)!.losses.map(({ step }) => step))).toEqual([10, 20, 150])
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Cancel', exact: true }).click()
    expect([await callsOf(page, 'job.pause'), await callsOf(page, 'job.cancel')]).toEqual([[{ id: 4 }], [{ id: 4 }]])
    expect(complaints).toEqual([])
    await page.close()
  })

  test('runs say how they ended; one that did not end goes on', async () => {
    const { page } = await harness.open()
    await page.getByRole('tab', { name: 'Fit' }).click()
    const job: Omit<JobView, 'project' | 'video'> = {
      id: 4, kind: 'optimise', runId: 12, title: 'numbered', state: 'failed', settings: presets.draft, last: null,
      error: { code: 'diverged', subject: 'Run 12', reason: 'the losses are no longer numbers', next: 'Try another seed.' },
    }
    await page.evaluate(job => {
      const { fake, document } = window.tests
      const { project, video } = document.getState().document!
      fake.answers['run.resume'] = async () => ({ ...job, project, video, state: 'queued', error: null })
      const opened = document.getState().document!
      const run = { id: 12, videoId: video, preset: 'draft', settingsDiff: {}, settings: job.settings!, seed: 0, codeVersion: '0.1.0', state: 'failed', step: 42, error: null, checkpointPath: null, checkpointStep: null, createdAt: 0, startedAt: 0, endedAt: 95_000, activeMs: 95_000, phaseMs: {} } as const
      fake.answers['video.open'] = async () => ({ ...opened, tracks: [...opened.tracks.values()], runs: [run] })
      fake.tell({ kind: 'job', job: { ...job, project, video } })
    }, job)
    const run = page.getByRole('listitem', { name: 'Run 12' })
    await run.getByText('Run 12: the losses are no longer numbers.').waitFor()
    await run.getByText('Try another seed.').waitFor()
    // How long it took comes from the server once it has ended.
    await run.getByText('step 42 of 600 · 1 min 35 s').waitFor()
    await run.getByRole('button', { name: 'Resume run 12' }).click()
    await expect.poll(() => callsOf(page, 'run.resume')).toEqual([{ video: expect.objectContaining({ video: 1 }), runId: 12 }])
    await page.close()
  })

  test('the impact lists tracks that moved; a click selects the track and goes to the frame', async () => {
    const { page } = await harness.open()
    await page.getByRole('tab', { name: 'Fit' }).click()
    await page.evaluate(() => {
      const { fake, document } = window.tests
      const { project, video } = document.getState().document!
      fake.tell({ kind: 'impact', project, video, impact: { runId: 3, deltaPx: 1, moved: [{ key: 4, maxPx: 1.5, meanPx: 1, frame: 11, frames: 3 }, { key: 6, maxPx: 7.25, meanPx: 2, frame: 30, frames: 12 }], disagree: [{ key: 3, frame: 20, px: 2.5 }] } })
    })
    const moved = page.getByRole('list', { name: 'Tracks that moved' }).getByRole('button')
    await expect.poll(() => moved.allTextContents()).toEqual(['Track 612 frames7.3 px', 'Track 43 frames1.5 px'])
    await moved.first().click()
    expect(await place(page)).toEqual({ frame: 30, selection: [6] })
    await page.getByRole('button', { name: 'Go to keyframe 20 of Track 3, 2.5 px off' }).click()
    expect(await place(page)).toEqual({ frame: 20, selection: [3] })
    await page.getByRole('slider', { name: 'Moved by more than' }).fill('3')
    await expect.poll(() => moved.count()).toBe(1)
    await page.close()
  })

  test('the review scores the tracks, goes to the worst frame, and takes decisions', async () => {
    const { page, complaints } = await harness.open()
    await page.evaluate(() => {
      const { fake, document } = window.tests
      const scores = (aj: number) => ({ aj, deltaAvg: 0.8, oa: 0.9, tc: 0.5, jaccard: [0.1, 0.2, 0.3, 0.4, 0.5], delta: [0.2, 0.4, 0.6, 0.8, 1] })
      const track = (key: number, aj: number) => ({ key, referenceId: `t${key}`, ...scores(aj), worstFrame: 10 * key, worstPx: 30, visibilityDisagrees: 2 })
      fake.answers['review.metrics'] = async () => ({ reference: 5, ...scores(0.6125), tracks: [track(2, 0.1), track(1, Number.NaN)], unmatched: ['x'] })
      document.setState(({ document }) => ({ document: { ...document!, references: [{ id: 5, name: 'truth.pkl', kind: 'truth', tracks: 3, matched: 2 }] } }))
    })
    await page.getByRole('tab', { name: 'Review' }).click()
    await page.getByText('61.3').waitFor()
    await page.getByRole('button', { name: 'Go to Track 2: AJ 10.0, 30.0 px apart at frame 20' }).click()
    expect(await place(page)).toEqual({ frame: 20, selection: [2] })
    await page.getByRole('checkbox', { name: 'Show on the picture' }).check()
    expect(await page.evaluate(() => window.tests.view.getState().reference)).toBe(5)
    await page.getByRole('combobox', { name: 'Decide about' }).selectOption('Frame 20 of the selected tracks')
    await page.getByRole('button', { name: 'Accept theirs' }).click()
    await page.evaluate(() => window.tests.view.setState({ laneSelection: { keys: [1, 2, 9], first: 4, last: 8 } }))
    await page.getByRole('combobox', { name: 'Decide about' }).selectOption('Marked: frames 4–8')
    await page.getByRole('button', { name: 'Keep mine' }).click()
    await expect.poll(() => gestures(page)).toEqual([
      { kind: 'decide', reference: 5, spans: [{ key: 2, first: 20, last: 20 }], verdict: 'accepted' },
      { kind: 'decide', reference: 5, spans: [{ key: 1, first: 4, last: 8 }, { key: 2, first: 4, last: 8 }], verdict: 'rejected' },
    ])
    expect(complaints).toEqual([])
    await page.close()
  })

  test('tabs are gone through with arrow keys', async () => {
    const { page } = await harness.open()
    await page.getByRole('tab', { name: 'Track' }).focus()
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => page.getByRole('tab', { name: 'Info' }).getAttribute('aria-selected')).toBe('true')
    await page.getByText('24 frames/s').waitFor()
    await page.close()
  })
})
