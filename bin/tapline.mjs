#!/usr/bin/env node
// Starts the command line on a Node that can run it, with the kernels built. Plain JavaScript that Node 20 can run.
import { spawn } from 'node:child_process'
import * as module from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNode, isNodeEnough, root } from '../scripts/setup.mjs'

const args = process.argv.slice(2)

if (isNodeEnough(process.version)) await run()
else startOnNewerNode()

async function run() {
  // Stripped and compiled TypeScript is kept between starts.
  module.enableCompileCache?.(join(root, 'node_modules/.cache/tapline'))
  const asksOnly = args.length === 0 || args.some(arg => ['--help', '-h', 'help', '--version', '-v'].includes(arg))
  if (!asksOnly) {
    const { buildWasm } = await import('../scripts/build-wasm.mjs')
    await buildWasm([], names => process.stderr.write(`Building kernels, once: ${names.join(', ')} …\n`))
    if (args[0] === 'serve') {
      const { buildApp, isAppStale } = await import('../scripts/build.mjs')
      if (isAppStale()) process.stderr.write('Building the page, once …\n')
      buildApp(process.execPath)
    }
  }
  const { main } = await import('../src/cli/main.ts')
  process.exitCode = await main(args)
}

/** The same command on the Node that npm brought: signals go on to it, and its end is ours. */
function startOnNewerNode() {
  const node = findNode()
  if (!node) {
    process.stderr.write(`tapline needs Node 22.18 or newer; this is ${process.version}. Install Node 24, or run "npm ci" in ${root}: on Linux x64 it brings one.\n`)
    process.exitCode = 1
    return
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('close', (code, signal) => {
    if (!signal) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
