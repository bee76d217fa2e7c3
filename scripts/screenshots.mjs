// Pictures of the studio's main states for the README, as docs/studio-*.jpg: run by hand, `node_modules/.bin/node scripts/screenshots.mjs
// [NAME…]`, and looked at. Works on a copy of the demo project (`npm start` makes it) in a temporary folder. Not here: tests of the page.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { build } from './build.mjs'
import { findNode, root } from './setup.mjs'

const demo = join(root, 'demo')
const source = join(demo, 'parallax.tapline')
const truth = join(demo, 'parallax/truth.json')
const size = { width: 1440, height: 900 }
const CLIP = { width: 320, height: 240 }

async function serve(node, home, ...args) {
  const child = spawn(node, [join(root, 'bin/tapline.mjs'), 'serve', '--port', '0', ...args], { env: { ...process.env, TAPLINE_HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', chunk => {
      text += chunk
      const found = /http:\/\/\S+token=\S+(?=\s)/.exec(text)
      if (found) resolve(found[0])
    })
    child.on('close', () => reject(new Error(`tapline serve ended: ${text}`)))
  })
  const stop = () => new Promise(resolve => child.once('close', resolve).kill('SIGINT'))
  return { url, stop }
}

/** The page in the hands of a person: what the states are reached by. */
function hands(page) {
  const button = name => page.getByRole('button', { name, exact: true })
  const drawn = page.getByRole('application', { name: /^Frame \d+ of \d+$/ })
  const place = async ({ x, y }) => {
    const box = await page.getByRole('application').boundingBox()
    const scale = Math.min((box.width - 32) / CLIP.width, (box.height - 32) / CLIP.height)
    return [box.x + (box.width - CLIP.width * scale) / 2 + x * scale, box.y + (box.height - CLIP.height * scale) / 2 + y * scale]
  }
  const goTo = async frame => {
    const field = page.getByRole('textbox', { name: 'Current frame' })
    await field.fill(String(frame))
    await field.press('Enter')
    await page.getByRole('application', { name: new RegExp(`^Frame 0*${frame} of`) }).waitFor()
  }
  /** Place of the selected track in the frame shown, as the inspector has it. */
  const position = async () => {
    const read = async axis => Number(await page.getByRole('textbox', { name: `Position ${axis}` }).inputValue())
    return { x: await read('x'), y: await read('y') }
  }
  const select = async name => {
    const search = page.getByRole('searchbox', { name: 'Search tracks' })
    await search.fill(name)
    await page.getByRole('region', { name: 'Tracks', exact: true }).getByRole('row', { name, exact: true }).getByRole('gridcell', { name, exact: true }).click()
    await search.fill('')
  }
  const tab = name => page.getByRole('tab', { name: new RegExp(`^${name}`) }).click()
  const fitted = () => page.getByRole('region', { name: 'Notices' }).getByText(/^The field is fitted/).waitFor({ timeout: 300_000 })
  return { page, button, drawn, place, goTo, position, select, tab, fitted }
}

async function drag({ page, place, position }, to) {
  const [x, y] = await place(await position())
  const [toX, toY] = await place(to)
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(toX, toY, { steps: 4 })
}

/** The worst track, where it is furthest from the truth, and its true place there. */
let worst = null

