// Builds what cannot run from source: the WebAssembly kernels and the desktop app (main with its utility processes, preload, renderer), each only
// when its sources are newer. The command line and the server run from TypeScript as they are.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildWasm } from './build-wasm.mjs'
import { childEnvironment, root, setUp } from './setup.mjs'

const stamp = join(root, 'out/app.stamp')
const lock = join(root, 'out/app.lock')
const inputs = ['src/main', 'src/preload', 'src/renderer', 'src/server', 'src/shared', 'src/pipeline', 'src/engine', 'electron.vite.config.ts', 'package-lock.json', 'tsconfig.json']

function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map(name => newest(join(path, name))))
}

/** True when the app has to be built: nothing there, or a source newer than the last whole build. */
export function isAppStale() {
  if (!existsSync(stamp) || !existsSync(join(root, 'out/renderer/index.html'))) return true
  const built = statSync(stamp).mtimeMs
  return inputs.some(path => newest(join(root, path)) > built)
}

/** Runs `work` while no other process does; a lock left by one that was killed is broken after two minutes. */
function alone(work) {
  mkdirSync(join(root, 'out'), { recursive: true })
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 120_000) rmSync(lock, { recursive: true, force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
  try {
    return work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/** Builds the app when stale; returns whether it built. Throws with the builder's output when it fails. */
export function buildApp(node) {
  return isAppStale() && alone(() => isAppStale() && buildAppNow(node))
}

function buildAppNow(node) {
  const started = new Date()
  rmSync(stamp, { force: true })
  const cli = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  const { status, stdout, stderr } = spawnSync(node, [cli, 'build', '--logLevel', 'warn'], { cwd: root, encoding: 'utf8', env: childEnvironment() })
  if (status !== 0) throw new Error(`the app does not build:\n${stdout}${stderr}`)
  writeFileSync(stamp, `${started.toISOString()}\n`)
  // Sources that changed during the build are newer than the stamp.
  utimesSync(stamp, started, started)
  return true
}

/** Both, when stale; returns what was built. */
export async function build(node) {
  const kernels = await buildWasm()
  return buildApp(node) ? [...kernels, 'out/main, out/preload, out/renderer'] : kernels
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const built = await build(setUp())
  console.log(built.length ? built.map(name => `built ${name}`).join('\n') : 'nothing to build')
}
