import { describe, expect, it } from 'vitest'
import { labelKinds, type LabelKind, type LabelRange } from '../../shared/projectRecords.ts'
import { labelAt, paintLabel } from './labelRanges.ts'

describe('paintLabel', () => {
  it('splits the range it falls into', () => {
    const before: LabelRange[] = [{ kind: 'occluded', first: 2, last: 9 }]
    expect(paintLabel(before, 4, 5, 'outOfFrame')).toEqual([
      { kind: 'occluded', first: 2, last: 3 },
      { kind: 'outOfFrame', first: 4, last: 5 },
      { kind: 'occluded', first: 6, last: 9 },
    ])
    expect(paintLabel(before, 4, 5, null)).toEqual([
      { kind: 'occluded', first: 2, last: 3 },
      { kind: 'occluded', first: 6, last: 9 },
    ])
  })

  it('joins neighbours of one kind', () => {
    expect(paintLabel([{ kind: 'occluded', first: 0, last: 3 }], 4, 6, 'occluded')).toEqual([{ kind: 'occluded', first: 0, last: 6 }])
  })

  it('agrees with painting an array of frames, for random strokes, and stays disjoint, ordered and joined', () => {
    let seed = 7
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % n
    const frames: (LabelKind | null)[] = new Array(30).fill(null)
    let ranges: LabelRange[] = []
    for (let stroke = 0; stroke < 400; stroke++) {
      const [a, b] = [random(30), random(30)]
      const kind = [...labelKinds, null][random(4)]
      ranges = paintLabel(ranges, Math.min(a, b), Math.max(a, b), kind)
      frames.fill(kind, Math.min(a, b), Math.max(a, b) + 1)
      expect(frames.map((_, frame) => labelAt(ranges, frame))).toEqual(frames)
      for (let i = 1; i < ranges.length; i++) {
        expect(ranges[i].first).toBeGreaterThan(ranges[i - 1].last)
        expect(ranges[i].kind !== ranges[i - 1].kind || ranges[i].first > ranges[i - 1].last + 1).toBe(true)
      }
    }
  })
})
