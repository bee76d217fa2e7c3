/** What the studio's fits run on: the person's choice, measuring on request, what the windows hear of it, and jobs that follow it. */
import { describe, expect, test } from 'vitest'
import { machine, type Machine } from '../../../../test/builders/deviceMachine.ts'
import { fakeJob, studioWithVideo, testStudio, type TestStudio } from '../../../../test/builders/studioForTests.ts'
import type { StudioEvent } from '../../../shared/rpc.ts'
import type { DeviceLink } from '../../devices/tryDevice.ts'

const two: Machine = { wasm: { speed: 100 }, webgpu: { speed: 5_000, memoryBytes: 8e9 }, reference: { software: true } }

const devicesOf = (event: StudioEvent) => event.kind === 'devices' && event.devices
const told = ({ events }: TestStudio) => events.flatMap(event => devicesOf(event) || [])
const notes = ({ events }: TestStudio) => events.flatMap(event => (event.kind === 'progress' && event.message.kind === 'note' ? [event.message.text] : []))

async function fitted(made: Awaited<ReturnType<typeof studioWithVideo>>) {
  const { id } = await made.studio.handlers['run.start']({ video: made.video, preset: 'draft' })
  return made.ended(id)
}

describe('devices of the studio', () => {
  test('are listed with what fits run on; every window hears of another choice, and it is kept', async () => {
    const first = testStudio({ startDevice: machine(two).start })
    expect(await first.studio.handlers['device.list'](null)).toMatchObject({ choice: 'auto', used: 'wasm', measuring: null, devices: [{ device: 'webgpu', memoryBytes: 8e9 }, { problem: 'no adapter' }, { device: 'wasm' }, { device: 'reference' }] })
    await first.studio.handlers['settings.write']({ theme: 'dark' })
    await first.studio.handlers['settings.write']({ device: 'webgpu' })
    expect(await first.event(devicesOf)).toMatchObject({ choice: 'webgpu', used: 'webgpu' })
    expect(told(first)).toHaveLength(1)
    const next = testStudio({ startDevice: machine(two).start, home: first.home })
    expect(await next.studio.handlers['device.list'](null)).toMatchObject({ choice: 'webgpu' })
    // A choice that is none of ours is not taken over.
    expect(await next.studio.handlers['settings.write']({ device: 'abacus' as never })).toMatchObject({ device: 'auto' })
  })

  test('are measured on request: it is told when that begins and ends, and what came of it is kept', async () => {
    const made = testStudio({ startDevice: machine(two).start })
    expect(await made.studio.handlers['device.measure']({ device: 'webgpu' })).toMatchObject({ device: 'webgpu', pointsPerSecond: 5_000, problem: null, measuredAt: expect.any(Number) })
    await made.studio.handlers['device.measure']({ device: 'wasm' })
    await made.event(event => devicesOf(event) && event.kind === 'devices' && event.devices.devices[2].pointsPerSecond === 100 && event.devices.measuring === null)
    expect(told(made).at(-1)).toMatchObject({ used: 'webgpu', reason: 'It was the fastest of those that agree with the reference.' })
    const next = testStudio({ startDevice: machine(two).start, home: made.home })
    expect((await next.studio.handlers['device.list'](null)).devices[0]).toMatchObject({ pointsPerSecond: 5_000 })
    await expect(made.studio.handlers['device.measure']({ device: 'abacus' as never })).rejects.toMatchObject({ code: 'usage' })
  })

  test('a measurement under way is told, and a fit whose turn has come waits for it', async () => {
    const { promise: until, resolve: end } = Promise.withResolvers<void>()
    let started = 0
    const startJob = () => (started++, fakeJob())
    const made = await studioWithVideo({ startDevice: machine({ ...two, webgpu: { speed: 5_000, until } }).start, startJob })
    await made.studio.handlers['settings.write']({ device: 'wasm' })
    const measured = made.studio.handlers['device.measure']({ device: 'webgpu' })
    await made.event(event => devicesOf(event) && event.kind === 'devices' && event.devices.measuring === 'webgpu')
    const { id } = await made.studio.handlers['run.start']({ video: made.video, preset: 'draft' })
    const ended = made.ended(id)
    // Each reads what a choice reads, and more.
    for (let i = 0; i < 10; i++) await made.studio.handlers['device.list'](null)
    expect(started).toBe(0)
    // The job is not done: a figure taken beside it would be too low.
    await expect(made.studio.handlers['device.measure']({ device: 'wasm' })).rejects.toMatchObject({ code: 'busy', reason: expect.stringContaining('Optimise ants') })
    end()
    expect(await measured).toMatchObject({ pointsPerSecond: 5_000 })
    expect(await ended).toMatchObject({ state: 'done' })
    expect(started).toBe(1)
  })
})

describe('a fit of the studio', () => {
  test('runs on the fastest device, measured once, and says so', async () => {
    const parts = machine(two)
    const made = await studioWithVideo({ startDevice: parts.start })
    expect(await fitted(made)).toMatchObject({ state: 'done' })
    expect(notes(made)).toEqual(['Fits on webgpu. It was the fastest of those that agree with the reference.'])
    expect(parts.measured()).toEqual(['webgpu', 'wasm'])
    expect(told(made).map(({ measuring }) => measuring)).toContain('wasm')
    await fitted(made)
    expect(parts.measured()).toHaveLength(2)
  })

  test('fails with the reason where the device asked for does not serve, and goes on when another is chosen', async () => {
    const made = await studioWithVideo({ startDevice: machine(two).start })
    await made.studio.handlers['settings.write']({ device: 'tfjs' })
    const failed = await fitted(made)
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'unsupported', subject: 'device tfjs', reason: 'no adapter', next: 'Choose another device, or auto.' } })
    await made.studio.handlers['settings.write']({ device: 'wasm' })
    const { id } = await made.studio.handlers['run.resume']({ video: made.video, runId: failed.runId! })
    expect(await made.ended(id)).toMatchObject({ state: 'done' })
  })

  test('that waits for a device is cancelled at once, and closing the studio ends every process of a device', async () => {
    const never = machine({ ...two, webgpu: { until: new Promise(() => {}) } })
    const ended: string[] = []
    const start = (): DeviceLink => {
      const link = never.start()
      let device = ''
      return { ...link, send: question => link.send((device = question.device, question)), kill: () => void ended.push(device) }
    }
    const made = await studioWithVideo({ startDevice: start })
    const { id } = await made.studio.handlers['run.start']({ video: made.video, preset: 'draft' })
    await made.event(event => devicesOf(event) && event.kind === 'devices' && event.devices.measuring === 'webgpu')
    await made.studio.handlers['job.cancel']({ id })
    expect(await made.ended(id)).toMatchObject({ state: 'cancelled' })
    expect(ended).toEqual(['webgpu'])
    const refused = made.studio.handlers['device.measure']({ device: 'webgpu' }).catch((error: unknown) => error)
    await made.event(event => devicesOf(event) && event.kind === 'devices' && event.devices.measuring === 'webgpu')
    await made.studio.close()
    expect(await refused).toMatchObject({ code: 'cancelled' })
    expect(ended.length).toBeGreaterThan(1)
  })
})
