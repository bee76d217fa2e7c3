/** What each gesture does to tracks, paths and the history; the field is a fake whose motion is exact. */
import { describe, expect, it } from 'vitest'
import { DRIFT } from '../../../../test/builders/fakeField.ts'
import { FRAMES, SIZE, studioWithVideo, type TestStudio } from '../../../../test/builders/studioForTests.ts'
import type { TrackView, VideoRef } from '../../../shared/studio/document.ts'
import type { Gesture } from '../../../shared/studio/gestures.ts'
import { TrackState } from '../../../shared/tracks.ts'

async function opened() {
  const made = await studioWithVideo()
  const { video } = made
  await made.document(video)
  await made.event(event => event.kind === 'field' && event.field.state === 'flow' && !event.field.loading)
  const add = async (...points: { frame: number; x: number; y: number }[]) => (await made.apply(video, { kind: 'addTracks', points })).keys
  const track = async (key: number): Promise<TrackView | undefined> => (await made.document(video)).tracks.find(view => view.record.key === key)
  const apply = (gesture: Gesture) => made.apply(video, gesture)
  return { ...made, add, track, apply }
}

const at = (view: TrackView | undefined, frame: number) => [...view!.path!.positions.subarray(2 * frame, 2 * frame + 2)]
/** All that undo must bring back. */
const state = async ({ document }: Pick<TestStudio, 'document'>, video: VideoRef) => {
  const { tracks, markers, decisions } = await document(video)
  return { tracks, markers, decisions }
}

