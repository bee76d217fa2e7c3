/**
 * A track's path through all of its nodes: positions that people set are hard, flow is followed both ways between them
 * where the point is seen, the field's motion where it is not. Sub-pixel, a corridor around what was read from each node.
 * Pure. Working pixels. Not here: reading from nodes (readTracks.ts, flowTracks.ts), states as people see them (readTracks.ts).
 */
import type { Keyframe } from '../../shared/projectRecords.ts'
import type { FlowStore } from '../supervision/supervision.ts'
import { cellsOf, type NodeTracks } from './readTracks.ts'
import { repairSpan, type SpanResult } from './repairSpan.ts'
import { Span } from './span.ts'

export interface RepairInput {
  readonly frames: number
  readonly flow: FlowStore
  /** By ascending frame, at least one. */
  readonly nodes: readonly Keyframe[]
  /** [nodes] row of `tracks` read from each node; -1 where none was (the point is not seen there), but for one at least. */
  readonly rows: readonly number[]
  readonly tracks: NodeTracks
  /** [frames] 1 where people say that the point is not seen. */
  readonly hidden: Uint8Array
}

export type RepairedPath = Pick<NodeTracks, 'positions' | 'logits' | 'sigma' | 'doubt'>

/** Beyond the outermost node: frames after which the offset of a node that was not read from has faded to 1/e. */
const FADE_FRAMES = 24

/** The path over frames first..last, both included; the other frames are as read from the first node that was read. */
export function repairPath(input: RepairInput, first: number, last: number): RepairedPath {
  const { frames, nodes, rows, tracks } = input
  const start = cellsOf(tracks, rows.find(row => row >= 0)!, frames)
  const path = { positions: start.positions.slice(), logits: start.logits.slice(), sigma: start.sigma.slice(), doubt: start.doubt.slice() }
  const before = (node: number) => rows.findLastIndex((row, k) => row >= 0 && k <= node)
  const after = (node: number) => rows.findIndex((row, k) => row >= 0 && k >= node)
  const end = nodes.length - 1
  if (first < nodes[0].frame) carry(input, path, after(0), nodes[0], first, nodes[0].frame)
  if (last > nodes[end].frame) carry(input, path, before(end), nodes[end], nodes[end].frame, last)
  for (let k = 0; k < end; k++) {
    if (nodes[k + 1].frame < first || nodes[k].frame > last) continue
    const sides = [before(k), after(k + 1)].map(node => (node < 0 ? null : cellsOf(tracks, rows[node], frames)))
    write(path, nodes[k].frame, repairSpan(new Span(input, nodes[k], nodes[k + 1], sides[0], sides[1])))
  }
  for (const { frame, x, y } of nodes) {
    path.positions[frame * 2] = x
    path.positions[frame * 2 + 1] = y
    path.sigma[frame] = 0
    path.doubt[frame] = 0
  }
  return path
}

/** Frames from..to as read from node `source`, shifted so that they pass through `edge`, the outermost node. */
function carry(input: RepairInput, path: RepairedPath, source: number, edge: Keyframe, from: number, to: number): void {
  const read = cellsOf(input.tracks, input.rows[source], input.frames)
  const dx = edge.x - read.positions[edge.frame * 2]
  const dy = edge.y - read.positions[edge.frame * 2 + 1]
  for (let t = from; t <= to; t++) {
    const share = Math.exp(-Math.abs(t - edge.frame) / FADE_FRAMES)
    path.positions[t * 2] = read.positions[t * 2] + share * dx
    path.positions[t * 2 + 1] = read.positions[t * 2 + 1] + share * dy
    path.logits[t] = read.logits[t]
    path.sigma[t] = read.sigma[t]
    path.doubt[t] = read.doubt[t]
  }
}

function write(path: RepairedPath, first: number, span: SpanResult): void {
  path.positions.set(span.positions, first * 2)
  path.logits.set(span.logits, first)
  path.sigma.set(span.sigma, first)
  path.doubt.fill(0, first, first + span.sigma.length)
}
