// Electron's binary: where it is, and fetching it with Electron's own installer. The package brings no binary, and the
// download fails behind some firewalls: both callers go on without it.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setup.mjs'

const folder = join(root, 'node_modules/electron')

/** Path of the binary, or null where it has not been fetched. */
export function electronBinary() {
  try {
    const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH || join(folder, 'dist'), readFileSync(join(folder, 'path.txt'), 'utf8'))
    return existsSync(path) ? path : null
  } catch {
    return null
  }
}

/** Fetches the binary if it is absent, for at most `timeoutMs`; returns its path or null. The installer asks for Node 22.12. */
export function fetchElectron(node, timeoutMs) {
  const installer = join(folder, 'install.js')
  if (!electronBinary() && existsSync(installer)) spawnSync(node, [installer], { cwd: root, stdio: 'ignore', timeout: timeoutMs })
  return electronBinary()
}

/** Why a window cannot open here though the binary may be there, or null. */
export function noWindowReason() {
  if (process.platform !== 'linux') return null
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display'
  // Chromium refuses to run sandboxed as root, and we do not switch the sandbox off.
  if (process.getuid?.() === 0) return 'it does not run as root'
  return null
}
