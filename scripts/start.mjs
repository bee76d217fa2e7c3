// `npm start`: sets up what is missing or stale, makes the demo project (a drawn scene with known tracks, tracked by
// Tapline and scored against the truth), then opens the studio on it: its own window where Electron runs, else a browser.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { openInBrowser } from './browser.mjs'
import { build } from './build.mjs'
import { electronBinary, fetchElectron, noWindowReason } from './electron.mjs'
import { childEnvironment, root, setUp } from './setup.mjs'

const scene = 'parallax'
const demo = join(root, 'demo')
const project = join(demo, `${scene}.tapline`)
const results = { overlay: join(demo, 'tracks.mp4'), pickle: join(demo, 'tracks.pkl') }
const show = path => relative(root, path)

/** Starts the command line; `stdout` as spawn has it. */
function start(node, args, stdout = 'inherit') {
  console.log(`\n$ npx tapline ${args.map(arg => (arg.startsWith(root) ? show(arg) : arg)).join(' ')}`)
  return spawn(node, [join(root, 'bin/tapline.mjs'), ...args], { cwd: root, stdio: ['inherit', stdout, 'inherit'], env: childEnvironment() })
}

/**
 * The child's exit code. Ctrl-C asks it to end: it saves a checkpoint, and only then this process ends with its code. The
 * terminal may have told the child already: our command line takes both for one, Electron would end at once.
 */
async function ended(child, { interrupt = true } = {}) {
  const pass = signal => {
    if (signal !== 'SIGINT' || interrupt) child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM']
  for (const signal of signals) process.on(signal, pass)
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => resolve(signal ? 130 : status))
  })
  for (const signal of signals) process.off(signal, pass)
  return code
}

/** Runs a command to its end; ends this process as it did when it did not succeed. */
async function tapline(node, ...args) {
  const code = await ended(start(node, args))
  if (code !== 0) process.exit(code)
}

/** Makes what is missing of the demo. An interrupted run goes on where it was. */
async function makeDemo(node) {
  const truth = join(demo, scene)
  if (!existsSync(join(truth, 'truth.pkl'))) await tapline(node, 'synth', scene, '--out', demo)
  if (!existsSync(project) || !Object.values(results).every(path => existsSync(path))) {
    const outputs = Object.values(results).flatMap(path => ['--out', path])
    await tapline(node, 'track', join(truth, 'frames'), '--queries', join(truth, 'queries.csv'), '--preset', 'draft', '--project', project, ...outputs)
  }
  await tapline(node, 'evaluate', join(truth, 'truth.pkl'), results.pickle)
}

function openWindow(binary) {
  // Set in shells that Electron's own tools start; with it the binary would be a plain Node.
  const { ELECTRON_RUN_AS_NODE: _unset, ...env } = childEnvironment()
  return ended(spawn(binary, [root, project], { cwd: root, stdio: 'inherit', env }), { interrupt: false })
}

/** Serves the studio until Ctrl-C, and shows it in the system's browser once it is there. */
function openBrowser(node) {
  const child = start(node, ['serve', '--project', project], 'pipe')
  let printed = ''
  let opened = false
  child.stdout.on('data', chunk => {
    process.stdout.write(chunk)
    printed += chunk
    const [address] = /http:\S+(?=\s)/.exec(printed) ?? []
    if (!address || opened) return
    opened = true
    void openInBrowser(address).then(done => {
      if (!done) console.log('Open this address in a browser. On another machine, see "Remote use" in README.md.')
    })
  })
  return ended(child)
}

const node = setUp()
for (const name of await build(node)) console.log(`built ${name}`)
await makeDemo(node)

console.log(`
The demo is tracked.
  tracks over the video   ${show(results.overlay)}
  TAP-Vid pickle          ${show(results.pickle)}
  project                 ${show(project)}`)

const hidden = noWindowReason()
const binary = hidden ? electronBinary() : fetchElectron(node, 600_000)
if (binary && !hidden) {
  console.log('\nOpening the studio …')
  process.exitCode = await openWindow(binary).catch(error => {
    console.error(`Electron does not start: ${error.message}`)
    return openBrowser(node)
  })
} else {
  console.log(`\nNo window of its own opens here (${hidden ?? 'Electron’s binary cannot be fetched'}): the studio opens in a browser.`)
  process.exitCode = await openBrowser(node)
}
