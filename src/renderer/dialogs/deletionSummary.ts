/** What deleting tracks takes away, in words. Pure. */
import type { ShownTrack } from '../state/shownTrack.ts'
import { count } from '../panels/wording.ts'

export interface Deletion {
  /** Those that go; locked ones stay. */
  readonly keys: readonly number[]
  /** What goes, what stays. */
  readonly sentences: readonly string[]
}

export function deletionSummary(tracks: readonly Pick<ShownTrack, 'record' | 'nodes' | 'labels'>[]): Deletion {
  const going = tracks.filter(({ record }) => !record.locked)
  const locked = tracks.length - going.length
  const keyframes = going.reduce((sum, { nodes }) => sum + nodes.length, 0)
  const labels = going.reduce((sum, track) => sum + track.labels.length, 0)
  const sentences: string[] = []
  if (going.length) {
    const content = [count(keyframes, 'keyframe'), ...(labels ? [count(labels, 'label')] : [])].join(' and ')
    sentences.push(`${going.length === 1 ? going[0].record.name : count(going.length, 'track')} with ${content} will go. You can undo this.`)
  }
  if (locked) sentences.push(`${count(locked, 'locked track')} ${locked === 1 ? 'stays' : 'stay'}: unlock first to delete.`)
  return { keys: going.map(({ record }) => record.key), sentences }
}
