/**
 * Tracks from what people set: one click, or a path through many keyframes, in clip pixels. Reads all nodes of all asks at once, then
 * repairs each path. Not here: what is read (readTracks.ts, flowTracks.ts), the repair itself (repairPath.ts).
 */
import type { TrackAsk } from '../../shared/fieldTracker.ts'
import type { Keyframe, LabelRange } from '../../shared/projectRecords.ts'
import type { PathSource, TrackPath } from '../../shared/studio/document.ts'
import type { Size } from '../../shared/units.ts'
import type { FlowStore } from '../supervision/supervision.ts'
import { cellsOf, settleTrack, type NodeTracks } from './readTracks.ts'
import { repairPath } from './repairPath.ts'

export interface ThroughInput {
  readonly clip: Size
  readonly work: Size
  readonly frames: number
  readonly flow: FlowStore
  /** Source of a path read from a single node, and of one repaired between several. */
  readonly sources: readonly [PathSource, PathSource]
  /** Tracks of points [n, 2], working pixels, seen at frames [n]; hints as in fuse.ts. */
  read(frames: Int32Array, points: Float32Array, hints: Int8Array): Promise<NodeTracks>
}

/** What one ask needs read. */
interface Plan {
  readonly ask: TrackAsk
  readonly first: number
  readonly last: number
  /** The nodes that matter to the wanted frames, working pixels. */
  readonly nodes: readonly Keyframe[]
  /** [nodes] row of the reading, -1 for none. */
  readonly rows: readonly number[]
  readonly hints: Int8Array
}

/** Paths in the order of the asks. */
export async function trackThrough(input: ThroughInput, asks: readonly TrackAsk[]): Promise<TrackPath[]> {
  const { clip, work, frames } = input
  const scale = [clip.width / work.width, clip.height / work.height] as const
  let rows = 0
  const plans = asks.map(ask => {
    const plan = planOf(ask, input, scale, rows)
    rows += plan.rows.filter(row => row >= 0).length
    return plan
  })
  const nodeFrames = new Int32Array(rows)
  const points = new Float32Array(rows * 2)
  const hints = new Int8Array(rows * frames)
  for (const plan of plans)
    plan.rows.forEach((row, k) => {
      if (row < 0) return
      const { frame, x, y } = plan.nodes[k]
      nodeFrames[row] = frame
      points[row * 2] = x
      points[row * 2 + 1] = y
      hints.set(plan.hints, row * frames)
    })
  const tracks = await input.read(nodeFrames, points, hints)
  return plans.map(plan => pathOf(plan, input, tracks, scale))
}

function planOf({ nodes, labels, span, base, ...rest }: TrackAsk, { frames }: ThroughInput, scale: readonly [number, number], firstRow: number): Plan {
  const ask = { nodes, labels, span, base, ...rest }
  if (!nodes.length) throw new Error('a track is asked for without a node')
  const hints = hintsOf(labels, frames)
  const whole = !span || !base
  const first = whole ? 0 : Math.max(0, span.first)
  const last = whole ? frames - 1 : Math.min(frames - 1, span.last)
  const seen = nodes.map(node => hints[node.frame] >= 0)
  // A point that is nowhere seen is still somewhere: then its first node is read from all the same.
  if (!seen.includes(true)) seen[0] = true
  // The nearest node that can be read from, on each side of the wanted frames; all between matter too.
  const from = Math.max(0, nodes.findLastIndex((node, k) => node.frame <= first && seen[k]))
  const to = nodes.findIndex((node, k) => node.frame >= last && seen[k])
  let low = from
  let high = to < 0 ? nodes.length - 1 : to
  while (!seen.slice(low, high + 1).includes(true)) {
    low = Math.max(0, low - 1)
    high = Math.min(nodes.length - 1, high + 1)
  }
  let row = firstRow
  const near = nodes.slice(low, high + 1)
  return {
    ask, first, last, hints,
    nodes: near.map(({ frame, x, y }) => ({ frame, x: x / scale[0], y: y / scale[1] })),
    rows: near.map((_, k) => (seen[low + k] ? row++ : -1)),
  }
}

/** [frames] 1 seen, -1 not, 0 unsaid. */
function hintsOf(labels: readonly LabelRange[], frames: number): Int8Array {
  const hints = new Int8Array(frames)
  for (const { kind, first, last } of labels) hints.fill(kind === 'visible' ? 1 : -1, first, last + 1)
  return hints
}

function pathOf({ ask, first, last, nodes, rows, hints }: Plan, input: ThroughInput, tracks: NodeTracks, scale: readonly [number, number]): TrackPath {
  const { frames, clip, flow } = input
  const single = ask.nodes.length === 1
  const hidden = Uint8Array.from(hints, hint => (hint < 0 ? 1 : 0))
  const cells = single ? cellsOf(tracks, rows[0], frames) : repairPath({ frames, flow, nodes, rows, tracks, hidden }, first, last)
  const out = { positions: new Float32Array(frames * 2), states: new Uint8Array(frames), uncertainty: new Float32Array(frames) }
  const known = ask.nodes.filter(node => nodes.some(near => near.frame === node.frame))
  settleTrack(cells, known.map(node => ({ ...node, seen: hints[node.frame] >= 0 })), clip, scale, out)
  const source = input.sources[single ? 0 : 1]
  const { base } = ask
  if (!base || (first === 0 && last === frames - 1)) return { ...out, source }
  const merged = { positions: base.positions.slice(), states: base.states.slice(), uncertainty: base.uncertainty.slice() }
  merged.positions.set(out.positions.subarray(first * 2, (last + 1) * 2), first * 2)
  merged.states.set(out.states.subarray(first, last + 1), first)
  merged.uncertainty.set(out.uncertainty.subarray(first, last + 1), first)
  return { ...merged, source }
}
