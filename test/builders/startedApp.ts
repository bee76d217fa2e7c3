/** The desktop app's main side, started on the stand-in of Electron with a studio that a test gives. Not here: the built app (runBuiltMain.ts). */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import type { ServerMessage } from '../../src/shared/messages.ts'
import type { RpcHandlers, RpcId, RpcReply } from '../../src/shared/rpc.ts'
import { defaultSettings } from '../../src/shared/settings.ts'
import { channels } from '../../src/shared/shellBridge.ts'
import { electronStandIn, type Frame, type StandInOptions } from './electronStandIn.ts'
import { temporaryFolder } from './temporaryProject.ts'

export interface StartOptions extends StandInOptions {
  readonly handlers?: Partial<RpcHandlers>
  readonly argv?: readonly string[]
  /** The user's data folder; one of its own when absent. */
  readonly home?: string
  /** How long the studio takes to end. */
  readonly ending?: () => Promise<void>
}

export async function startedApp({ handlers, argv = ['/electron'], home = temporaryFolder(), ending, ...standIn }: StartOptions = {}) {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'page/assets'), { recursive: true })
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html>page')
  writeFileSync(join(folder, 'page/assets/a.js'), 'code')
  writeFileSync(join(folder, 'page/notes.secret'), 'no known type')
  writeFileSync(join(folder, 'outside.html'), 'outside')
  const electron = electronStandIn(standIn)
  vi.resetModules()
  vi.doMock('electron', () => electron.module)
  const { startApp } = await import('../../src/main/startApp.ts')
  const { pageUrl } = await import('../../src/main/schemes.ts')
  // As the app has it: each start loads its modules anew, and with them the class of our errors.
  const { fakeStudio } = await import('./fakeStudio.ts')
  const studio = fakeStudio({ 'project.list': async () => [], 'settings.read': async () => defaultSettings, ...handlers })
  let closes = 0
  const createStudio = () => ({
    ...studio,
    async close() {
      closes++
      await ending?.()
    },
  })
  await startApp({ createStudio, rendererFolder: join(folder, 'page'), preload: '/built/preload.cjs', icon: '/built/icon.png', home, argv })

  const page = () => electron.windows[0]!.webContents
  const ours: Frame = { url: pageUrl }
  let last = 0
  /** The page begins, as its preload script says. */
  const begin = (frame: Frame = ours) => electron.send(page(), frame, channels.begin)
  const replies = () => page().received as ServerMessage[]
  const events = () => replies().flatMap(message => ('event' in message ? [message.event] : []))
  /** A call of the page and its reply; null when nothing comes back. */
  async function call(id: unknown, params: unknown = null, frame: Frame = ours): Promise<RpcReply<unknown> | null> {
    const number = ++last
    electron.send(page(), frame, channels.messages, { id: number, call: id as RpcId, params })
    // Answers of the stand-in's handlers are there when the microtasks are done.
    await new Promise(resolve => setImmediate(resolve))
    const reply = replies().find(message => 'reply' in message && message.id === number)
    return reply && 'reply' in reply ? reply.reply : null
  }
  return { ...electron, studio, pageUrl, home, folder, ours, page, begin, call, events, closes: () => closes }
}
