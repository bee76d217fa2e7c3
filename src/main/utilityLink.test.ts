import { afterAll, describe, expect, test, vi } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { someQueries, temporaryProject } from '../../test/builders/temporaryProject.ts'
import { utilityProcessStandIn } from '../../test/builders/utilityProcessStandIn.ts'
import { presets } from '../shared/presets.ts'
import type { JobInput } from '../shared/jobs.ts'
import type { ProgressMessage } from '../shared/progress.ts'
import type { JobLink } from '../server/jobs/jobChannel.ts'
import { JobQueue } from '../server/jobs/jobQueue.ts'
import { RunningJob } from '../server/jobs/runningJob.ts'
import { utilityLink } from './utilityLink.ts'

vi.mock('electron', async () => ({ utilityProcess: utilityProcessStandIn() }))

const folder = mkdtempSync(join(tmpdir(), 'tapline-utility-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  vi.unstubAllEnvs()
})

const fake = new URL('../server/jobs/fixtures/fakeJobProcess.ts', import.meta.url)
let jobs = 0
const job = (steps = 30): JobInput => ({
  runId: 1, framesFolder: '/none', cacheFolder: '/none', runFolder: join(folder, String(++jobs)), queries: someQueries, settings: { ...presets.draft, steps }, threads: 1,
})
function start(steps?: number, misbehaviour = 'none'): { running: RunningJob; messages: ProgressMessage[]; link: JobLink } {
  vi.stubEnv('TAPLINE_FAKE', misbehaviour)
  const messages: ProgressMessage[] = []
  const link: JobLink = utilityLink(fake, 'Tapline tracking')
  return { running: new RunningJob(link, { kind: 'start', job: job(steps) }, message => messages.push(message)), messages, link }
}

describe('a job in a utility process', () => {
  test('runs to its end: progress in order, tracks as typed arrays', async () => {
    const { running, messages } = start()
    const end = await running.end
    expect(end).toMatchObject({ kind: 'done', tracks: { ids: ['1', '2', '3'], positions: expect.any(Float32Array), states: expect.any(Uint8Array) } })
    expect(messages.filter(message => message.kind === 'step').map(message => message.step)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
  })

  test('is cancelled with a checkpoint', async () => {
    const { running, messages } = start(1_000_000)
    await vi.waitFor(() => expect(messages).toContainEqual(expect.objectContaining({ kind: 'step' })), 60_000)
    const before = messages.findLast(message => message.kind === 'step')!.step
    expect(await running.stop(60_000)).toEqual({ kind: 'stopped' })
    expect(messages.findLast(message => message.kind === 'checkpoint')!.step).toBeGreaterThanOrEqual(before)
  })

  test('that dies is reported with how and with its last words', async () => {
    const { running } = start(200, 'exits')
    expect(await running.end).toMatchObject({ kind: 'failed', error: { reason: expect.stringContaining('exit code 3'), exitCode: 3, details: expect.stringContaining('the driver went away') } })
  })

  test('that hangs is killed when it was told to stop', async () => {
    const { running, messages } = start(200, 'hangs')
    await vi.waitFor(() => expect(messages).toContainEqual(expect.objectContaining({ kind: 'step', step: 50 })), 60_000)
    expect(await running.stop(100)).toEqual({ kind: 'stopped' })
  })

  test('that is killed from outside is reported', async () => {
    const { running, messages } = start(1_000_000)
    await vi.waitFor(() => expect(messages).toContainEqual(expect.objectContaining({ kind: 'step' })), 60_000)
    process.kill(running.pid!, 'SIGKILL')
    expect(await running.end).toMatchObject({ kind: 'failed', error: { reason: expect.stringContaining('ended with exit code') } })
  })

  test('is one for the queue of jobs as any other', async () => {
    vi.stubEnv('TAPLINE_FAKE', 'none')
    const { project, runId } = await temporaryProject()
    const queue = new JobQueue({ start: () => utilityLink(fake, 'Tapline tracking'), threads: 1 })
    const run = await queue.add(project, runId).done
    expect([run.state, run.step]).toEqual(['done', 120])
    project.close()
  })

  test('of which there is no entry is reported', async () => {
    const link: JobLink = utilityLink(new URL('file:///none/absent.js'), 'Tapline tracking')
    expect(await new RunningJob(link, { kind: 'start', job: job() }, () => {}).end).toMatchObject({ kind: 'failed', error: { details: expect.stringContaining('absent.js') } })
  })
})
