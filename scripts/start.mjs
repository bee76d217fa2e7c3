// `npm start`: sets up what is missing or stale, makes the demo project (a drawn scene with known tracks, tracked by
// Tapline and scored against the truth), then opens the window, or says where the results are where none can open.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from './build.mjs'
import { electronBinary, fetchElectron, noWindowReason } from './electron.mjs'
import { childEnvironment, root, setUp } from './setup.mjs'

const scene = 'parallax'
const demo = join(root, 'demo')
const project = join(demo, `${scene}.tapline`)
const results = { overlay: join(demo, 'tracks.mp4'), pickle: join(demo, 'tracks.pkl') }
const show = path => relative(root, path)

/** Runs the command line with its output passed through; ends this process as it did when it did not succeed. */
async function tapline(node, ...args) {
  console.log(`\n$ npx tapline ${args.map(arg => (arg.startsWith(root) ? show(arg) : arg)).join(' ')}`)
  const child = spawn(node, [join(root, 'bin/tapline.mjs'), ...args], { cwd: root, stdio: 'inherit', env: childEnvironment() })
  // Ctrl-C reaches the child too: it saves a checkpoint, and only then this process ends with its code.
  const wait = () => {}
  process.on('SIGINT', wait)
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => resolve(signal ? 130 : status))
  })
  process.off('SIGINT', wait)
  if (code !== 0) process.exit(code)
}

/** Makes what is missing of the demo. An interrupted run goes on where it was. */
async function makeDemo(node) {
  const truth = join(demo, scene)
  if (!existsSync(join(truth, 'truth.pkl'))) await tapline(node, 'synth', scene, '--out', demo)
  if (!Object.values(results).every(path => existsSync(path))) {
    const outputs = Object.values(results).flatMap(path => ['--out', path])
    await tapline(node, 'track', join(truth, 'frames'), '--queries', join(truth, 'queries.csv'), '--preset', 'draft', '--project', project, ...outputs)
  }
  await tapline(node, 'evaluate', join(truth, 'truth.pkl'), results.pickle)
}

function openWindow(binary) {
  // Set in shells that Electron's own tools start; with it the binary would be a plain Node.
  const { ELECTRON_RUN_AS_NODE: _unset, ...env } = childEnvironment()
  const child = spawn(binary, [root], { cwd: root, stdio: 'inherit', env })
  child.on('error', error => console.error(`Electron does not start: ${error.message}`))
  child.on('close', code => (process.exitCode = code ?? 0))
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
  console.log('\nOpening the window …')
  openWindow(binary)
} else {
  console.log(`
No window opens here: ${hidden ?? 'Electron’s binary cannot be fetched'}. The command line does all there is so far:
  npx tapline track VIDEO --grid 16 --out tracks.mp4
  npx tapline --help`)
}
