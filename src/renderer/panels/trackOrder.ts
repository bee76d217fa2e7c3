/** Which tracks the list shows and in which order: search, filter, sort. Pure. Not here: drawing rows, what is selected. */
import { TrackState } from '../../shared/tracks.ts'
import type { FrameIndex } from '../../shared/units.ts'
import { DOUBT_PX, type ShownTrack } from '../state/shownTrack.ts'

export const trackFilters = {
  all: 'All tracks',
  doubtful: 'Doubtful',
  unlabelled: 'With unlabelled frames',
  occluded: 'Occluded in this frame',
  keyframes: 'With keyframes',
  provisional: 'Provisional',
  locked: 'Locked',
  hidden: 'Hidden',
} as const
export type TrackFilter = keyof typeof trackFilters

/** Each begins with what needs a look first; reversed it ends with that. */
export const trackSorts = {
  list: 'List order',
  name: 'Name',
  doubt: 'Doubt, most first',
  labelled: 'Labelled, least first',
  review: 'Review score, worst first',
} as const
export type TrackSort = keyof typeof trackSorts

export interface ListQuery {
  /** Words that the name, the id or the notes must all contain. */
  readonly search: string
  readonly filter: TrackFilter
  readonly sort: TrackSort
  readonly reversed: boolean
}

export const wholeList: ListQuery = { search: '', filter: 'all', sort: 'list', reversed: false }

/**
 * The rows of the list. `frame` is what 'occluded' looks at; `scores` holds the review's AJ by key, tracks without one come last.
 * Takes the tracks in list order.
 */
export function listedTracks(tracks: readonly ShownTrack[], query: ListQuery, frame: FrameIndex, scores: ReadonlyMap<number, number>): ShownTrack[] {
  const words = query.search.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const rows = tracks.filter(track => passes(track, query.filter, frame) && matches(track, words))
  const order = ordering(query.sort, scores)
  if (order) rows.sort(order)
  return query.reversed ? rows.reverse() : rows
}

function matches({ record }: ShownTrack, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text = `${record.name}\n${record.id}\n${record.notes}`.toLocaleLowerCase()
  return words.every(word => text.includes(word))
}

function passes(track: ShownTrack, filter: TrackFilter, frame: FrameIndex): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'doubtful':
      return isDoubtful(track)
    case 'unlabelled':
      return track.labelled < 1
    case 'occluded':
      return track.states[frame] === TrackState.occluded
    case 'keyframes':
      return hasKeyframes(track)
    case 'provisional':
      return track.provisional
    case 'locked':
      return track.record.locked
    case 'hidden':
      return track.record.hidden
  }
}

/** Some visible frame is in doubt. */
export function isDoubtful({ states, uncertainty }: Pick<ShownTrack, 'states' | 'uncertainty'>): boolean {
  return states.some((state, frame) => state === TrackState.visible && uncertainty[frame] >= DOUBT_PX)
}

/** A person set a place besides the one that the track began with. */
export const hasKeyframes = ({ nodes, record }: Pick<ShownTrack, 'nodes' | 'record'>): boolean => nodes.some(node => node.frame !== record.query.frame)

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

function ordering(sort: TrackSort, scores: ReadonlyMap<number, number>): ((a: ShownTrack, b: ShownTrack) => number) | null {
  switch (sort) {
    case 'list':
      return null
    case 'name':
      return (a, b) => names.compare(a.record.name, b.record.name)
    case 'doubt':
      return (a, b) => b.doubt - a.doubt
    case 'labelled':
      return (a, b) => a.labelled - b.labelled
    case 'review': {
      const score = ({ record }: ShownTrack) => {
        const aj = scores.get(record.key)
        return aj === undefined || Number.isNaN(aj) ? 2 : aj
      }
      return (a, b) => score(a) - score(b)
    }
  }
}
