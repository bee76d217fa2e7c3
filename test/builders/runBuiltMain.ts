/**
 * Run as a process of its own: loads the built out/main/index.js with the stand-in for Electron, plays our page and a
 * foreign one, and prints what came of it as JSON. Shows that what was bundled also runs.
 */
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { electronStandIn } from './electronStandIn.ts'

const electron = electronStandIn()
Object.assign(globalThis, { electronStandIn: electron.module })

const address = 'stand-in:electron'
registerHooks({
  resolve: (specifier, context, next) => (specifier === 'electron' ? { url: address, shortCircuit: true } : next(specifier, context)),
  load: (url, context, next) =>
    url === address
      ? { format: 'module', shortCircuit: true, source: `export const { ${Object.keys(electron.module).join(', ')} } = globalThis.electronStandIn` }
      : next(url, context),
})

await import(new URL('../../out/main/index.js', import.meta.url).href)
while (electron.windows.length === 0) await new Promise(resolve => setTimeout(resolve, 5))

const [window] = electron.windows
const page = await electron.protocols.get('tapline')!(new Request(window!.urls[0]!))
const preload = window!.options.webPreferences?.preload ?? ''
console.log(
  JSON.stringify({
    page: page.status,
    preload: existsSync(preload),
    reply: await electron.invoke({ url: window!.urls[0]! }, 'project.list', null),
    foreign: await electron.invoke({ url: 'https://example.org/' }, 'project.list', null).catch((error: Error) => error.message),
  }),
)
process.exit(0)
