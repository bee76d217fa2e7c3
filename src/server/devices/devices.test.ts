/** Which device a fit runs on: what auto takes, what is refused and why, what is remembered; and that a driver's death costs its own process only. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TaplineError } from '../../shared/errors.ts'
import { forkProcess } from '../jobs/jobChannel.ts'
import { machine } from '../../../test/builders/deviceMachine.ts'
import { DeviceBook } from './deviceBook.ts'
import { type DeviceAnswer, type DeviceLink, type DeviceQuestion, tryDevice } from './tryDevice.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tapline-devices-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const bookOf = (start: () => DeviceLink) => new DeviceBook({ home, threads: 2, start, seconds: 1 })

describe('choice of a device', () => {
  it('takes the CPU, unmeasured, where nothing else serves', async () => {
    const { start, measured } = machine({ wasm: { speed: 100 }, reference: { software: true }, webgpu: { software: true, speed: 1 } })
    expect(await bookOf(start).resolve('auto')).toEqual({ device: 'wasm', reason: 'No faster device of this machine can be used.' })
    expect(measured()).toEqual([])
  })

  it('takes the fastest, measures once, and remembers it in the next program', async () => {
    const parts = machine({ wasm: { speed: 100 }, webgpu: { speed: 5_000 }, reference: { software: true } })
    expect((await bookOf(parts.start).resolve('auto')).device).toBe('webgpu')
    expect(parts.measured()).toEqual(['webgpu', 'wasm'])
    const next = bookOf(parts.start)
    expect((await next.resolve('auto')).device).toBe('webgpu')
    expect(parts.measured()).toHaveLength(2)
    const view = await next.view('auto')
    expect(view.used).toBe('webgpu')
    expect(view.devices.map(info => [info.device, info.problem, info.pointsPerSecond])).toEqual([['webgpu', null, 5_000], ['tfjs', 'no adapter', null], ['wasm', null, 100], ['reference', null, null]])
  })

  it('measures anew what is another adapter now', async () => {
    await bookOf(machine({ wasm: { speed: 100 }, webgpu: { speed: 5_000 } }).start).resolve('auto')
    const other = machine({ wasm: { speed: 100 }, webgpu: { name: 'a slower card', speed: 50 } })
    expect((await bookOf(other.start).resolve('auto')).device).toBe('wasm')
    expect(other.measured()).toEqual(['webgpu'])
  })

  it('passes over one that fails its self-test, and says why where it was asked for', async () => {
    const parts = machine({ wasm: { speed: 100 }, webgpu: { speed: 5_000 } })
    const sick = bookOf(parts.start)
    // It looks well until it is measured.
    const failing = () => {
      const link = parts.start()
      return { ...link, send: (question: DeviceQuestion) => link.send(question), onResponse: (listener: (answer: DeviceAnswer) => void) => link.onResponse(answer => listener(answer.pointsPerSecond === 5_000 ? { ...answer, problem: 'it failed its self-test', pointsPerSecond: null } : answer)) }
    }
    expect((await sick.resolve('webgpu')).device).toBe('webgpu')
    await rm(join(home, 'devices.json'))
    expect((await bookOf(failing).resolve('auto')).device).toBe('wasm')
    await expect(bookOf(failing).resolve('webgpu')).rejects.toMatchObject({ code: 'unsupported', reason: 'it failed its self-test' })
    await expect(bookOf(failing).resolve('tfjs')).rejects.toThrow(/no adapter/)
  })

  it('goes on where its file is damaged', async () => {
    await writeFile(join(home, 'devices.json'), '{"webgpu": ')
    const { start } = machine({ wasm: { speed: 100 }, webgpu: { speed: 200 } })
    expect((await bookOf(start).resolve('auto')).device).toBe('webgpu')
    expect(JSON.parse(await readFile(join(home, 'devices.json'), 'utf8'))).toMatchObject({ webgpu: { pointsPerSecond: 200 } })
  })
})

describe('process of a device', () => {
  it('tests and times the CPU engine', async () => {
    const answer = await tryDevice({ device: 'wasm', threads: 1, seconds: 0.05 })
    expect(answer).toMatchObject({ problem: null, software: false })
    expect(answer.name).toMatch(/^CPU.*1 thread$/)
    expect(answer.pointsPerSecond).toBeGreaterThan(0)
  }, 120_000)

  it('answers with the reason when the process dies', async () => {
    const dying = join(home, 'dies.mjs')
    await writeFile(dying, `process.on('message', () => { console.error('driver lost its mind'); process.abort() })`)
    const answer = await tryDevice({ device: 'webgpu', threads: 1, seconds: null }, () => forkProcess(new URL(`file://${dying}`)))
    expect(answer.problem).toMatch(/SIGABRT/)
    expect(answer.pointsPerSecond).toBeNull()
  }, 60_000)

  it('ends at once when cancelled', async () => {
    const silent = join(home, 'silent.mjs')
    await writeFile(silent, 'process.on("message", () => {})')
    const stop = new AbortController()
    const asked = tryDevice({ device: 'webgpu', threads: 1, seconds: 1 }, () => forkProcess(new URL(`file://${silent}`)), stop.signal)
    stop.abort()
    await expect(asked).rejects.toBeInstanceOf(TaplineError)
  }, 60_000)
})
