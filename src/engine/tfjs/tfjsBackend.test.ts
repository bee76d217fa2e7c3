import { describe, expect, it } from 'vitest'
import { holdTfjsBackend, openTfjsBackend, tfjsBackends } from './tfjsBackend.ts'

const isInstalled = (name: string) => {
  try {
    return Boolean(import.meta.resolve(`@tensorflow/${name}`))
  } catch {
    return false
  }
}
const absent = (['tfjs-node-gpu', 'tfjs-node'] as const).filter(name => !isInstalled(name))

describe('the backend of TensorFlow.js', () => {
  it('is the first that works, and says why each before it is not used', async () => {
    expect([...tfjsBackends]).toEqual(['tfjs-node-gpu', 'tfjs-node', 'webgpu', 'cpu'])
    expect(await openTfjsBackend([...absent, 'cpu'])).toEqual({ name: 'cpu', software: true, refused: absent.map(name => ({ name, reason: 'it is not installed' })) })
  })

  it.skipIf(absent.length === 0)('is none where nothing works: the error names each (where no tfjs-node is installed)', async () => {
    await expect(openTfjsBackend(absent)).rejects.toThrow(new RegExp(`${absent[0]}: it is not installed`))
    // What failed is not kept.
    expect((await openTfjsBackend(['cpu'])).name).toBe('cpu')
  })

  it('is shared while somebody holds it, whatever the others ask for', async () => {
    const [first, second] = await Promise.all([holdTfjsBackend(['cpu']), holdTfjsBackend(['tfjs-node', 'cpu'])])
    expect(second.backend).toBe(first.backend)
    await first.release()
    expect((await openTfjsBackend(['tfjs-node'])).name).toBe('cpu')
    await second.release()
  })
})
