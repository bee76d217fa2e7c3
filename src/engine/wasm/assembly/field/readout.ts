// Readout of queries: lift and Φ once each, then Φ⁻¹ and projection per target frame, blocks of queries at a time.
import * as c from './config'
import * as slot from './slots'
import { liftPoint, padRows, projected, projectPoints } from './block'
import { locateDepth, readDepth } from './depthMap'
import { mapForward } from './passes'

const ROW: usize = slot.BLOCK * 4

/** Canonical points of this thread's blocks of queries (a block shares its frame). */
export function canonicaliseQueries(): void {
  const blocks = c.getInt(slot.BLOCK_COUNT)
  const canonical = c.getAddress(slot.CANONICAL)
  for (let b = c.thread; b < blocks; b += c.threads) {
    const block = c.getAddress(slot.BLOCKS) + <usize>b * 16
    const frame = load<i32>(block), first = load<i32>(block, 8), count = load<i32>(block, 12)
    for (let p = 0; p < count; p++) {
      const at = c.getAddress(slot.SOURCE) + <usize>(first + p) * 8
      const x = load<f32>(at), y = load<f32>(at, 4)
      locateDepth(x, y)
      const z = c.getInt(slot.HAS_DEPTHS) ? load<f32>(c.getAddress(slot.WEIGHT) + <usize>(first + p) * 4) : readDepth(c.depth, frame)
      liftPoint(p, x, y, z)
    }
    mapForward(frame, false, padRows(count), 0)
    for (let p = 0; p < count; p++)
      for (let axis: usize = 0; axis < 3; axis++)
        store<f32>(canonical + <usize>(first + p) * 16 + axis * 4, load<f32>(c.position + axis * ROW + <usize>p * 4))
  }
}

/** Positions, depths and surfaces of all queries, blocks without regard to frames, at this thread's targets and blocks. */
export function projectQueries(): void {
  const queries = c.getInt(slot.QUERY_COUNT)
  const targets = c.getInt(slot.TARGET_COUNT)
  const blocks = (queries + slot.BLOCK - 1) / slot.BLOCK
  for (let item = c.thread; item < targets * blocks; item += c.threads) {
    const target = item / blocks
    const frame = load<i32>(c.getAddress(slot.TARGETS) + <usize>target * 4)
    const first = (item % blocks) * slot.BLOCK
    const count = min<i32>(slot.BLOCK, queries - first)
    for (let p = 0; p < count; p++)
      for (let axis: usize = 0; axis < 3; axis++)
        store<f32>(c.position + axis * ROW + <usize>p * 4, load<f32>(c.getAddress(slot.CANONICAL) + <usize>(first + p) * 16 + axis * 4))
    mapForward(frame, true, padRows(count), 0)
    projectPoints(count)
    for (let p = 0; p < count; p++) {
      const from = projected + <usize>p * 4
      const x = load<f32>(from), y = load<f32>(from + ROW)
      const out = <usize>((first + p) * targets + target)
      store<f32>(c.getAddress(slot.OUT_POSITIONS) + out * 8, x)
      store<f32>(c.getAddress(slot.OUT_POSITIONS) + out * 8, y, 4)
      store<f32>(c.getAddress(slot.OUT_DEPTHS) + out * 4, load<f32>(from + 2 * ROW))
      locateDepth(x, y)
      store<f32>(c.getAddress(slot.OUT_SURFACE) + out * 4, readDepth(c.depth, frame))
    }
  }
}
