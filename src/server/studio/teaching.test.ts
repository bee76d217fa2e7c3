import { describe, expect, it } from 'vitest'
import type { HumanTrack } from '../../shared/jobs.ts'
import { correctionsIn, untaughtIn } from './teaching.ts'

const node = (frame: number, x = 1) => ({ frame, x, y: 2 })
const track = (nodes: HumanTrack['nodes'], labels: HumanTrack['labels'] = [], id = 'a'): HumanTrack => ({ id, nodes, labels })
const query = (frame: number, x = 1, id = 'a') => ({ id, ...node(frame, x) })

describe('what a field was taught', () => {
  it('counts nodes beyond the first of each track as corrections', () => {
    expect(correctionsIn([track([node(0), node(5), node(9)]), track([node(0)], [{ kind: 'occluded', first: 1, last: 2 }], 'b')])).toBe(2)
  })

  it('counts keyframes and labels set since, each once', () => {
    const taught = [track([node(0), node(5)], [{ kind: 'occluded', first: 1, last: 2 }])]
    const asked = [query(0)]
    expect(untaughtIn(taught, taught, asked, asked)).toBe(0)
    expect(untaughtIn([track([node(0), node(5), node(9)], taught[0].labels)], taught, asked, asked)).toBe(1)
    expect(untaughtIn([track([node(0), node(5, 7)], [{ kind: 'occluded', first: 1, last: 3 }])], taught, asked, asked)).toBe(2)
  })

  it('does not count where a track starts, of old tracks or new ones, unless it moved', () => {
    const now = [track([node(0), node(5)])]
    expect(untaughtIn(now, [], [query(0)], [query(0)])).toBe(1)
    expect(untaughtIn(now, [], [query(0)], [])).toBe(1)
    expect(untaughtIn(now, [], [query(0)], [query(0, 30)])).toBe(2)
  })
})
