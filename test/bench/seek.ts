// Seek latency in the page: from the wish for a frame to its picture on the canvas, 854 × 480, frames that are decoded already and frames
// that are not. By hand, with a browser of its own: node test/bench/seek.ts
import { fileURLToPath } from 'node:url'
import { startPage } from '../page/harness.ts'
import { head, row } from './pageTable.ts'

const harness = await startPage(fileURLToPath(new URL('../page/entries/canvasPage.tsx', import.meta.url)))
try {
  const { page } = await harness.open({ query: 'width=854&height=480&frames=240&tracks=100', width: 1440, height: 900 })
  await page.locator('[role=application][data-frame="0"]').waitFor()
  const seek = (frames: readonly number[]) =>
    page.evaluate(async frames => {
      const place = document.querySelector<HTMLElement>('[role=application]')!
      const times: number[] = []
      for (const frame of frames) {
        await new Promise(resolve => setTimeout(resolve, 15 + 20 * Math.random()))
        const from = performance.now()
        window.tests.view.setState({ frame })
        while (place.dataset.frame !== String(frame)) await new Promise(resolve => requestAnimationFrame(resolve))
        times.push(performance.now() - from)
      }
      return times
    }, frames)
  const far = Array.from({ length: 40 }, (_, k) => (k * 97) % 240)
  const cold = await seek(far)
  // The first seconds, decoded by and by round frame 30.
  await page.evaluate(() => window.tests.view.setState({ frame: 30 }))
  await page.waitForFunction(() => window.tests.fake.images.inFlight === 0, undefined, { polling: 500 })
  const near = Array.from({ length: 200 }, (_, k) => 20 + ((k * 37) % 60))
  const cached = await seek(near)
  console.log(head)
  console.log(row('seek to a decoded frame (854 × 480, 100 tracks)', cached))
  console.log(row('seek to a frame that must be fetched and decoded', cold))
} finally {
  await harness.close()
}
