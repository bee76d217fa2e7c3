// After every npm install: `npx tapline` is linked, Electron's binary is tried, and one line says what there is.
// Never fails an install: everything here can be made up for later.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { findNode, linkCommand, root } from './setup.mjs'
import { fetchElectron } from './electron.mjs'

const has = []
const lacks = []
try {
  linkCommand()
  const node = findNode()
  if (node) has.push('npx tapline')
  else lacks.push(`npx tapline (needs Node 22.18 or newer, this is ${process.version})`)
  // A firewall that swallows packets costs ten seconds; `npm start` tries again for longer.
  if (node && existsSync(join(root, 'node_modules/electron')))
    if (fetchElectron(node, 60_000)) has.push('desktop window')
    else lacks.push('desktop window (Electron’s binary could not be fetched; npm start tries again)')
  const video = `@seydx/node-av-${process.platform}-${process.arch}${process.platform === 'win32' ? '-msvc' : ''}/package.json`
  try {
    createRequire(join(root, 'node_modules/node-av/package.json')).resolve(video)
    has.push('video decoding')
  } catch {
    lacks.push('video decoding (no build for this platform; image folders work)')
  }
} catch (error) {
  lacks.push(`set-up step: ${error instanceof Error ? error.message : error}`)
}
console.log(`tapline: ready: ${has.join(', ') || 'nothing'}${lacks.length ? `; not here: ${lacks.join(', ')}` : ''}`)
process.exitCode = 0
