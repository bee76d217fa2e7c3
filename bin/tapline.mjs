#!/usr/bin/env node
// Starts the command line on a Node that can run it, with the kernels built. Plain JavaScript that Node 18 can read.
import { existsSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 23 && !(major === 22 && minor >= 18)) {
  const bundled = join(root, 'node_modules/.bin/node')
  if (!existsSync(bundled) || process.env.TAPLINE_BUNDLED_NODE) {
    console.error(`tapline needs Node 22.18 or newer; this is ${process.version}. Install Node 24, or run "npm ci" here: it brings one on Linux x64.`)
    process.exit(1)
  }
  const child = spawnSync(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, TAPLINE_BUNDLED_NODE: '1' },
  })
  process.exit(child.status ?? 1)
}
const { buildWasm } = await import('../scripts/build-wasm.mjs')
await buildWasm()
const { main } = await import('../src/cli/main.ts')
process.exitCode = await main(process.argv.slice(2))
