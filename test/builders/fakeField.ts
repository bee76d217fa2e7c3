/**
 * A field tracker with exact motion for tests of the studio: everything drifts by one vector each frame, and a path passes through its
 * nodes exactly, the offset between two of them blended linearly. Not a measure of tracking.
 */
import type { FieldTracker, FieldTrackerInput, OpenFieldTracker, TrackAsk } from '../../src/shared/fieldTracker.ts'
import type { TrackPath } from '../../src/shared/studio/document.ts'
import { TrackState } from '../../src/shared/tracks.ts'

export interface FakeField {
  readonly open: OpenFieldTracker
  /** What was opened, in order. */
  readonly opened: FieldTrackerInput[]
  /** Asks of all `track` calls, in order. */
  readonly asks: TrackAsk[]
  alive(): number
  /** From now on opening waits until `release`, a quarter done. */
  hold(): void
  release(): void
  /** From now on every question is refused. */
  failing: boolean
}

export const DRIFT = { x: 1.25, y: -0.5 } as const

export function fakeField(frames: number, drift: { readonly x: number; readonly y: number } = DRIFT): FakeField {
  let gate: PromiseWithResolvers<void> | null = null
  let alive = 0
  const fake: FakeField = {
    opened: [],
    asks: [],
    failing: false,
    alive: () => alive,
    hold: () => void (gate ??= Promise.withResolvers<void>()),
    release() {
      gate?.resolve()
      gate = null
    },
    async open(input, { progress }) {
      fake.opened.push(input)
      if (gate) progress({ kind: 'progress', phase: 'flow', done: 1, total: 4, etaS: null })
      await gate?.promise
      alive++
      const kind = input.runFolder ? 'fitted' : 'flow'
      const path = (ask: TrackAsk) => pathOf(ask, frames, drift, kind)
      const refuse = () => {
        if (fake.failing) throw new Error('the field’s process is gone')
      }
      const tracker: FieldTracker = {
        kind,
        async track(asks) {
          refuse()
          fake.asks.push(...asks)
          return asks.map(path)
        },
        async preview(frame, x, y) {
          refuse()
          return path({ nodes: [{ frame, x, y }], labels: [] })
        },
        async image() {
          return { width: 2, height: 1, rgba: Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 255) }
        },
        async close() {
          alive--
        },
      }
      return tracker
    },
  }
  return fake
}

/** The path of an ask: drift from the nearest nodes; outside the span as in the base. */
export function pathOf({ nodes, span, base }: TrackAsk, frames: number, drift: { readonly x: number; readonly y: number }, kind: FieldTracker['kind']): TrackPath {
  const positions = new Float32Array(frames * 2)
  const offsets = nodes.map(({ frame, x, y }) => ({ frame, x: x - frame * drift.x, y: y - frame * drift.y }))
  for (let t = 0; t < frames; t++) {
    const before = offsets.findLast(node => node.frame <= t) ?? offsets[0]
    const after = offsets.find(node => node.frame >= t) ?? offsets.at(-1)!
    const share = after.frame === before.frame ? 0 : (t - before.frame) / (after.frame - before.frame)
    positions[2 * t] = before.x + share * (after.x - before.x) + t * drift.x
    positions[2 * t + 1] = before.y + share * (after.y - before.y) + t * drift.y
  }
  const path: TrackPath = {
    positions, states: new Uint8Array(frames).fill(TrackState.visible), uncertainty: new Float32Array(frames).fill(0.25),
    source: nodes.length > 1 ? 'repaired' : kind === 'flow' ? 'flow' : 'field',
  }
  if (base && span) {
    for (let t = 0; t < frames; t++) {
      if (t >= span.first && t <= span.last) continue
      positions.set(base.positions.subarray(2 * t, 2 * t + 2), 2 * t)
      path.states[t] = base.states[t]
    }
  }
  return path
}
