import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FlowStatus } from '../supervision.ts'
import type { FlowPair } from '../supervision.ts'
import { chainFlow, chainParts } from './chainFlow.ts'
import { completeFlow } from './completeFlow.ts'
import { DiskFlowStore } from './diskFlowStore.ts'
import { flowPath, readFlowFile, writeFlowFile } from './flowFile.ts'
import { flowStatuses, packFlow } from './flowStatus.ts'
import { photometricAgreement } from './photometric.ts'
import { sampleFlow } from './sampleFlow.ts'

/** A pair whose nodes follow a function of (column, row): [x, y, status]. */
function pairOf(columns: number, rows: number, node: (i: number, j: number) => [number, number, number], from = 0, to = 1, stride = 1): FlowPair {
  const flow = new Int16Array(columns * rows * 2)
  const status = new Uint8Array(columns * rows)
  for (let k = 0; k < status.length; k++) {
    const [x, y, s] = node(k % columns, Math.floor(k / columns))
    flow.set([x * 32, y * 32], 2 * k)
    status[k] = s
  }
  return { from, to, columns, rows, stride, flow, status }
}

describe('sampleFlow', () => {
  const out = new Float64Array(3)

  it('is bilinear inside one motion, at stride 1 and 2', () => {
    for (const stride of [1, 2]) {
      const pair = pairOf(8, 8, (i, j) => [0.25 * i, -0.125 * j, 1], 0, 1, stride)
      sampleFlow(pair, 3.75 * stride, 4.5 * stride, out)
      expect([...out]).toEqual([0.25 * 3.25, -0.125 * 4, 1])
    }
  })

  it('never mixes two motions or statuses', () => {
    const edge = pairOf(8, 8, i => (i < 4 ? [0, 0, 1] : [10, 0, 1]))
    sampleFlow(edge, 3.9, 4, out)
    expect(out[0]).toBe(0)
    sampleFlow(edge, 4.1, 4, out)
    expect(out[0]).toBe(10)
    const hidden = pairOf(8, 8, i => (i < 4 ? [0.5, 0, 1] : [0, 0, 3]))
    sampleFlow(hidden, 3.9, 4, out)
    expect([...out]).toEqual([0.5, 0, 1])
  })

  it('takes the border node outside', () => {
    sampleFlow(pairOf(4, 4, (i, j) => [i, j, 1]), -5, 40, out)
    expect([...out]).toEqual([0, 3, 1])
  })
})

describe('statuses', () => {
  const size = { width: 40, height: 30 }
  const dense = (f: (x: number, y: number) => [number, number]) => {
    const flow = new Float32Array(size.width * size.height * 2)
    for (let k = 0; k < flow.length / 2; k++) flow.set(f(k % size.width, Math.floor(k / size.width)), 2 * k)
    return flow
  }

  it('calls consistent flow visible, failing cycles unknown and what leaves out of frame', () => {
    const forward = dense(x => [x < 30 ? 6 : 15, 0])
    const backward = dense((_, y) => [y < 15 ? -6 : -9, 0])
    const status = flowStatuses(forward, backward, size)
    expect(status[5 * 40 + 10]).toBe(FlowStatus.visible)
    expect(status[20 * 40 + 10]).toBe(FlowStatus.unknown)
    expect(status[5 * 40 + 35]).toBe(FlowStatus.outOfFrame)
    const agreement = new Uint8Array(1200)
    expect(flowStatuses(forward, backward, size, agreement)[5 * 40 + 10]).toBe(FlowStatus.unknown)
  })

  it('packs four pixels into a node only where three of them agree', () => {
    const flow = dense((x, y) => (x % 2 && y % 2 && x > 20 ? [9, 0] : x > 10 && x % 2 ? [4, 0] : [2, 0]))
    const pair = packFlow(0, 1, flow, new Uint8Array(1200).fill(1), size, 2)
    expect([pair.columns, pair.rows]).toEqual([20, 15])
    expect([pair.status[0], pair.flow[0]]).toEqual([1, 64])
    expect(pair.status[7]).toBe(FlowStatus.unknown)
  })

  it('sees by colour where a flow points at something else', () => {
    const rgb = Uint8Array.from({ length: 3600 }, (_, k) => 40 + ((Math.floor(k / 3) % 40) * 5) % 160)
    const agrees = photometricAgreement(rgb, rgb, dense(x => [x < 32 ? 0 : -9, 0]), size)
    expect(agrees[15 * 40 + 8]).toBe(1)
    expect(agrees[15 * 40 + 36]).toBe(0)
  })
})

