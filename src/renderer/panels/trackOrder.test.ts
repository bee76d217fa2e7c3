import { expect, test } from 'vitest'
import { TrackState } from '../../shared/tracks.ts'
import type { ShownTrack } from '../state/shownTrack.ts'
import { listedTracks, trackFilters, wholeList, type ListQuery } from './trackOrder.ts'

const { visible, occluded, unlabelled } = TrackState

interface Facts {
  readonly name: string
  readonly notes?: string
  readonly states?: readonly number[]
  readonly uncertainty?: readonly number[]
  readonly nodes?: readonly number[]
  readonly locked?: boolean
  readonly hidden?: boolean
  readonly provisional?: boolean
  readonly doubt?: number
  readonly labelled?: number
}

function track(key: number, facts: Facts): ShownTrack {
  const states = Uint8Array.from(facts.states ?? [visible, visible, visible])
  return {
    record: {
      key, videoId: 1, id: `id-${key}`, name: facts.name, colour: '#ffffff', query: { frame: 0, x: 1, y: 1 }, order: key,
      notes: facts.notes ?? '', hidden: facts.hidden ?? false, locked: facts.locked ?? false,
    },
    positions: new Float32Array(states.length * 2),
    states,
    uncertainty: Float32Array.from(facts.uncertainty ?? [0, 0, 0]),
    nodes: (facts.nodes ?? [0]).map(frame => ({ frame, x: 1, y: 1 })),
    labels: [],
    provisional: facts.provisional ?? false,
    labelled: facts.labelled ?? 1,
    doubt: facts.doubt ?? 0,
  }
}

const tracks = [
  track(1, { name: 'Knee 10', doubt: 1, nodes: [0, 2] }),
  track(2, { name: 'Knee 2', notes: 'slips on the shoe', doubt: 4, uncertainty: [0, 3, 0], hidden: true }),
  track(3, { name: 'ankle', states: [visible, occluded, unlabelled], labelled: 2 / 3, uncertainty: [0, 9, 9], locked: true, provisional: true }),
]

const keys = (query: Partial<ListQuery>, frame = 0, scores: readonly (readonly [number, number])[] = []) =>
  listedTracks(tracks, { ...wholeList, ...query }, frame, new Map(scores)).map(({ record }) => record.key)

test('search takes every word, in name, id and notes, whatever the case', () => {
  expect(keys({ search: 'KNEE' })).toEqual([1, 2])
  expect(keys({ search: 'shoe knee' })).toEqual([2])
  expect(keys({ search: 'id-3' })).toEqual([3])
  expect(keys({ search: ' ' })).toEqual([1, 2, 3])
  expect(keys({ search: 'elbow' })).toEqual([])
})

test('filters look at what they name', () => {
  expect(Object.fromEntries(Object.keys(trackFilters).map(filter => [filter, keys({ filter: filter as ListQuery['filter'] }, 1)]))).toEqual({
    all: [1, 2, 3],
    // Doubt counts where the point is seen: the third is in doubt only where it is covered.
    doubtful: [2],
    unlabelled: [3],
    occluded: [3],
    keyframes: [1],
    provisional: [3],
    locked: [3],
    hidden: [2],
  })
  expect(keys({ filter: 'occluded' }, 0)).toEqual([])
})

test('names sort as people count', () => {
  expect(keys({ sort: 'name' })).toEqual([3, 2, 1])
  expect(keys({ sort: 'name', reversed: true })).toEqual([1, 2, 3])
})

test('doubt and labels put first what needs a look', () => {
  expect(keys({ sort: 'doubt' })).toEqual([2, 1, 3])
  expect(keys({ sort: 'labelled' })).toEqual([3, 1, 2])
})

test('the review puts its worst first and tracks without a score last', () => {
  expect(keys({ sort: 'review' }, 0, [[1, 0.9], [3, 0.2]])).toEqual([3, 1, 2])
  expect(keys({ sort: 'review' }, 0, [[1, Number.NaN], [2, 0.5], [3, 0.6]])).toEqual([2, 3, 1])
})

test('sorting leaves the list itself as it was', () => {
  keys({ sort: 'name' })
  expect(tracks.map(({ record }) => record.key)).toEqual([1, 2, 3])
})
