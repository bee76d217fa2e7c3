/**
 * How long the timeline takes to draw 1,000 tracks over 1,000 frames: by hand, `node test/bench/timelineDraw.ts [tracks] [frames]`. Script is the page's own
 * work in an animation frame; interval is what the screen got, beside an empty page (software drawing has its own price). Not a test.
 */
import { fileURLToPath } from 'node:url'
import { markdownTable } from '../../src/shared/table.ts'
import { startPage } from '../page/harness.ts'

const [tracks = '1000', frames = '1000'] = process.argv.slice(2)
const harness = await startPage(fileURLToPath(new URL('../page/entries/timeline.tsx', import.meta.url)))

/** Runs in the page: changes something once an animation frame, and times what the page does in answer. */
async function measure(what: 'nothing' | 'scrub' | 'scroll lanes' | 'zoom' | 'edit'): Promise<{ script: number[]; interval: number[] }> {
  const { view, fake, document: store } = window.tests
  const scroller = document.querySelector('.timeline-scroller')!
  const wait = window.requestAnimationFrame.bind(window)
  const script: number[] = []
  const interval: number[] = []
  window.requestAnimationFrame = run => wait(now => {
    const start = performance.now()
    run(now)
    script.push(performance.now() - start)
  })
  let before = performance.now()
  for (let k = 0; k < 120; k++) {
    if (what === 'scrub') view.setState({ frame: (k * 7) % store.getState().document!.record.frameCount })
    if (what === 'scroll lanes') scroller.scrollTop = k * 37
    if (what === 'zoom') window.timeline.store.setState(({ axis }) => ({ axis: { ...axis, pxPerFrame: 1 + (k % 30), leftPx: 0 } }))
    if (what === 'edit') {
      const { project, video } = store.getState().document!
      await fake.client.call('edit.apply', { video: { project, video }, gesture: { kind: 'setLabels', spans: [{ key: 1 + (k % 20), first: k, last: k + 9 }], label: 'occluded' } })
    }
    await new Promise<void>(resolve => void wait(() => resolve()))
    const now = performance.now()
    interval.push(now - before)
    before = now
  }
  window.requestAnimationFrame = wait
  return { script, interval }
}

const { page } = await harness.open({ width: 1440, height: 480, query: `tracks=${tracks}&frames=${frames}&height=460` })
await page.waitForTimeout(3000)
const at = (values: readonly number[], share: number) => (values.length ? [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)].toFixed(2) : '–')
const rows: string[][] = []
for (const what of ['nothing', 'scrub', 'scroll lanes', 'zoom', 'edit'] as const) {
  const { script, interval } = await page.evaluate(measure, what)
  rows.push([what, String(script.length), at(script, 0.5), at(script, 0.95), at(interval, 0.5), at(interval, 0.95)])
}
process.stdout.write(`${markdownTable(['change', 'draws', 'script p50 ms', 'p95', 'interval p50 ms', 'p95'], rows)}\n`)
await harness.close()