/** In this order; each leaves the page as the next one needs it. */
const states = {
  async workspace({ page, goTo, select, tab }) {
    await goTo(16)
    await select('p12')
    await tab('Track')
    await page.mouse.move(700, 5)
  },
  async networks({ page }) {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('networks')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Networks', exact: true })
    await dialog.getByRole('list', { name: 'Flow' }).waitFor()
    await page.mouse.move(700, 5)
    return () => dialog.getByRole('button', { name: 'Close' }).last().click()
  },
  async review({ page, tab, button }) {
    await tab('Review')
    await page.getByRole('tabpanel').getByRole('button', { name: 'Import tracks…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import tracks' })
    await dialog.getByRole('textbox', { name: 'File' }).fill(truth)
    await dialog.getByRole('button', { name: 'Import' }).click()
    await button('Show the review').click()
    const row = page.getByRole('region', { name: 'Tracks, worst first' }).getByRole('button', { name: /apart at frame/ }).first()
    const [, name, frame] = /^Go to (\S+): .* frame (\d+)$/.exec(await row.getAttribute('aria-label'))
    await row.click()
    const { points } = JSON.parse(readFileSync(truth, 'utf8')).videos[0].tracks.find(({ id }) => id === name)
    worst = { name, frame: Number(frame), place: { x: points[frame][0], y: points[frame][1] } }
    await page.mouse.move(700, 5)
    return async () => {
      await page.getByRole('checkbox', { name: 'Show on the picture' }).uncheck()
      await tab('Track')
    }
  },
  async correct(studio) {
    const { page, goTo, button, select } = studio
    const { name, frame, place } = worst
    await select(name)
    await button('Loupe').click()
    await goTo(frame)
    await drag(studio, place)
    return async () => {
      await page.mouse.up()
      await page.getByRole('status', { name: 'Saving' }).filter({ hasText: 'Saved' }).waitFor()
      await button('Loupe').click()
    }
  },
  async refit({ page, tab, fitted, button }) {
    await tab('Fit')
    await page.getByRole('tabpanel').getByRole('button', { name: /^Refit/ }).click()
    await fitted()
    await button('Losses of run 2').click()
    await page.mouse.move(700, 5)
  },
  async optimise({ page }) {
    await page.getByRole('banner').getByRole('button', { name: 'Optimise…' }).click()
    await page.getByRole('dialog', { name: 'Optimise' }).waitFor()
    return () => page.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }).click()
  },
  async fit({ page, tab }) {
    await tab('Fit')
    await page.getByRole('banner').getByRole('button', { name: 'Optimise…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Optimise' })
    await dialog.getByRole('radio', { name: 'Draft' }).check()
    await dialog.getByRole('button', { name: 'Start' }).click()
    await page.getByRole('progressbar', { name: 'Progress of the fit' }).and(page.locator('[value]')).waitFor()
    await page.getByRole('region', { name: 'Optimise', exact: true }).getByRole('img', { name: /^Losses at step [2-5]\d\d:/ }).waitFor({ timeout: 200_000 })
    return async () => {
      await page.getByRole('tabpanel').getByRole('button', { name: 'Cancel', exact: true }).click()
      await page.getByRole('region', { name: 'Job' }).waitFor({ state: 'detached' })
    }
  },
  async export({ page }) {
    await page.getByRole('banner').getByRole('button', { name: 'Export…' }).click()
    await page.getByRole('status', { name: 'Summary' }).getByText(/tracks over/).waitFor()
    return () => page.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }).click()
  },
  async palette({ page }) {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('fra')
    await page.getByRole('dialog', { name: 'Find a command' }).getByRole('option').first().waitFor()
    return () => page.keyboard.press('Escape')
  },
  async keys({ page }) {
    await page.keyboard.press('F1')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    return () => page.keyboard.press('Escape')
  },
  async light({ page, tab, select, goTo }) {
    await page.emulateMedia({ colorScheme: 'light' })
    await tab('Track')
    await select('p12')
    await goTo(16)
    await page.mouse.move(700, 5)
    return () => page.emulateMedia({ colorScheme: 'dark' })
  },
  async start({ page }) {
    await page.getByRole('menuitem', { name: 'File', exact: true }).click()
    await page.getByRole('menuitem', { name: /^All projects/ }).click()
    await page.getByRole('table', { name: 'Projects' }).waitFor()
  },
}

const { chromium } = await import('playwright-core')
if (!existsSync(source)) throw new Error('There is no demo project. Make it with: npm start')
const node = findNode() ?? process.execPath
build(node)
const wanted = process.argv.slice(2)
const done = new Set()
const folder = mkdtempSync(join(tmpdir(), 'tapline-screenshots-'))
const project = join(folder, 'parallax.tapline')
cpSync(source, project, { recursive: true })
// Networks to show as installed, where there are some; without them the list of known ones is shown.
for (const [file, role] of [['raft_small_it6_dyn.onnx', 'flow'], ['xfeat_dense_s8.onnx', 'features']]) {
  const path = join(root, '../shared/models', file)
  if (existsSync(path)) spawnSync(node, [join(root, 'bin/tapline.mjs'), 'models', 'add', path, '--role', role], { env: { ...process.env, TAPLINE_HOME: join(folder, 'home') }, stdio: ['ignore', 'ignore', 'inherit'] })
}
const server = await serve(node, join(folder, 'home'), '--project', project)
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
try {
  const page = await browser.newPage({ viewport: size, colorScheme: 'dark' })
  page.on('console', message => ['error', 'warning'].includes(message.type()) && console.error(`The page says: ${message.text()}`))
  page.setDefaultTimeout(180_000)
  await page.goto(server.url)
  const studio = hands(page)
  await studio.drawn.waitFor()
  for (const name of ['Scrub', 'Click', 'Drag']) await studio.button(`Dismiss the hint: ${name}`).click()
  await studio.tab('Fit')
  await page.getByText(/^Fitted by run/).waitFor()
  for (const [name, reach] of Object.entries(states)) {
    const leave = await reach(studio)
    if (wanted.length === 0 || wanted.includes(name)) {
      // What fades in or is fetched late is there then: nobody looks at the picture sooner.
      await page.waitForTimeout(800)
      const path = join(root, `docs/studio-${name}.jpg`)
      await page.screenshot({ path, type: 'jpeg', quality: 80 })
      done.add(name)
      console.log(`${relative(root, path)} ${Math.round(statSync(path).size / 1000)} kB`)
    }
    await leave?.()
    if (wanted.length > 0 && wanted.every(one => done.has(one))) break
  }
} finally {
  await browser.close()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
}
