// Frame times over five seconds of playback at 30 frames a second with 1,000 tracks, beside the same with none and beside an empty page.
// By hand: node test/bench/playback.ts
import { fileURLToPath } from 'node:url'
import { startPage } from '../page/harness.ts'
import { head, row } from './pageTable.ts'

const harness = await startPage(fileURLToPath(new URL('../page/entries/canvasPage.tsx', import.meta.url)))

/** Times between animation frames while `play`, and what the page's own drawing took of each. */
async function measure(query: string, play: boolean, trails = true): Promise<{ between: number[]; drawing: number[]; shown: number }> {
  const { page } = await harness.open({ query, width: 1440, height: 900 })
  if (play) {
    await page.locator('[role=application][data-frame="0"]').waitFor()
    await page.waitForFunction(() => window.tests.fake.images.inFlight === 0, undefined, { polling: 500 })
  }
  const measured = await page.evaluate(async ({ play, trails }) => {
    const between: number[] = []
    const drawing: number[] = []
    const shown = new Set<string>()
    const place = document.querySelector<HTMLElement>('[role=application]')
    const own = window.requestAnimationFrame.bind(window)
    // What the page does in its animation frames, measured from outside of it.
    window.requestAnimationFrame = callback => own(now => {
      const from = performance.now()
      callback(now)
      drawing.push(performance.now() - from)
    })
    if (play) window.tests.view.setState({ playing: true, trails })
    let before = performance.now()
    const end = before + 5000
    while (before < end) {
      const now = await new Promise<number>(resolve => own(resolve))
      between.push(now - before)
      before = now
      shown.add(place?.dataset.frame ?? '')
    }
    window.requestAnimationFrame = own
    return { between: between.slice(2), drawing, shown: shown.size }
  }, { play, trails })
  await page.close()
  return measured
}

try {
  const clip = 'width=854&height=480&frames=160&fps=30'
  const cases = [
    ['an empty page', await measure('video=none', false)],
    ['playing, no track', await measure(`${clip}&tracks=0`, true)],
    ['playing, 1,000 tracks without trails', await measure(`${clip}&tracks=1000`, true, false)],
    ['playing, 1,000 tracks with trails', await measure(`${clip}&tracks=1000`, true)],
  ] as const
  console.log(head)
  for (const [what, { between, drawing, shown }] of cases) {
    console.log(row(`${what}: between animation frames`, between))
    if (drawing.length) console.log(row(`  of it the page’s own script (${shown} frames shown)`, drawing))
  }
} finally {
  await harness.close()
}
