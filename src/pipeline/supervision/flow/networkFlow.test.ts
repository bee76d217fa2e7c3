/** Flow of our kernel and a network's together, against exact flow of layers; and an abort while the network is busy. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LayerScene, exactFlow, renderRgb, still } from '../../../../test/builders/layerScene.ts'
import type { FrameSource } from '../../frames/frameSource.ts'
import type { FlowNetwork } from '../networks.ts'
import { FLOW_UNITS_PER_PIXEL, FlowStatus } from '../supervision.ts'
import type { FlowStore, SupervisionContext } from '../supervision.ts'
import { blendFlow, type FlowBothWays } from './blendFlow.ts'
import { builtinFlow } from './builtinFlow.ts'
import { flowStatuses } from './flowStatus.ts'
import { networkFlow } from './networkFlow.ts'

/** A small disc that moves further in a frame than it is wide: coarse scales do not see it. */
const scene: LayerScene = {
  width: 160,
  height: 96,
  background: t => ({ ...still, dx: t }),
  foreground: t => ({ ...still, cx: 30, cy: 48, dx: 46 * t }),
  radius: 12,
}
const pictures = [0, 1].map(t => renderRgb(scene, t))
const both: FlowBothWays = [exactFlow(scene, 0, 1).flow, exactFlow(scene, 1, 0).flow]
const onDisc = (k: number) => Math.hypot((k % 160) + 0.5 - 30, Math.floor(k / 160) + 0.5 - 48) < 10

const frames: FrameSource = {
  clip: { width: 160, height: 96, name: 'disc', frameCount: 2, timesS: Float64Array.of(0, 0.04) },
  work: { width: 160, height: 96 },
  workRgb: async t => pictures[t].slice(),
  clipRgb: async t => pictures[t].slice(),
  close: async () => {},
}

const folder = mkdtempSync(join(tmpdir(), 'tapline-blend-'))
beforeAll(() => void execFileSync(process.execPath, ['scripts/build-wasm.mjs', 'flow']))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const context: SupervisionContext = { frames, cacheFolder: folder, threads: 1 }

const same = (p: FlowBothWays, q: FlowBothWays) => p.every((flow, way) => flow.every((v, i) => v === q[way][i]))

/** A network that answers with `flow`. */
const answering = (id: string, flow: FlowBothWays): FlowNetwork => ({ id, open: async () => ({ flow: async () => flow, close: async () => {} }) })

describe('flows of one pair', () => {
  const without = (flow: FlowBothWays): FlowBothWays => {
    const lost = flow[0].map((v, i) => (onDisc(i >> 1) ? 1 - (i & 1) : v))
    return [lost.map((v, i) => v + (i & 1 ? 0 : 0.2)), flow[1].map((v, i) => v - (i & 1 ? 0 : 0.2))]
  }

  it('give each pixel the first that holds', () => {
    const first = without(both)
    const [blended] = blendFlow([first, both], pictures[0], pictures[1], scene)
    const sees = exactFlow(scene, 0, 1).seen
    let [disc, taken, rest, kept] = [0, 0, 0, 0]
    for (let k = 0; k < sees.length; k++) {
      const error = Math.hypot(blended[2 * k] - both[0][2 * k], blended[2 * k + 1] - both[0][2 * k + 1])
      if (onDisc(k)) {
        disc++
        if (error < 0.01) taken++
      } else if (sees[k] === 1) {
        rest++
        if (Math.abs(error - 0.2) < 0.01) kept++
      }
    }
    expect(taken / disc).toBeGreaterThan(0.95)
    // The rim of the disc is neither.
    expect(kept / rest).toBeGreaterThan(0.95)
  })

  it('keep the first where none holds, and one flow as it is', () => {
    const first = without(both)
    const wrong: FlowBothWays = [both[0].map(() => 3), both[1].map(() => 3)]
    expect(same(blendFlow([first, wrong], pictures[0], pictures[1], scene), first)).toBe(true)
    expect(same(blendFlow([both], pictures[0], pictures[1], scene), both)).toBe(true)
  })

  it('that claim one place are both doubted there', () => {
    // On pictures without texture colours tell nothing; the second flow brings the disc to where the first has seen background.
    const grey = new Uint8Array(pictures[0].length).fill(128)
    const zero = new Float32Array(both[0].length)
    const first: FlowBothWays = [zero.map((v, i) => (onDisc(i >> 1) && !(i & 1) ? 9 : v)), zero]
    const second: FlowBothWays = [zero.map((v, i) => (i & 1 ? v : 40)), zero.map((v, i) => (i & 1 ? v : -40))]
    const [there, back] = blendFlow([first, second], grey, grey, scene)
    const middle = 48 * 160 + 30
    expect(there[2 * middle]).toBe(40)
    expect(flowStatuses(there, back, scene)[middle]).not.toBe(FlowStatus.visible)
  })
})

describe('flow with a network', () => {
  const foundOnDisc = (store: FlowStore): number => {
    const pair = store.read(0, 1)
    const right = Array.from(pair.status, (status, k) => onDisc(k) && status === FlowStatus.visible && Math.abs(pair.flow[2 * k] / FLOW_UNITS_PER_PIXEL - 46) < 1)
    return right.filter(Boolean).length / right.filter((_, k) => onDisc(k)).length
  }

  it('follows what ours alone loses', async () => {
    expect(foundOnDisc(await builtinFlow().compute(context, [1]))).toBeLessThan(0.2)
    expect(foundOnDisc(await networkFlow(answering('exact', both)).compute(context, [1]))).toBeGreaterThan(0.75)
  })

  it('that is wrong everywhere is as good as ours', async () => {
    const own = (await builtinFlow().compute(context, [1])).read(0, 1)
    const wrong: FlowBothWays = [both[0].map(() => 25), both[1].map(() => 25)]
    const pair = (await networkFlow(answering('wrong', wrong)).compute(context, [1])).read(0, 1)
    let [called, same] = [0, 0]
    own.status.forEach((status, k) => {
      if (status !== FlowStatus.visible) return
      called++
      if (pair.status[k] === status && Math.abs(pair.flow[2 * k] - own.flow[2 * k]) < 2) same++
    })
    expect(same / called).toBeGreaterThan(0.99)
  })

  it('is cancelled while the network is in a pass that never ends, and closes it', async () => {
    const stop = new AbortController()
    let closed = false
    const busy: FlowNetwork = {
      id: 'busy',
      open: async () => ({
        flow: () => {
          stop.abort()
          return new Promise(() => {})
        },
        close: async () => void (closed = true),
      }),
    }
    await expect(networkFlow(busy).compute({ ...context, cacheFolder: join(folder, 'busy'), signal: stop.signal }, [1])).rejects.toMatchObject({ code: 'cancelled' })
    expect(closed).toBe(true)
  })
})
