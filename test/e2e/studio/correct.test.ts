import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readTracks } from '../../../src/pipeline/export/readTracks.ts'
import type { ShownTrack } from '../../../src/renderer/state/shownTrack.ts'
import type { Keyframe } from '../../../src/shared/projectRecords.ts'
import { TrackState } from '../../../src/shared/tracks.ts'
import { openSecondWindow, shownOf, type SecondWindow } from '../../builders/secondWindow.ts'
import { chromiumIsHere, startSpec, type StudioSpec } from '../../builders/servedStudio.ts'
import { placeOf, SCENE, seenFrames, smallScene, type SmallScene } from '../../builders/smallScene.ts'
import { Studio } from '../page-objects/studio.ts'

/** An error beyond this counts as this: once lost is lost, px. */
const LOST_PX = 30
/** Tracks with a mean error beyond this are wrong, px. */
const WRONG_PX = 3

/**
 * Balls that roll over and behind one another, fitted too shortly: many tracks are wrong. Two of them are corrected as an annotator
 * would; the refit must make others better that nobody touched.
 */
describe.skipIf(!chromiumIsHere)('corrections, and what they do to other tracks (needs /usr/bin/chromium)', () => {
  let spec: StudioSpec
  let scene: SmallScene
  let page: Page
  let studio: Studio
  let complaints: string[]
  let second: SecondWindow
  /** Before anything was corrected. */
  let before: readonly ShownTrack[]
  let wrong: readonly number[]
  let picked: readonly number[]
  const dragged = new Map<number, Keyframe[]>()

  beforeAll(async () => {
    spec = await startSpec()
    scene = await smallScene(spec, 'stacking')
    const { width, height } = SCENE
    await spec.tapline('track', join(spec.folder, 'scene-0/stacking/frames'), '--queries', scene.queriesFile, '--preset', 'draft', '--steps', '150', '--project', scene.project)
    const { url } = await spec.serve({ project: scene.project })
    second = await openSecondWindow(url);
    ({ page, complaints } = await spec.chromium.open(url))
    studio = new Studio(page)
    studio.canvas.sized(width, height)
    await studio.ready()
    await studio.dismissHints()
    before = await shown()
    const rows = before.map((_, at) => at).filter(at => truthRow(at) >= 0 && seenFrames(scene.truth, truthRow(at)).length >= 8)
    wrong = rows.filter(at => meanError(before[at], at) > WRONG_PX).sort((a, b) => meanError(before[b], b) - meanError(before[a], a))
    // The worst, and the third worst: the second is left to learn from them.
    picked = [wrong[0], wrong[2]]
  }, 400_000)
  afterAll(async () => {
    second?.close()
    await spec?.close()
  })
  beforeEach(() => () => expect(complaints).toEqual([]))

  const document = () => second.document({ project: scene.project, video: 1 })
  async function shown(): Promise<readonly ShownTrack[]> {
    const { record, tracks } = await document()
    return tracks.map(view => shownOf(view, record))
  }
  const truthRow = (at: number) => scene.truth.ids.indexOf(before[at].record.id)
  const truePlace = (at: number, frame: number) => placeOf(scene.truth, truthRow(at), frame)
  function errorAt({ positions }: ShownTrack, at: number, frame: number): number {
    const { x, y } = truePlace(at, frame)
    return Math.min(LOST_PX, Math.hypot(positions[2 * frame] - x, positions[2 * frame + 1] - y))
  }
  /** Over the frames in which the truth sees the point, but the first, which was asked for. */
  function meanError(track: ShownTrack, at: number): number {
    const frames = seenFrames(scene.truth, truthRow(at)).slice(1)
    return frames.reduce((sum, frame) => sum + errorAt(track, at, frame), 0) / frames.length
  }
  /** Up to three frames where it is worst, not side by side, where there is a point to take hold of. */
  function framesToCorrect(at: number, track: ShownTrack): number[] {
    const chosen: number[] = []
    const here = (frame: number) => {
      const [x, y] = [track.positions[2 * frame], track.positions[2 * frame + 1]]
      return track.states[frame] !== TrackState.outOfFrame && track.states[frame] !== TrackState.unlabelled && x > 2 && y > 2 && x < SCENE.width - 2 && y < SCENE.height - 2
    }
    const frames = seenFrames(scene.truth, truthRow(at)).slice(1).filter(here)
    for (const frame of frames.sort((a, b) => errorAt(track, at, b) - errorAt(track, at, a)))
      if (chosen.length < 3 && chosen.every(other => Math.abs(other - frame) >= 3)) chosen.push(frame)
    return chosen
  }

  test('points dragged to their true places become keyframes, and the path follows at once', async () => {
    expect(wrong.length).toBeGreaterThan(4)
    for (const at of picked) {
      const { name, key } = before[at].record
      await studio.tracks.find(name)
      // Alone on the picture: the press must not take hold of a neighbour.
      await studio.command('solo selected')
      for (const frame of framesToCorrect(at, before[at])) {
        await studio.timeline.goTo(frame)
        const now = (await shown())[at]
        const to = truePlace(at, frame)
        await studio.canvas.drag({ x: now.positions[2 * frame], y: now.positions[2 * frame + 1] }, to)
        await expect.poll(async () => (await document()).tracks[at].edits.keyframes.some(keyframe => keyframe.frame === frame)).toBe(true)
        const set = (await document()).tracks[at].edits.keyframes.find(keyframe => keyframe.frame === frame)!
        expect(Math.hypot(set.x - to.x, set.y - to.y)).toBeLessThan(0.5)
        // While the field is still being loaded the path is bent, and repaired once it can be asked.
        await expect.poll(async () => (await document()).tracks[at].path!.source, { timeout: 60_000 }).toBe('repaired')
        dragged.set(key, [...(dragged.get(key) ?? []), set])
      }
      await studio.command('solo selected')
      const repaired = (await shown())[at]
      expect(meanError(repaired, at)).toBeLessThan(0.6 * meanError(before[at], at))
    }
    await studio.saved()
    const untouched = (await shown()).filter((_, at) => !picked.includes(at))
    expect(untouched.map(track => [...track.positions])).toEqual(before.filter((_, at) => !picked.includes(at)).map(track => [...track.positions]))
  }, 240_000)

  test('Refit teaches them to the field: tracks that nobody touched come nearer to the truth', async () => {
    const corrections = [...dragged.values()].flat().length
    await studio.inspector.show('Fit')
    await studio.inspector.button(`Refit (${corrections})`).click()
    await studio.notices.getByText(/^The field is fitted: \d+ tracks moved/).waitFor({ timeout: 200_000 })
    const after = await shown()
    const others = wrong.filter(at => !picked.includes(at))
    const errors = others.map(at => ({ name: before[at].record.name, was: meanError(before[at], at), is: meanError(after[at], at) }))
    const total = (figure: 'was' | 'is') => errors.reduce((sum, error) => sum + error[figure], 0)
    expect(dragged.size).toBe(2)
    expect(total('is')).toBeLessThan(0.9 * total('was'))
    expect(errors.some(({ was, is }) => is < 0.5 * was)).toBe(true)
    await expect.poll(() => studio.inspector.fact('Taught')).toMatch(/^[1-9]\d* corrections/)
    expect(await studio.inspector.button('Refit').isVisible()).toBe(true)
  }, 300_000)

  test('the impact list names the tracks that moved, furthest first, and leads to them', async () => {
    const after = await shown()
    const isPlaced = (state: number) => state === TrackState.visible || state === TrackState.occluded
    const moved = (at: number) => Math.max(...[...Array(SCENE.frames).keys()].filter(frame => isPlaced(before[at].states[frame]) && isPlaced(after[at].states[frame])).map(frame => {
      const by = (axis: 0 | 1) => after[at].positions[2 * frame + axis] - before[at].positions[2 * frame + axis]
      return Math.hypot(by(0), by(1))
    }))
    const furthest = before.map((_, at) => at).filter(at => !picked.includes(at)).sort((a, b) => moved(b) - moved(a))[0]
    const impact = studio.inspector.section('Impact')
    const rows = impact.getByRole('button', { name: /^Go to .*, moved/ })
    const listed = await rows.evaluateAll(all => all.map(row => /^Go to (\S+), moved ([\d.]+) px/.exec(row.getAttribute('aria-label')!)!.slice(1)))
    expect(listed.length).toBeGreaterThan(0)
    const distances = listed.map(([, px]) => Number(px))
    expect(distances).toEqual([...distances].sort((a, b) => b - a))
    expect(listed.slice(0, 5).map(([name]) => name)).toContain(before[furthest].record.name)
    const label = (await rows.first().getAttribute('aria-label'))!
    await rows.first().click()
    await studio.canvas.showing(Number(/frame (\d+)/.exec(label)![1]))
    await studio.inspector.show('Track')
    expect(await studio.inspector.panel.getByRole('textbox', { name: 'Name' }).inputValue()).toBe(listed[0][0])
  })

  test('what was dragged came through the refit to the bit, and so it is exported', async () => {
    expect(dragged.size).toBe(2)
    const { tracks } = await document()
    for (const [key, set] of dragged) {
      const { keyframes } = tracks.find(({ record }) => record.key === key)!.edits
      expect(keyframes.filter(({ frame }) => set.some(other => other.frame === frame))).toEqual([...set].sort((a, b) => a.frame - b.frame))
    }
    const json = join(spec.folder, 'corrected.json')
    await studio.dialogs.export('JSON (.json)', json)
    const exported = readTracks(await readFile(json), { name: json }).videos[0].tracks
    for (const [key, set] of dragged) {
      const row = exported.ids.indexOf(tracks.find(({ record }) => record.key === key)!.record.id)
      for (const { frame, x, y } of set) expect(placeOf(exported, row, frame)).toEqual({ x: Math.fround(x), y: Math.fround(y) })
    }
  })
})
