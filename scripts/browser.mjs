// Opens an address in the system's browser where a person sits in front of it. Not here: the studio's own window (electron.mjs).
import { spawn } from 'node:child_process'

/** The command that opens addresses here, or null where there is no display. */
export function browserCommand(platform = process.platform, env = process.env) {
  if (platform === 'darwin') return ['open']
  // The empty text is the window's title; without it the address would be.
  if (platform === 'win32') return ['cmd', '/c', 'start', '']
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : null
}

/** Resolves to true where the system took the address. */
export async function openInBrowser(address) {
  const command = browserCommand()
  if (!command) return false
  const [program, ...args] = command
  // cmd takes an ampersand for the end of the command.
  const child = spawn(program, [...args, process.platform === 'win32' ? address.replaceAll('&', '^&') : address], { stdio: 'ignore', detached: true })
  child.unref()
  return new Promise(resolve => {
    child.on('error', () => resolve(false))
    child.on('exit', code => resolve(code === 0))
  })
}
