/** The life of a project in the studio: open, add, drag, label, undo and redo everything, reopen. */
import { describe, expect, it } from 'vitest'
import { DRIFT } from '../../../test/builders/fakeField.ts'
import { FRAMES, studioWithVideo, testStudio, type TestStudio } from '../../../test/builders/studioForTests.ts'
import type { DocumentChange, TrackView, VideoDocument, VideoRef } from '../../shared/studio/document.ts'

/** Follows changes as a window does: its copy of the document, kept in step by events alone. */
class Follower {
  document: VideoDocument
  constructor(document: VideoDocument) {
    this.document = document
  }

  take(change: DocumentChange): void {
    if (change.revision !== this.document.revision + 1) throw new Error(`revision ${change.revision} after ${this.document.revision}`)
    const tracks = new Map(this.document.tracks.map(track => [track.record.key, track]))
    for (const key of change.removed) tracks.delete(key)
    for (const track of change.tracks) tracks.set(track.record.key, track)
    const { markers = this.document.markers, decisions = this.document.decisions, references = this.document.references, history, revision } = change
    this.document = { ...this.document, tracks: [...tracks.values()].sort((a, b) => a.record.order - b.record.order), markers, decisions, references, history, revision }
  }
}

function follow({ studio }: TestStudio, document: VideoDocument): Follower {
  const follower = new Follower(document)
  studio.subscribe(event => {
    if (event.kind === 'document' && event.video === document.video) follower.take(event.change)
  })
  return follower
}

/** What a person sees: everything but bookkeeping. */
function seen(document: VideoDocument) {
  return {
    tracks: document.tracks.map(({ record, edits, path }) => ({ record, edits, path: path && { positions: [...path.positions], states: [...path.states], source: path.source } })),
    markers: document.markers,
  }
}

const ready = (made: TestStudio) => made.event(event => event.kind === 'field' && event.field.state !== 'none' && !event.field.loading)

async function track(made: TestStudio, video: VideoRef, key: number): Promise<TrackView> {
  return (await made.document(video)).tracks.find(view => view.record.key === key)!
}

