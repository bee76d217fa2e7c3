/**
 * How long a person waits after a click: from the release of the mouse in Chromium until the track has come to the page with its path
 * and a frame with it was drawn, through the real server; with flow alone and with a fitted field; and a label key likewise. A synthetic clip
 * of 100 frames of 320×240. Run: node test/bench/clickToTrack.ts. Times are this machine's; nothing else should run beside.
 */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { Studio } from '../e2e/page-objects/studio.ts'
import { openSecondWindow } from '../builders/secondWindow.ts'
import { startSpec } from '../builders/servedStudio.ts'

const SIZE = { width: 320, height: 240 }
const CLICKS = 20
const GOAL_MS = 150

const spec = await startSpec()
const rows: (readonly [string, readonly number[]])[] = []
try {
  await spec.tapline('synth', 'parallax', '--frames', '100', '--out', join(spec.folder, 'scenes'))
  const project = join(spec.folder, 'bench.tapline')
  await spec.tapline('import', join(spec.folder, 'scenes/parallax/frames'), '--project', project)
  const { url } = await spec.serve({ project })
  const second = await openSecondWindow(url)
  const { page } = await spec.chromium.open(url)
  const studio = new Studio(page)
  studio.canvas.sized(SIZE.width, SIZE.height)
  await studio.ready()
  await studio.dismissHints()
  const field = async () => (await second.document({ project, video: 1 })).field
  const until = async (state: 'flow' | 'fitted') => {
    for (let now = await field(); now.state !== state || now.loading; now = await field()) await page.waitForTimeout(500)
  }
  await until('flow')
  rows.push(['click, flow only', await clicks(page, studio)])
  await studio.dialogs.optimise('Draft', { steps: 60 })
  await studio.notices.getByText(/^The field is fitted/).waitFor({ timeout: 600_000 })
  await until('fitted')
  // The first asks warm it up.
  await clicks(page, studio, 3)
  rows.push(['click, fitted field', await clicks(page, studio)])
  rows.push(['label key', await labels(page, studio)])
  const bare = second.events.filter(event => event.kind === 'document' && event.change.tracks.some(({ path }) => path === null)).length
  if (bare > 0) console.log(`${bare} tracks came before their paths: their times say too little.`)
  second.close()
} finally {
  await spec.close()
}

console.log(`| gesture | p50 ms | p95 ms | slowest ms | goal ms |\n|---|---:|---:|---:|---:|`)
for (const [what, took] of rows) {
  const sorted = [...took].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(0)
  console.log(`| ${what} | ${at(0.5)} | ${at(0.95)} | ${at(1)} | ${GOAL_MS} |`)
}

/** Milliseconds in the page from an event of the input until the part of that name has changed, holds the word, and a frame was drawn. */
async function measure(page: Page, event: 'pointerup' | 'keydown', watched: string, word: string, act: () => Promise<void>): Promise<number> {
  // The page listens before the input is sent.
  const took = await page.evaluateHandle(([event, watched, word]) => ({ result: new Promise<number>(resolve => {
    addEventListener(event, ({ timeStamp }) => {
      const element = document.querySelector(`[aria-label="${watched}"]`)!
      const observer = new MutationObserver(() => {
        if (!element.textContent.includes(word)) return
        observer.disconnect()
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - timeStamp)))
      })
      observer.observe(element, { subtree: true, childList: true, attributes: true, characterData: true })
    }, { once: true, capture: true })
  }) }), [event, watched, word] as const)
  await act()
  return took.evaluate(({ result }) => result)
}

async function clicks(page: Page, studio: Studio, count = CLICKS): Promise<number[]> {
  const took: number[] = []
  await page.keyboard.press('n')
  for (let n = 0; n < count; n++) {
    const at = { x: 30 + ((n * 47) % 260), y: 30 + ((n * 61) % 180) }
    await studio.canvas.hover(at)
    took.push(await measure(page, 'pointerup', 'Tracks', '%', () => studio.canvas.click(at)))
    await studio.saved()
  }
  await page.keyboard.press('a')
  return took
}

async function labels(page: Page, studio: Studio): Promise<number[]> {
  const took: number[] = []
  await studio.tracks.find('1')
  for (let n = 0; n < CLICKS; n++) {
    await studio.timeline.goTo(5 + n)
    took.push(await measure(page, 'keydown', 'Status', 'occluded', () => page.keyboard.press('q')))
    await studio.saved()
  }
  return took
}