describe('completeFlow', () => {
  // Columns 20..29 of `from` are covered in `to` by a front that moves right by 10 from columns 10..19.
  const columns = 60
  const front = (i: number) => i >= 10 && i < 20
  const failing = (i: number) => i >= 20 && i < 30
  const pair = pairOf(columns, 20, i => (front(i) ? [10, 0, 1] : failing(i) ? [10, 0, 0] : [0, 0, 1]))
  const reverse = pairOf(columns, 20, i => (i >= 20 && i < 30 ? [-10, 0, 1] : i >= 10 && i < 20 ? [0, 0, 0] : [0, 0, 1]), 1, 0)
  const back = pairOf(columns, 20, i => (front(i) ? [-10, 0, 1] : [0, 0, i < 10 ? 0 : 1]), 0, -1)

  it('finds the covered pixels and where they are, from another pair where they are seen', () => {
    const done = completeFlow(pair, reverse, [{ pair: back, scale: -1 }])
    for (let i = 0; i < columns; i++) {
      const k = 10 * columns + i
      expect(done.status[k], `column ${i}`).toBe(failing(i) ? FlowStatus.occludedKnown : FlowStatus.visible)
      expect(done.flow[2 * k]).toBe(front(i) ? 320 : 0)
    }
  })

  it('says nothing of them without a witness', () => {
    const done = completeFlow(pair, reverse, [])
    expect(done.status[10 * columns + 25]).toBe(FlowStatus.unknown)
  })

  it('repairs pixels whose own flow failed although they are seen', () => {
    const still = pairOf(columns, 20, () => [0, 0, 1])
    const hole = pairOf(columns, 20, i => (failing(i) ? [7, 3, 0] : [0, 0, 1]))
    const done = completeFlow(hole, still, [{ pair: still, scale: 1 }])
    expect([done.status[625], done.flow[1250], done.flow[1251]]).toEqual([FlowStatus.visible, 0, 0])
  })
})

describe('chains', () => {
  it('compose flows and split gaps into two smaller ones', () => {
    const first = pairOf(20, 20, () => [3, 0, 1])
    const second = pairOf(20, 20, i => [i < 10 ? 1 : 5, -2, 1])
    const chained = chainFlow(first, second, { width: 20, height: 20 })
    expect([...chained.subarray(2 * 45, 2 * 45 + 2)]).toEqual([4, -2])
    expect([...chained.subarray(2 * 48, 2 * 48 + 2)]).toEqual([8, -2])
    expect([1, 2, 3, 16].map(gap => chainParts(gap, [1, 2, 3, 4, 6, 8, 12, 16]))).toEqual([null, [1, 1], [2, 1], [12, 4]])
    expect(chainParts(3, [1, 3])).toBe(null)
  })
})

describe('the flow cache', () => {
  it('reads back what it wrote, refuses damage, and keeps memory within its budget', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tapline-flow-files-'))
    try {
      const pairs = [1, 2, 3].map(to => pairOf(10, 8, (i, j) => [i - j / 2, -to, (i + j) % 5], 0, to))
      for (const pair of pairs) writeFlowFile(flowPath(folder, 0, pair.to), pair)
      expect(readFlowFile(flowPath(folder, 0, 2))).toEqual(pairs[1])
      const store = new DiskFlowStore(folder, [[0, 1], [0, 2], [0, 3]], 2 * 80 * 5)
      const first = store.read(0, 1)
      expect(store.read(0, 1)).toBe(first)
      store.read(0, 2)
      store.read(0, 3)
      expect(store.read(0, 1)).not.toBe(first)
      const path = flowPath(folder, 0, 2)
      const bytes = readFileSync(path)
      bytes[100] ^= 1
      writeFileSync(path, bytes)
      expect(readFlowFile(path)).toBe(null)
      expect(() => new DiskFlowStore(folder, [[0, 2]]).read(0, 2)).toThrow(/damaged/)
      expect(readFlowFile(flowPath(folder, 5, 6))).toBe(null)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
