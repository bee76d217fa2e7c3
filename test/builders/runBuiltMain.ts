/**
 * Run as a process of its own: loads the built out/main/index.js with the stand-in for Electron, plays our page and a
 * foreign one on a project of the clip in argv, and prints what came of it as JSON. Shows that what was bundled also runs:
 * the studio, its pictures, a whole job in the built utility process with its workers and kernels.
 */
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import type { ServerMessage } from '../../src/shared/messages.ts'
import type { Rpc, RpcId, StudioEvent } from '../../src/shared/rpc.ts'
import { channels, imageOrigin } from '../../src/shared/shellBridge.ts'
import { imagePath } from '../../src/shared/studio/images.ts'
import type { JobView } from '../../src/shared/studio/document.ts'
import { electronStandIn, type Frame } from './electronStandIn.ts'

const [clip, folder] = process.argv.slice(2) as [string, string]
process.argv = process.argv.slice(0, 2)
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
const ours: Frame = { url: window!.urls[0]! }
const foreign: Frame = { url: 'https://example.org/' }
const replies = new Map<number, (reply: unknown) => void>()
const events: StudioEvent[] = []
let told = Promise.withResolvers<void>()
window!.webContents.on('standIn.received', (_channel: string, message: ServerMessage) => {
  if ('reply' in message) replies.get(message.id)?.(message.reply)
  if ('event' in message) {
    events.push(message.event)
    told.resolve()
    told = Promise.withResolvers()
  }
})
let last = 0

/** The page's call; its reply's value. */
async function call<Id extends RpcId>(id: Id, params: Rpc[Id]['params'], frame = ours): Promise<Rpc[Id]['result']> {
  const number = ++last
  const reply = new Promise<unknown>(resolve => replies.set(number, resolve))
  electron.send(window!.webContents, frame, channels.messages, { id: number, call: id, params })
  const { ok, value, error } = (await reply) as { ok: boolean; value: Rpc[Id]['result']; error: object }
  if (!ok) throw new Error(JSON.stringify(error))
  return value
}

/** Waits for the end of a job. */
async function ended(job: JobView): Promise<JobView> {
  for (;;) {
    const found = events.findLast(event => event.kind === 'job' && event.job.id === job.id)
    if (found?.kind === 'job' && ['done', 'failed', 'cancelled', 'interrupted'].includes(found.job.state)) return found.job
    await told.promise
  }
}

electron.send(window!.webContents, ours, channels.begin)
const page = await electron.protocols.get('tapline')!(new Request(window!.urls[0]!))
await call('project.create', { name: 'built', folder })
const imported = await ended(await call('video.add', { project: folder, path: clip }))
const video = { project: folder, video: 1 }
await call('video.open', video)
const { devices } = await call('device.list', null)
const added = await call('edit.apply', { video, gesture: { kind: 'addTracks', points: [{ frame: 0, x: 20.5, y: 12.5 }] } })
const fitted = await ended(await call('run.start', { video, preset: 'draft', settings: { steps: 40 } }))
const document = await call('video.open', video)
const picture = await electron.protocols.get('tapline-frame')!(new Request(imageOrigin + imagePath({ ...video, frame: 3, kind: 'frame' })))
const before = window!.webContents.received.length
electron.send(window!.webContents, foreign, channels.messages, { id: 1_000_000, call: 'project.list' satisfies RpcId, params: null })
await call('job.list', null)
const projects = await call('project.list', null)

electron.app.quit()
while (!electron.calls.includes('quit')) await new Promise(resolve => setTimeout(resolve, 5))
console.log(
  JSON.stringify({
    page: page.status,
    preload: existsSync(window!.options.webPreferences?.preload ?? ''),
    icon: existsSync(String(window!.options.icon)),
    imported: imported.state,
    added: added.keys,
    fitted: [fitted.state, fitted.error],
    steps: events.some(event => event.kind === 'progress' && event.message.kind === 'step'),
    track: { source: document.tracks[0]?.path?.source, frames: document.tracks[0]?.path?.states.length },
    devices: devices.map(({ device, name, problem }) => [device, name !== '' || problem !== null]),
    cpu: devices.find(({ device }) => device === 'wasm')?.problem,
    picture: [picture.status, picture.headers.get('content-type')],
    foreignAnswered: (window!.webContents.received.slice(before) as ServerMessage[]).some(message => 'reply' in message && message.id === 1_000_000),
    utilities: [...new Set(electron.utilityProcess.names)].sort(),
    projects: projects.map(({ path, tracks }) => ({ path, tracks })),
  }),
)
process.exit(0)
