// What every script does first: packages installed as package-lock.json says, and a Node that can run the product.
// Plain JavaScript on Node's own modules, so that Node 20 runs it in a bare clone. Not here: building (build.mjs).
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bundledNode = join(root, 'node_modules/.bin/node')

/** True where this Node runs TypeScript and the packages: 22.18 and newer. */
export function isNodeEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 18)
}

/**
 * Why the packages must be installed again, or null when they are as the lock file says. Contents are compared, not
 * times: a fresh checkout makes every file new.
 */
export function staleReason(folder = root) {
  const read = path => {
    try {
      return JSON.parse(readFileSync(join(folder, path), 'utf8')).packages ?? {}
    } catch {
      return null
    }
  }
  const wanted = read('package-lock.json')
  const present = read('node_modules/.package-lock.json')
  if (!wanted) return null
  if (!present) return 'no packages yet'
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.link) continue
    const found = present[path]
    // Optional packages are absent where they are for another platform.
    if (!found && !entry.optional && !entry.devOptional && !entry.peer) return `${path} is missing`
    if (found && found.version !== entry.version) return `${path} is ${found.version}, not ${entry.version}`
  }
  return null
}

/** npm as the user called it: through npm's own file inside `npm test`, by name elsewhere. */
function npm(args) {
  const own = process.env.npm_execpath
  const options = { cwd: root, stdio: 'inherit' }
  if (own && own.endsWith('npm-cli.js')) return spawnSync(process.execPath, [own, ...args], options)
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
}

/** `npx tapline` of this clone: npm links the commands of dependencies, not those of the root package itself. */
export function linkCommand() {
  const bin = join(root, 'node_modules/.bin')
  const target = '../../bin/tapline.mjs'
  mkdirSync(bin, { recursive: true })
  if (process.platform === 'win32') {
    writeFileSync(join(bin, 'tapline.cmd'), '@node "%~dp0..\\..\\bin\\tapline.mjs" %*\r\n')
    return
  }
  const link = join(bin, 'tapline')
  const present = lstatSync(link, { throwIfNoEntry: false })
  if (present?.isSymbolicLink() && readlinkSync(link) === target) return
  rmSync(link, { force: true })
  symlinkSync(target, link)
}

/** The Node that runs everything after set-up: the one that npm brought, else the user's own; null when neither will do. */
export function findNode() {
  // It may be there and not run: another C library, another platform's folder.
  if (existsSync(bundledNode) && spawnSync(bundledNode, ['--version']).status === 0) return bundledNode
  return isNodeEnough(process.version) ? process.execPath : null
}

/** Installs when needed and returns the path of the Node to use. Ends the process with a plain sentence when it cannot. */
export function setUp() {
  const reason = staleReason()
  if (reason) {
    console.log(`Installing packages (${reason}) …`)
    // Tests and the window need the development packages, whatever a user's own settings leave out. Errors only: an
    // older system Node is warned about by packages that will not run on it.
    const { status } = npm(['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'])
    if (status !== 0) {
      console.error('npm ci failed; its own words are above. When it says that package.json and the lock file differ, run "npm install".')
      process.exit(1)
    }
  }
  linkCommand()
  const node = findNode()
  if (!node) {
    console.error(`Tapline needs Node 22.18 or newer; this is ${process.version}, and npm brought none for ${process.platform} ${process.arch}. Install Node 24.`)
    process.exit(1)
  }
  return node
}

/** The environment of child processes: this clone's commands come first in PATH. */
export function childEnvironment() {
  return { ...process.env, PATH: join(root, 'node_modules/.bin') + delimiter + (process.env.PATH ?? '') }
}
