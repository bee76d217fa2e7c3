import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { chromiumIsHere, startPage, type PageHarness } from './harness.ts'

describe.skipIf(!chromiumIsHere)('a part of the page over the fake studio (needs /usr/bin/chromium)', () => {
  let harness: PageHarness
  beforeAll(async () => {
    harness = await startPage(fileURLToPath(new URL('./entries/emptyPage.tsx', import.meta.url)))
  })
  afterEach(() => harness?.closePages())
  afterAll(() => harness?.close())

  test('has the document that the address asks for, pictures and history, and no complaint', async () => {
    const { page, complaints } = await harness.open({ query: 'tracks=30&frames=25&width=64&height=48' })
    const seen = await page.evaluate(async () => {
      const { fake, document: store } = window.tests
      const { document } = store.getState()
      const bitmap = await createImageBitmap(await fake.client.fetchImage({ project: document!.project, video: 1, frame: 3, kind: 'frame' }))
      const add = { kind: 'addTracks', points: [{ frame: 2, x: 10.5, y: 11.5 }] } as const
      await fake.client.call('edit.apply', { video: { project: document!.project, video: 1 }, gesture: add })
      const added = store.getState().document!.order.length
      await fake.client.call('edit.undo', { project: document!.project, video: 1 })
      return { tracks: document!.order.length, frames: document!.record.frameCount, width: bitmap.width, added, after: store.getState().document!.order.length, gestures: fake.gestures.length }
    })
    expect(seen).toEqual({ tracks: 30, frames: 25, width: 64, added: 31, after: 30, gestures: 1 })
    expect(complaints).toEqual([])
  })
})