describe('gestures', { timeout: 60_000 }, () => {
  it('a keyframe at the frame of the click moves the point that the track starts from', async () => {
    const { add, apply, track } = await opened()
    const [key] = await add({ frame: 5, x: 10, y: 40 })
    await apply({ kind: 'setKeyframes', items: [{ key, frame: 5, x: 12.5, y: 41 }] })
    const view = await track(key)
    expect(view?.record.query).toEqual({ frame: 5, x: 12.5, y: 41 })
    expect(view?.edits.keyframes).toEqual([{ frame: 5, x: 12.5, y: 41 }])
    expect(at(view, 9)[0]).toBeCloseTo(12.5 + 4 * DRIFT.x, 4)
  })

  it('many keyframes of many tracks are one step; outside the clip nothing is set', async () => {
    const made = await opened()
    const { add, apply, track, video } = made
    const [a, b] = await add({ frame: 0, x: 10, y: 40 }, { frame: 0, x: 20, y: 40 })
    const before = await state(made, video)
    const { label } = await apply({ kind: 'setKeyframes', items: [{ key: a, frame: 9, x: 1, y: 2 }, { key: a, frame: 19, x: 3, y: 4 }, { key: b, frame: 9, x: 5, y: 6 }] })
    expect(label).toBe('Move 3 points')
    expect((await track(a))?.edits.keyframes.map(({ frame }) => frame)).toEqual([0, 9, 19])
    expect(at(await track(b), 9)).toEqual([5, 6])
    await made.studio.handlers['edit.undo'](video)
    expect(await state(made, video)).toEqual(before)
    await expect(apply({ kind: 'setKeyframes', items: [{ key: a, frame: 3, x: 1, y: 2 }, { key: a, frame: FRAMES, x: 1, y: 2 }] })).rejects.toMatchObject({ code: 'bad-query' })
    await expect(apply({ kind: 'setKeyframes', items: [{ key: a, frame: 3, x: Number.NaN, y: 2 }] })).rejects.toMatchObject({ code: 'bad-query' })
    expect(await state(made, video)).toEqual(before)
  })

  it('without its keyframe the path between the neighbours is read again; without the first, the nearest takes its part', async () => {
    const { add, apply, track, field } = await opened()
    const [key] = await add({ frame: 0, x: 10, y: 40 })
    const clicked = await track(key)
    await apply({ kind: 'setKeyframes', items: [{ key, frame: 10, x: 50, y: 10 }] })
    expect((await apply({ kind: 'removeKeyframes', spans: [{ key, first: 8, last: 12 }] })).label).toBe('Delete keyframe')
    expect((await track(key))?.path?.positions).toEqual(clicked?.path?.positions)
    await apply({ kind: 'setKeyframes', items: [{ key, frame: 10, x: 50, y: 10 }, { key, frame: 30, x: 80, y: 5 }] })
    await apply({ kind: 'removeKeyframes', spans: [{ key, first: 0, last: 0 }] })
    const view = await track(key)
    expect(view?.record.query).toEqual({ frame: 10, x: 50, y: 10 })
    expect(field.asks.at(-1)).toMatchObject({ span: { first: 0, last: 10 } })
    expect(at(view, 0)[0]).toBeCloseTo(50 - 10 * DRIFT.x, 4)
    expect((await apply({ kind: 'removeKeyframes', spans: [{ key, first: 12, last: 20 }] })).keys).toEqual([])
  })

  it('labels are painted, pasted in one step, and cleared; cleared edits show what was predicted', async () => {
    const { add, apply, track } = await opened()
    const [a, b] = await add({ frame: 0, x: 10, y: 40 }, { frame: 0, x: 20, y: 40 })
    const labels = async (key: number) => (await track(key))?.edits.labels.map(({ kind, first, last }) => `${kind} ${first}-${last}`)
    await apply({ kind: 'setLabels', spans: [{ key: a, first: 2, last: 9 }, { key: b, first: 0, last: 3 }], label: 'occluded' })
    await apply({ kind: 'setLabels', spans: [{ key: a, first: 4, last: 5 }], label: 'visible' })
    expect(await labels(a)).toEqual(['occluded 2-3', 'visible 4-5', 'occluded 6-9'])
    const pasted = await apply({ kind: 'pasteLabels', items: [{ key: b, first: 0, last: 1, label: null }, { key: b, first: 10, last: 12, label: 'outOfFrame' }] })
    expect(pasted.label).toBe('Paste labels')
    expect(await labels(b)).toEqual(['occluded 2-3', 'outOfFrame 10-12'])
    const clicked = await track(a)
    await apply({ kind: 'setKeyframes', items: [{ key: a, frame: 8, x: 90, y: 1 }] })
    expect((await apply({ kind: 'clearEdits', spans: [{ key: a, first: 4, last: 20 }] })).label).toBe('Clear edits of 17 frames')
    expect(await labels(a)).toEqual(['occluded 2-3'])
    expect((await track(a))?.edits.keyframes).toEqual([{ frame: 0, x: 10, y: 40 }])
    expect((await track(a))?.path?.positions).toEqual(clicked?.path?.positions)
    await expect(apply({ kind: 'setLabels', spans: [{ key: a, first: 9, last: FRAMES }], label: 'visible' })).rejects.toMatchObject({ code: 'bad-query' })
  })

  it('merged tracks have the keyframes of both, the path of the nearer, and undo parts them again', async () => {
    const made = await opened()
    const { add, apply, track, video } = made
    const [a, b] = await add({ frame: 0, x: 10, y: 40 }, { frame: 30, x: 70, y: 20 })
    await apply({ kind: 'setLabels', spans: [{ key: b, first: 32, last: 35 }], label: 'occluded' })
    const before = await state(made, video)
    const { label } = await apply({ kind: 'mergeTracks', into: a, from: [b] })
    expect(label).toBe('Merge 2 tracks')
    const merged = await track(a)
    expect(await track(b)).toBeUndefined()
    expect(merged?.edits).toEqual({ keyframes: [{ frame: 0, x: 10, y: 40 }, { frame: 30, x: 70, y: 20 }], labels: [{ kind: 'occluded', first: 32, last: 35 }] })
    expect(at(merged, 39)[0]).toBeCloseTo(70 + 9 * DRIFT.x, 4)
    expect(at(merged, 0)).toEqual([10, 40])
    await made.studio.handlers['edit.undo'](video)
    expect(await state(made, video)).toEqual(before)
    await expect(apply({ kind: 'mergeTracks', into: a, from: [a] })).rejects.toMatchObject({ code: 'usage' })
  })

  it('a split track ends where the new one starts; undo joins them', async () => {
    const made = await opened()
    const { add, apply, track, video } = made
    const [key] = await add({ frame: 25, x: 60, y: 30 })
    await apply({ kind: 'setLabels', spans: [{ key, first: 10, last: 30 }], label: 'occluded' })
    const before = await state(made, video)
    const whole = await track(key)
    const { keys } = await apply({ kind: 'splitTrack', key, frame: 20 })
    const [first, second] = [await track(key), await track(keys.find(other => other !== key)!)]
    expect(first?.path?.states.indexOf(TrackState.unlabelled)).toBe(20)
    expect(second?.path?.states.lastIndexOf(TrackState.unlabelled)).toBe(19)
    expect(second?.record.query).toEqual({ frame: 20, x: at(whole, 20)[0], y: at(whole, 20)[1] })
    expect(first?.record.query.frame).toBe(19)
    expect([first?.edits.labels, second?.edits.labels]).toEqual([[{ kind: 'occluded', first: 10, last: 19 }], [{ kind: 'occluded', first: 20, last: 30 }]])
    expect([first?.edits.keyframes, second?.edits.keyframes]).toEqual([[], [{ frame: 25, x: 60, y: 30 }]])
    await made.studio.handlers['edit.undo'](video)
    expect(await state(made, video)).toEqual(before)
    await expect(apply({ kind: 'splitTrack', key, frame: 0 })).rejects.toMatchObject({ code: 'bad-query' })
  })

  it('a duplicate has everything of its original but its name', async () => {
    const { add, apply, track } = await opened()
    const [key] = await add({ frame: 3, x: 10, y: 40 })
    await apply({ kind: 'setKeyframes', items: [{ key, frame: 20, x: 40, y: 20 }] })
    const original = await track(key)
    const copy = await track((await apply({ kind: 'duplicateTracks', keys: [key] })).keys[0])
    expect([copy?.edits, copy?.path, copy?.record.query]).toEqual([original?.edits, original?.path, original?.record.query])
    expect(copy?.record.name).toBe(`${original?.record.name} copy`)
  })

  it('propagating reads the path again on one side only', async () => {
    const { add, apply, field, track } = await opened()
    const [key] = await add({ frame: 0, x: 10, y: 40 })
    const before = await track(key)
    expect((await apply({ kind: 'propagate', keys: [key], frame: 12, direction: 'forward' })).label).toBe('Propagate forward')
    expect(field.asks.at(-1)).toMatchObject({ span: { first: 12, last: FRAMES - 1 }, nodes: [{ frame: 0 }] })
    await apply({ kind: 'propagate', keys: [key], frame: 12, direction: 'backward' })
    expect(field.asks.at(-1)).toMatchObject({ span: { first: 0, last: 12 } })
    expect((await track(key))?.path?.positions).toEqual(before?.path?.positions)
  })

  it('a field that fails keeps the gesture, says so, and is asked again when it is back', async () => {
    const made = await opened()
    const { add, apply, field, track } = made
    const [key] = await add({ frame: 0, x: 10, y: 40 })
    field.failing = true
    await apply({ kind: 'setKeyframes', items: [{ key, frame: 10, x: 50, y: 10 }] })
    const bent = await track(key)
    expect(at(bent, 10)).toEqual([50, 10])
    expect(at(bent, 5)[0]).toBeGreaterThan(10 + 5 * DRIFT.x)
    const problem = await made.event(event => event.kind === 'field' && event.field.problem)
    expect(problem.reason).toContain('process is gone')
    field.failing = false
    await apply({ kind: 'updateTracks', keys: [key], change: { notes: 'checked' } })
    await made.document(made.video)
    const filled = await made.event(event => event.kind === 'document' && event.change.tracks.find(view => view.path?.source === 'repaired'))
    expect(at(filled, 10)).toEqual([50, 10])
  })

  it('points outside the picture start no track, and none of the others either', async () => {
    const { add, document, video } = await opened()
    await expect(add({ frame: 0, x: 10, y: 40 }, { frame: 0, x: SIZE.width + 1, y: 4 })).rejects.toMatchObject({ code: 'bad-query' })
    await expect(add({ frame: -1, x: 10, y: 40 })).rejects.toMatchObject({ code: 'bad-query' })
    expect((await document(video)).tracks).toEqual([])
    expect((await document(video)).history).toEqual({ undo: null, redo: null })
  })
})