describe('a project in the studio', { timeout: 60_000 }, () => {
  it('goes through its life: add, drag, label, update, delete; undo of all, redo of all, and all there after a restart', async () => {
    const made = await studioWithVideo()
    const { studio, video } = made
    const empty = await made.document(video)
    expect(empty.tracks).toEqual([])
    expect(empty.timesS).toHaveLength(FRAMES)
    await ready(made)
    const states = [seen(empty)]
    const follower = follow(made, empty)
    const labels: string[] = []
    const step = async (gesture: Parameters<TestStudio['apply']>[1]) => {
      const result = await made.apply(video, gesture)
      labels.push(result.label)
      expect(result.revision).toBe(follower.document.revision)
      states.push(seen(follower.document))
      return result
    }
    const added = await step({ kind: 'addTracks', points: [{ frame: 3, x: 20 + 1 / 7, y: 30 }, { frame: 0, x: 5, y: 6, name: 'leg' }] })
    const [first, second] = added.keys
    await step({ kind: 'setKeyframes', items: [{ key: first, frame: 20, x: 50 + 1 / 3, y: 21.5 }] })
    await step({ kind: 'setLabels', spans: [{ key: second, first: 4, last: 15 }], label: 'occluded' })
    await step({ kind: 'updateTracks', keys: [second], change: { name: 'Left leg', colour: '#123456', hidden: true } })
    await step({ kind: 'setMarkers', markers: [{ frame: 7, text: 'turn' }] })
    await step({ kind: 'splitTrack', key: first, frame: 10 })
    await step({ kind: 'deleteTracks', keys: [second] })
    expect(labels).toEqual(['Add 2 tracks', 'Move point', 'Mark 12 frames occluded', 'Rename track', 'Set marker', 'Split track', 'Delete track'])
    const history = follower.document.history
    expect(history).toEqual({ undo: 'Delete track', redo: null })

    for (let n = states.length - 2; n >= 0; n--) {
      expect((await studio.handlers['edit.undo'](video))?.label).toBe(labels[n])
      expect(seen(follower.document)).toEqual(states[n])
    }
    expect(await studio.handlers['edit.undo'](video)).toBeNull()
    for (let n = 1; n < states.length; n++) {
      await studio.handlers['edit.redo'](video)
      expect(seen(follower.document)).toEqual(states[n])
    }
    expect(await studio.handlers['edit.redo'](video)).toBeNull()
    await studio.handlers['edit.undo'](video)
    await studio.close()

    const again = testStudio({ home: made.home })
    const reopened = await again.document(video)
    expect(seen(reopened)).toEqual(states.at(-2))
    expect(reopened.history).toEqual({ undo: 'Split track', redo: 'Delete track' })
    const after = follow(again, reopened)
    await again.studio.handlers['edit.redo'](video)
    expect(seen(after.document)).toEqual(states.at(-1))
  })

  it('a click has its path at once; a keyframe is exact to the bit, and the path is repaired up to the nodes beside it', async () => {
    const made = await studioWithVideo()
    const { video } = made
    await made.document(video)
    await ready(made)
    const { keys: [key] } = await made.apply(video, { kind: 'addTracks', points: [{ frame: 5, x: 10, y: 40 }] })
    const clicked = await track(made, video, key)
    expect(clicked.path?.positions[2 * 20]).toBeCloseTo(10 + 15 * DRIFT.x, 4)
    expect(clicked.edits.keyframes).toEqual([{ frame: 5, x: 10, y: 40 }])

    const x = 1 / 3 + 33
    await made.apply(video, { kind: 'setKeyframes', items: [{ key, frame: 25, x, y: 0.1 + 0.2 }] })
    await made.apply(video, { kind: 'setKeyframes', items: [{ key, frame: 15, x: 30, y: 30 }] })
    expect(made.field.asks.at(-1)).toMatchObject({ span: { first: 5, last: 25 }, nodes: [{ frame: 5 }, { frame: 15 }, { frame: 25 }] })
    const corrected = await track(made, video, key)
    expect(corrected.edits.keyframes).toEqual([{ frame: 5, x: 10, y: 40 }, { frame: 15, x: 30, y: 30 }, { frame: 25, x, y: 0.1 + 0.2 }])
    expect([...corrected.path!.positions.slice(30, 32)]).toEqual([30, 30])
    expect(corrected.path!.positions[2 * 39]).toBeCloseTo(x + 14 * DRIFT.x, 4)
  })

  it('before the field can be asked, gestures are kept at once and their paths follow, without a step of undo', async () => {
    const made = await studioWithVideo({ patienceMs: 50 })
    const { video, field, studio } = made
    field.hold()
    const follower = follow(made, await made.document(video))
    const { keys: [key] } = await made.apply(video, { kind: 'addTracks', points: [{ frame: 0, x: 10, y: 40 }] })
    expect(follower.document.tracks[0].path).toBeNull()
    expect(follower.document.field).toMatchObject({ state: 'none', loading: true })
    field.release()
    const filled = (after: number) => made.event(event => event.kind === 'document' && event.change.revision > after && event.change.tracks.some(view => view.record.key === key && view.path) && event.change)
    const change = await filled(0)
    expect(change.history).toEqual({ undo: 'Add track', redo: null })
    expect(follower.document.tracks[0].path?.positions[2 * 8]).toBeCloseTo(20, 4)
    await studio.handlers['edit.undo'](video)
    expect(follower.document.tracks).toEqual([])
    const { revision } = follower.document
    await studio.handlers['edit.redo'](video)
    await filled(revision)
    expect(follower.document.tracks[0].path?.positions[2 * 8]).toBeCloseTo(20, 4)
  })

  it('two windows hear the same changes, in one order, before the calls return', async () => {
    const made = await studioWithVideo()
    const document = await made.document(made.video)
    await ready(made)
    const windows = [follow(made, document), follow(made, document)]
    const results = await Promise.all(Array.from({ length: 6 }, (_, n) => made.apply(made.video, { kind: 'addTracks', points: [{ frame: n, x: 10 + n, y: 20 }] })))
    expect(results.map(result => result.revision)).toEqual(results.map((_, n) => document.revision + 1 + n))
    for (const window of windows) expect(window.document.tracks.map(view => view.record.query.frame)).toEqual([0, 1, 2, 3, 4, 5])
    expect(windows[0].document).toEqual(windows[1].document)
  })

  it('locked tracks are left alone, and the error says so', async () => {
    const made = await studioWithVideo()
    const { video } = made
    await made.document(video)
    await ready(made)
    const { keys: [key] } = await made.apply(video, { kind: 'addTracks', points: [{ frame: 0, x: 10, y: 40 }] })
    await made.apply(video, { kind: 'updateTracks', keys: [key], change: { locked: true } })
    const before = await track(made, video, key)
    const locked = expect.objectContaining({ code: 'unsupported', reason: 'it is locked' })
    const span = { key, first: 0, last: 3 }
    await expect(made.apply(video, { kind: 'setKeyframes', items: [{ key, frame: 2, x: 1, y: 1 }] })).rejects.toEqual(locked)
    await expect(made.apply(video, { kind: 'setLabels', spans: [span], label: 'occluded' })).rejects.toEqual(locked)
    await expect(made.apply(video, { kind: 'deleteTracks', keys: [key] })).rejects.toEqual(locked)
    await expect(made.apply(video, { kind: 'propagate', keys: [key], frame: 0, direction: 'both' })).rejects.toEqual(locked)
    expect(await track(made, video, key)).toEqual(before)
    await made.apply(video, { kind: 'updateTracks', keys: [key], change: { locked: false } })
    await made.apply(video, { kind: 'deleteTracks', keys: [key] })
    expect((await made.document(video)).tracks).toEqual([])
  })
})
