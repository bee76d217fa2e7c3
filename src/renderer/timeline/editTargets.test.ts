import { describe, expect, test } from 'vitest'
import { trackView, type TrackFacts } from '../../../test/builders/trackView.ts'
import { allLabelled, copyLabels, keyframeToggle, keyframesHere, labelToggle, pasteLabels, spansHere, spansWithKeyframes, targetSpans } from './editTargets.ts'

const record = { id: 1, name: 'clip', sourcePath: '', frameCount: 10, cacheFolder: '', addedAt: 0, width: 64, height: 64 }
const seen = Array.from({ length: 10 }, () => 0)
const documentOf = (...facts: TrackFacts[]) => ({ record, tracks: new Map(facts.map(fact => [fact.key, trackView({ states: seen, ...fact })])) })
const nothing = { selection: new Set<number>(), laneSelection: null, range: null, frame: 4 }

describe('commands that edit work on', () => {
  const document = documentOf({ key: 1 }, { key: 2, locked: true }, { key: 3 })
  const view = { ...nothing, selection: new Set([1, 2, 3, 99]) }

  test('the selected tracks at the play head, never on locked ones', () => {
    expect(targetSpans(document, view)).toEqual([{ key: 1, first: 4, last: 4 }, { key: 3, first: 4, last: 4 }])
    expect(targetSpans(document, nothing)).toEqual([])
  })

  test('the range where the play head stands in it', () => {
    const range = { first: 2, last: 6 }
    expect(targetSpans(document, { ...view, range })).toEqual([{ key: 1, first: 2, last: 6 }, { key: 3, first: 2, last: 6 }])
    expect(targetSpans(document, { ...view, range, frame: 7 })).toEqual([{ key: 1, first: 7, last: 7 }, { key: 3, first: 7, last: 7 }])
  })

  test('the marquee before all else', () => {
    const laneSelection = { keys: [2, 3], first: 1, last: 8 }
    expect(targetSpans(document, { ...view, laneSelection, range: { first: 0, last: 9 } })).toEqual([{ key: 3, first: 1, last: 8 }])
  })
})

describe('labels', () => {
  const document = documentOf(
    { key: 1, labels: [{ kind: 'occluded', first: 2, last: 3 }, { kind: 'occluded', first: 4, last: 6 }] },
    { key: 2, labels: [{ kind: 'occluded', first: 2, last: 2 }, { kind: 'outOfFrame', first: 3, last: 3 }, { kind: 'occluded', first: 4, last: 5 }] },
  )

  test('are taken away where all of it has them, set where any is missing', () => {
    expect(labelToggle(document, [{ key: 1, first: 2, last: 6 }], 'occluded')).toMatchObject({ label: null })
    expect(labelToggle(document, [{ key: 1, first: 2, last: 7 }], 'occluded')).toMatchObject({ label: 'occluded' })
    expect(labelToggle(document, [{ key: 1, first: 2, last: 5 }, { key: 2, first: 2, last: 5 }], 'occluded')).toMatchObject({ label: 'occluded' })
    expect(labelToggle(document, [{ key: 1, first: 2, last: 6 }], 'visible')).toMatchObject({ label: 'visible' })
    expect(allLabelled(document, [], 'occluded')).toBe(false)
  })

  test('are copied from the first frame on and laid over others, what was there going', () => {
    const copied = copyLabels(document, [{ key: 2, first: 3, last: 5 }])!
    expect(copied).toEqual({ frames: 3, lanes: [[{ kind: 'outOfFrame', first: 0, last: 0 }, { kind: 'occluded', first: 1, last: 2 }]] })
    expect(pasteLabels(document, copied, [1], 8)).toEqual({
      kind: 'pasteLabels',
      items: [{ key: 1, first: 8, last: 9, label: null }, { key: 1, first: 8, last: 8, label: 'outOfFrame' }, { key: 1, first: 9, last: 9, label: 'occluded' }],
    })
    expect(copyLabels(document, [])).toBeNull()
  })

  test('of several lanes are laid over lanes in turn', () => {
    const copied = copyLabels(document, [{ key: 1, first: 3, last: 3 }, { key: 2, first: 3, last: 3 }])!
    const pasted = pasteLabels(document, copied, [1, 2, 3], 0)
    expect(pasted.kind === 'pasteLabels' && pasted.items.filter(({ label }) => label)).toEqual([
      { key: 1, first: 0, last: 0, label: 'occluded' }, { key: 2, first: 0, last: 0, label: 'outOfFrame' }, { key: 3, first: 0, last: 0, label: 'occluded' },
    ])
  })
})

describe('keyframes', () => {
  const query = { frame: 4, x: 0.1 + 0.2, y: 7 }
  const document = documentOf({ key: 1, query }, { key: 2, keyframes: [{ frame: 4, x: 5, y: 5 }] }, { key: 3, states: seen.map(() => 3) })

  test('are set where tracks stand: at the query to the bit, on the path, nowhere where nothing is known', () => {
    expect(keyframesHere(document, spansHere(document, { ...nothing, selection: new Set([1, 2, 3]) }))).toEqual({ kind: 'setKeyframes', items: [{ key: 1, ...query }] })
    expect(keyframesHere(document, spansHere(document, { ...nothing, selection: new Set([2]), frame: 6 }))).toEqual({ kind: 'setKeyframes', items: [{ key: 2, frame: 6, x: 6, y: 12 }] })
    expect(keyframesHere(document, spansHere(document, { ...nothing, selection: new Set([2, 3]) }))).toBeNull()
  })

  test('are removed only where every track has one', () => {
    const both = spansHere(document, { ...nothing, selection: new Set([1, 2]) })
    expect(keyframeToggle(document, both)).toMatchObject({ kind: 'setKeyframes' })
    expect(keyframeToggle(document, both.slice(1))).toEqual({ kind: 'removeKeyframes', spans: both.slice(1) })
    expect(spansWithKeyframes(document, [{ key: 1, first: 0, last: 9 }, { key: 2, first: 0, last: 9 }])).toEqual([{ key: 2, first: 0, last: 9 }])
  })
})
