import { describe, expect, it } from 'vitest'
import type { LongMatches } from '../supervision/supervision.ts'
import { MatchIndex } from './matchIndex.ts'

/** Matches of frame 3 and frame 30: a grid that turns by `turn` radians and moves by (40, 10), and one stray. */
function turned(turn: number): LongMatches {
  const a: number[] = []
  const b: number[] = []
  for (let x = 50; x <= 70; x += 5)
    for (let y = 50; y <= 70; y += 5) {
      a.push(x, y)
      b.push(...place(x, y, turn))
    }
  a.push(61, 60)
  b.push(5, 5)
  const count = a.length / 2
  return {
    frameA: new Int32Array(count).fill(3),
    frameB: new Int32Array(count).fill(30),
    a: Float32Array.from(a),
    b: Float32Array.from(b),
    confidence: new Float32Array(count).fill(1),
  }
}

function place(x: number, y: number, turn: number): [number, number] {
  const dx = x - 60
  const dy = y - 60
  return [100 + dx * Math.cos(turn) - dy * Math.sin(turn), 70 + dx * Math.sin(turn) + dy * Math.cos(turn)]
}

describe('long-term matches around a point', () => {
  it('tell where it reappears, both ways in time, and pass over a stray', () => {
    const index = new MatchIndex(turned(0.2))
    for (const [x, y] of [[61, 60], [58, 64], [63, 57]] as const) {
      const [u, v] = place(x, y, 0.2)
      const there = index.ask(3, 30, x, y)!
      expect(Math.hypot(there.x - u, there.y - v)).toBeLessThan(1)
      const back = index.ask(30, 3, u, v)!
      expect(Math.hypot(back.x - x, back.y - y)).toBeLessThan(1)
    }
    expect([...index.sources(30)]).toEqual([3])
  })

  it('say nothing far from any match, of frames without, or where too few agree', () => {
    const index = new MatchIndex(turned(0))
    expect(index.ask(3, 30, 120, 60)).toBeNull()
    expect(index.ask(3, 29, 60, 60)).toBeNull()
    expect(new MatchIndex(null).ask(3, 30, 60, 60)).toBeNull()
    const scattered = turned(0)
    for (let k = 0; k < scattered.b.length; k++) scattered.b[k] = ((k * 7919) % 300) + (k % 2)
    expect(new MatchIndex(scattered).ask(3, 30, 60, 60)).toBeNull()
  })
})
