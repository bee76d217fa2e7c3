import { createServer, type AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openSocketLine, type SocketLine } from '../../src/renderer/client/socketLine.ts'
import type { Rpc, RpcId, StudioEvent } from '../../src/shared/rpc.ts'
import type { JobView } from '../../src/shared/studio/document.ts'
import { Workplace, synthClip, type Ended, type Running } from './runTapline.ts'

let place: Workplace
const running: Running[] = []
const lines: SocketLine[] = []
beforeAll(async () => {
  place = new Workplace()
  await synthClip(place)
  await place.json('import', place.path('parallax/frames'), '--project', place.path('clip.tapline'))
})
afterEach(async () => {
  for (const line of lines.splice(0)) line.close()
  await Promise.all(running.splice(0).map(({ child, ended }) => (child.kill('SIGKILL'), ended)))
})
afterAll(() => place.remove())

/** Starts `tapline serve`; resolves to its address once it is there. */
async function serve(...args: readonly string[]): Promise<{ url: URL; running: Running }> {
  const started = place.start('serve', '--json', '--threads', '1', ...args)
  running.push(started)
  const { url } = await started.message(message => message.kind === 'result')
  return { url: new URL(url as string), running: started }
}

async function connect(url: URL): Promise<{ call<Id extends RpcId>(id: Id, params: Rpc[Id]['params']): Promise<Rpc[Id]['result']>; event(wanted: (event: StudioEvent) => boolean): Promise<StudioEvent> }> {
  const line = openSocketLine(() => new WebSocket(`ws://${url.host}/rpc${url.search}`))
  lines.push(line)
  expect(await line.opened).toBe(true)
  const heard: StudioEvent[] = []
  line.subscribe(event => void heard.push(event))
  return {
    async call(id, params) {
      const reply = await line.call(id, params)
      if (!reply.ok) throw new Error(JSON.stringify(reply.error))
      return reply.value
    },
    event: wanted =>
      new Promise(resolve => {
        const found = heard.find(wanted)
        if (found) return resolve(found)
        const leave = line.subscribe(event => {
          if (!wanted(event)) return
          leave()
          resolve(event)
        })
      }),
  }
}

const jobIn = (job: JobView, ...states: readonly JobView['state'][]) => (event: StudioEvent) => event.kind === 'job' && event.job.id === job.id && states.includes(event.job.state)

/** Ctrl-C, or what the system sends. */
function stop({ child, ended }: Running, signal: NodeJS.Signals): Promise<Ended> {
  child.kill(signal)
  return ended
}

describe('tapline serve', () => {
  test('serves the page, and names the project that it opened in the address', async () => {
    const folder = place.path('clip.tapline')
    const { url } = await serve('--project', 'clip.tapline')
    expect(url.hash).toBe(`#project=${encodeURIComponent(folder)}`)
    const page = await fetch(url)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="root">')])
    const { call } = await connect(url)
    expect((await call('project.list', null)).map(project => project.path)).toEqual([folder])
    expect((await call('video.open', { project: folder, video: 1 })).timesS).toHaveLength(8)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly at %s', async signal => {
    const { running: server } = await serve()
    expect(await stop(server, signal)).toMatchObject({ code: 0 })
  })

  test('keeps its token on a port that was named, and has a new one on any other', async () => {
    const first = await serve()
    await stop(first.running, 'SIGINT')
    const again = await serve('--port', first.url.port)
    await stop(again.running, 'SIGINT')
    const third = await serve('--port', first.url.port)
    expect(third.url.href).toBe(again.url.href)
    expect(again.url.searchParams.get('token')).not.toBe(first.url.searchParams.get('token'))
  })

  test('interrupts a job with a checkpoint, and the next server goes on with it to its end', { timeout: 300_000 }, async () => {
    const project = place.path('clip.tapline')
    const video = { project, video: 1 }
    const first = await serve('--project', project)
    const before = await connect(first.url)
    await before.call('edit.apply', { video, gesture: { kind: 'addTracks', points: [{ frame: 0, x: 20.5, y: 12.5 }] } })
    const job = await before.call('run.start', { video, preset: 'draft', settings: { steps: 100 } })
    await before.event(event => event.kind === 'progress' && event.job === job.id && event.message.kind === 'step')
    expect(await stop(first.running, 'SIGINT')).toMatchObject({ code: 0 })

    const second = await serve('--project', project)
    const after = await connect(second.url)
    const [run] = (await after.call('video.open', video)).runs
    expect(run).toMatchObject({ state: 'interrupted', checkpointStep: expect.any(Number) })
    const resumed = await after.call('run.resume', { video, runId: run!.id })
    expect(await after.event(jobIn(resumed, 'done', 'failed'))).toMatchObject({ job: { state: 'done' } })
    const { field, tracks } = await after.call('video.open', video)
    expect(field.state).toBe('fitted')
    expect(tracks.at(-1)!.path).toMatchObject({ source: 'field' })
  })

  test('of a project that another server has open says so', async () => {
    await serve('--project', 'clip.tapline')
    expect(await place.run('serve', '--project', 'clip.tapline')).toMatchObject({ code: 1, err: expect.stringMatching(/clip\.tapline: .*open/) })
  })

  test.each([
    [['--project', 'absent.tapline'], 1, 'absent.tapline'],
    [['--port', 'eighty'], 2, '--port eighty'],
    [['--port', '65536'], 2, '--port 65536'],
    [['--host', '192.0.2.1'], 1, '192.0.2.1: this machine has no such address'],
  ])('%j is refused, with the reason', async (args, code, reason) => {
    expect(await place.run('serve', ...args)).toMatchObject({ code, err: expect.stringContaining(reason) })
  })

  test('on a port that is taken is refused, with what to do', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    expect(await place.run('serve', '--port', String(port))).toMatchObject({ code: 1, err: expect.stringMatching(`port ${port}: another program listens on it.\n.*--port 0`) })
    await new Promise(resolve => other.close(resolve))
  })

  test('for other machines warns that nothing is encrypted', async () => {
    const started = place.start('serve', '--host', '0.0.0.0')
    running.push(started)
    const output = await new Promise<string>(resolve => {
      let text = ''
      started.child.stderr!.on('data', (chunk: Buffer) => (text += chunk.toString()).includes('Ctrl-C') && resolve(text))
    })
    expect(output).toMatch('not encrypted')
    expect(await stop(started, 'SIGINT')).toMatchObject({ code: 0, out: expect.stringMatching(/http:\/\/[^\s/]+:\d+\/\?token=[\w-]{43}/) })
  })
})
