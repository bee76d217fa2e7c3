/** Jobs in real processes, with a fake optimisation whose result shows any resume that is not exact. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { someQueries, temporaryProject } from '../../../test/builders/temporaryProject.ts'
import { presets } from '../../shared/presets.ts'
import type { LossPoint } from '../../shared/projectRecords.ts'
import type { ProgressMessage } from '../../shared/progress.ts'
import type { TrackSet } from '../../shared/tracks.ts'
import { openProject, type ProjectWriter } from '../db/project.ts'
import type { Misbehaviour } from './fixtures/fakeTracking.ts'
import { forkJob } from './jobChannel.ts'
import { JobQueue, type Job } from './jobQueue.ts'
import { defaultGrace } from './runningJob.ts'

const entry = new URL('./fixtures/fakeJobProcess.ts', import.meta.url)
const open = new Set<ProjectWriter>()

afterEach(() => {
  for (const project of open) project.close()
  open.clear()
})

async function newProject() {
  const made = await temporaryProject()
  open.add(made.project)
  return made
}

function newQueue(fake: Misbehaviour = 'none', { stepMs = 1, grace = defaultGrace, env = {} as Record<string, string> } = {}): JobQueue {
  return new JobQueue({ start: () => forkJob(entry, { TAPLINE_FAKE: fake, TAPLINE_FAKE_STEP_MS: String(stepMs), ...env }), threads: 1, grace })
}

/** Resolves at the first message that `wanted` accepts. */
function message(job: Job, wanted: (message: ProgressMessage) => boolean): Promise<ProgressMessage> {
  return new Promise((resolve) => {
    const stop = job.subscribe((m) => {
      if (!wanted(m)) return
      stop()
      resolve(m)
    })
  })
}
const atStep = (job: Job, step: number) => message(job, (m) => m.kind === 'step' && m.step >= step)

/** A process that has ended but that nobody has reaped (its parent was killed) is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

const resultOf = (project: ProjectWriter, runId: number) => ({ tracks: project.predictions.read(runId), losses: project.runs.losses(runId) })

/** What an undisturbed run gives. */
let undisturbed: { tracks: TrackSet; losses: LossPoint[] }
beforeAll(async () => {
  const { project, runId } = await temporaryProject()
  const run = await newQueue().add(project, runId).done
  expect(run).toMatchObject({ state: 'done', step: 120, error: null, checkpointStep: 120, checkpointPath: `runs/${runId}/checkpoint.bin` })
  expect(run.activeMs).toBeGreaterThan(100)
  expect(Object.keys(run.phaseMs)).toEqual(['flow', 'optimise'])
  undisturbed = resultOf(project, runId)
  expect(undisturbed.tracks.ids).toEqual(someQueries.map((query) => query.id))
  expect(undisturbed.losses.map((point) => point.step)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1))
  project.close()
})

describe('a job', () => {
  it('streams its progress and tells of its end when the project holds the result', async () => {
    const { project, runId } = await newProject()
    const job = newQueue().add(project, runId)
    const kinds: string[] = []
    job.subscribe((m) => {
      kinds.push(m.kind)
      if (m.kind === 'done') expect([project.runs.get(runId).state, project.predictions.ids(runId).length]).toEqual(['done', 3])
    })
    await job.done
    expect(kinds.filter((kind) => kind === 'step')).toHaveLength(120)
    expect(kinds.filter((kind) => kind === 'done')).toHaveLength(1)
    expect(kinds.at(-1)).toBe('done')
    expect(resultOf(project, runId)).toEqual(undisturbed)
  })

  it('pauses with a checkpoint, does nothing while paused, and goes on to the same result', async () => {
    const { project, runId } = await newProject()
    const job = newQueue().add(project, runId)
    await atStep(job, 30)
    let steps = 0
    const paused = message(job, (m) => m.kind === 'paused')
    job.pause()
    const { step } = (await paused) as { step: number }
    expect(project.runs.get(runId)).toMatchObject({ state: 'paused', step, checkpointStep: step })
    job.subscribe((m) => void (steps += Number(m.kind === 'step')))
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(steps).toBe(0)
    const resumed = message(job, (m) => m.kind === 'resumed')
    job.resume()
    await resumed
    expect(project.runs.get(runId).state).toBe('running')
    const run = await job.done
    expect(run.activeMs).toBeLessThan(run.endedAt! - run.startedAt! - 100)
    expect(resultOf(project, runId)).toEqual(undisturbed)
  })

  it.each(['cancel', 'interrupt'] as const)('%s saves a checkpoint, ends the process, and a resume gives the undisturbed result', async (how) => {
    const { project, runId } = await newProject()
    const queue = newQueue()
    const job = queue.add(project, runId)
    await atStep(job, 33)
    const pid = job.pid!
    const run = await job[how]()
    expect(run.state).toBe(how === 'cancel' ? 'cancelled' : 'interrupted')
    expect(run.checkpointStep).toBeGreaterThanOrEqual(33)
    expect(run.step).toBe(run.checkpointStep)
    expect([isAlive(pid), queue.jobs.length]).toEqual([false, 0])
    const steps: number[] = []
    const again = queue.add(project, runId)
    again.subscribe((m) => void (m.kind === 'step' && steps.push(m.step)))
    expect((await again.done).state).toBe('done')
    expect(steps[0]).toBe(run.checkpointStep! + 1)
    expect(resultOf(project, runId)).toEqual(undisturbed)
  })

  it('while paused can be cancelled', async () => {
    const { project, runId } = await newProject()
    const job = newQueue().add(project, runId)
    await atStep(job, 5)
    const paused = message(job, (m) => m.kind === 'paused')
    job.pause()
    await paused
    expect((await job.cancel()).state).toBe('cancelled')
  })

  it.each(['hangs', 'slow-cancel'] as const)('that %s is killed on cancel; its last checkpoint stays', async (fake) => {
    const { project, runId } = await newProject()
    const job = newQueue(fake, { grace: { cancelMs: 150, interruptMs: 60_000 } }).add(project, runId)
    await atStep(job, 50)
    const pid = job.pid!
    // Who waits for an interruption may still cancel; the run keeps the first of both.
    if (fake === 'hangs') void job.interrupt()
    const run = await job.cancel()
    expect(run).toMatchObject({ state: fake === 'hangs' ? 'interrupted' : 'cancelled', error: null })
    expect(run.checkpointStep).toBeGreaterThanOrEqual(40)
    expect(isAlive(pid)).toBe(false)
    expect((await newQueue().add(project, runId).done).state).toBe('done')
    expect(resultOf(project, runId)).toEqual(undisturbed)
  })

  it('whose pipeline went back to an earlier step has each step once in its losses', async () => {
    const { project, runId } = await newProject()
    await newQueue('recovers').add(project, runId).done
    expect(project.runs.losses(runId).map((point) => point.step)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1))
  })

  it('can be started afresh, without its checkpoint', async () => {
    const { project, runId } = await newProject()
    const job = newQueue().add(project, runId)
    await atStep(job, 30)
    await job.cancel()
    const again = newQueue().add(project, runId, { afresh: true })
    expect(await message(again, (m) => m.kind === 'step')).toMatchObject({ step: 1 })
    await again.done
    expect(resultOf(project, runId)).toEqual(undisturbed)
  })
})

describe('a job that fails', () => {
  it.each([
    ['throws', { code: 'internal', reason: 'index 7 of 5', details: expect.stringContaining('fakeTracking.ts') }],
    ['names-an-error', { code: 'no-space', subject: '/cache/flow', reason: 'the disk is full', next: 'Free some space.' }],
    ['exits', { code: 'internal', exitCode: 3, reason: expect.stringContaining('exit code 3'), details: 'the driver went away' }],
    ['rejects-late', { code: 'internal', exitCode: 1, details: expect.stringContaining('nobody awaited me') }],
    ['out-of-memory', { code: 'internal', reason: expect.stringContaining('out of memory'), details: expect.stringContaining('heap') }],
  ] as const)('(%s) leaves its reason in the run', async (fake, error) => {
    const { project, runId } = await newProject()
    const job = newQueue(fake, { env: fake === 'out-of-memory' ? { NODE_OPTIONS: '--max-old-space-size=40' } : {} }).add(project, runId)
    const told = message(job, (m) => m.kind === 'failed')
    const run = await job.done
    expect(run).toMatchObject({ state: 'failed', error, checkpointStep: 40 })
    expect(project.runs.get(runId).error).toEqual(run.error)
    expect(await told).toMatchObject({ error })
  })

  it('because its process cannot start says so', async () => {
    const { project, runId } = await newProject()
    const queue = new JobQueue({ start: () => forkJob(new URL('./no-such-entry.ts', import.meta.url)), threads: 1 })
    expect(await queue.add(project, runId).done).toMatchObject({ state: 'failed', error: { exitCode: 1, details: expect.stringContaining('no-such-entry') } })
  })

  it('because its checkpoint is damaged says so and leaves it; afresh it runs', async () => {
    const { project, runId } = await newProject()
    const file = project.path(`runs/${runId}/checkpoint.bin`)
    const job = newQueue().add(project, runId)
    await atStep(job, 30)
    await job.cancel()
    const bytes = readFileSync(file)
    bytes[bytes.length - 5] ^= 1
    writeFileSync(file, bytes)
    const run = await newQueue().add(project, runId).done
    expect(run).toMatchObject({ state: 'failed', error: { code: 'bad-file', subject: file, reason: 'the checkpoint is damaged' } })
    expect(readFileSync(file).equals(bytes)).toBe(true)
    expect((await newQueue().add(project, runId, { afresh: true }).done).state).toBe('done')
  })

  it('because the checkpoint cannot be written keeps the one before and names the file', async () => {
    const { project, runId } = await newProject()
    const job = newQueue().add(project, runId)
    await atStep(job, 15)
    const paused = message(job, (m) => m.kind === 'paused')
    job.pause()
    await paused
    const before = readFileSync(project.path(`runs/${runId}/checkpoint.bin`))
    // A folder where the temporary file would be: an error of the system at the next checkpoint.
    mkdirSync(project.path(`runs/${runId}/checkpoint.bin.${job.pid}.tmp`))
    job.resume()
    expect(await job.done).toMatchObject({ state: 'failed', error: { reason: expect.stringContaining('checkpoint.bin') } })
    expect(readFileSync(project.path(`runs/${runId}/checkpoint.bin`)).equals(before)).toBe(true)
  })

  it('to be recorded, because the disk is full, stops and tells; after room is made it resumes', async () => {
    const { project, videoId } = await newProject()
    const { connection } = project.edits as unknown as { connection: { pragma(text: string): unknown } }
    const queries = Array.from({ length: 60 }, (_, i) => ({ id: `q${i}`, frame: 0, x: i, y: i }))
    const run = project.runs.create({ videoId, settings: { ...presets.draft, steps: 120 }, queries, codeVersion: 'x' })
    const job = newQueue().add(project, run.id)
    await atStep(job, 20)
    connection.pragma(`max_page_count = ${Number(connection.pragma('page_count'))}`)
    expect(await job.done).toMatchObject({ state: 'failed', error: { code: 'no-space', subject: project.folder } })
    expect(project.runs.get(run.id)).toMatchObject({ state: 'failed', error: { code: 'no-space' } })
    connection.pragma('max_page_count = 1000000')
    expect(await newQueue().add(project, run.id).done).toMatchObject({ state: 'done', error: null })
    expect(project.predictions.ids(run.id)).toEqual(queries.map((query) => query.id))
    expect(project.runs.losses(run.id)).toEqual(undisturbed.losses)
  })
})

describe('kill -9', () => {
  it('of the tracking process, again and again at random moments: each resume goes on, the result is the undisturbed one', async () => {
    const { project, runId } = await newProject()
    let kills = 0
    for (;;) {
      const job = newQueue('none', { stepMs: 2 }).add(project, runId)
      if (kills < 4) {
        void atStep(job, 1).then(async () => {
          await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 120))
          try {
            if (job.pid) process.kill(job.pid, 'SIGKILL')
          } catch (error) {
            // It may have ended by itself in the meantime.
            if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
          }
        })
      }
      const run = await job.done
      if (run.state === 'done') break
      kills++
      expect(run).toMatchObject({ state: 'failed', error: { signal: 'SIGKILL', reason: expect.stringContaining('SIGKILL') } })
    }
    expect(kills).toBeGreaterThan(0)
    expect(resultOf(project, runId)).toEqual(undisturbed)
  })

  it('of the server: its tracking process ends too, the run is found interrupted, the resume gives the undisturbed result', async () => {
    const { project, runId } = await newProject()
    project.close()
    open.delete(project)
    for (let round = 0; round < 2; round++) {
      const server = spawn(process.execPath, [fileURLToPath(new URL('./fixtures/trackingServer.ts', import.meta.url)), project.folder, String(runId)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [chunk] = (await once(server.stdout, 'data')) as [Buffer]
      const pid = Number(chunk.toString().split(' ')[0])
      await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60))
      const exited = once(server, 'exit')
      server.kill('SIGKILL')
      await exited
      const again = openProject(project.folder)
      expect(again.runs.get(runId).state).toBe('interrupted')
      again.close()
      await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false)
    }
    const again = openProject(project.folder)
    open.add(again)
    expect(existsSync(again.path(`runs/${runId}/checkpoint.bin`))).toBe(true)
    const first = newQueue().add(again, runId)
    expect(((await message(first, (m) => m.kind === 'step')) as { step: number }).step).toBeGreaterThan(10)
    expect((await first.done).state).toBe('done')
    expect(resultOf(again, runId)).toEqual(undisturbed)
  })
})

describe('the queue', () => {
  it('runs jobs of several videos and projects one at a time, in order', async () => {
    const [a, b] = [await newProject(), await newProject()]
    const second = a.project.runs.create({ videoId: a.videoId, settings: { ...presets.draft, steps: 20 }, queries: someQueries, codeVersion: 'x' })
    const queue = newQueue()
    const log: string[] = []
    const add = (name: string, project: ProjectWriter, runId: number) => {
      const job = queue.add(project, runId)
      job.subscribe((m) => {
        if (log.at(-1) !== name) log.push(name)
        expect([a.runId, second.id].map((id) => a.project.runs.get(id).state).concat(b.project.runs.get(b.runId).state).filter((state) => state === 'running').length).toBeLessThan(2)
        void m
      })
      return job
    }
    const jobs = [add('a1', a.project, a.runId), add('b', b.project, b.runId), add('a2', a.project, second.id)]
    expect(queue.add(b.project, b.runId)).toBe(jobs[1])
    expect(a.project.runs.get(second.id).state).toBe('queued')
    const runs = await Promise.all(jobs.map((job) => job.done))
    expect(runs.map((run) => run.state)).toEqual(['done', 'done', 'done'])
    expect(log).toEqual(['a1', 'b', 'a2'])
    expect(queue.jobs).toEqual([])
    expect(() => queue.add(a.project, a.runId)).toThrow('is done')
  })

  it('goes on with the next after a failure, and lets a waiting job be cancelled without starting it', async () => {
    const [a, b, c] = [await newProject(), await newProject(), await newProject()]
    const fakes: Misbehaviour[] = ['exits', 'none']
    const queue = new JobQueue({ start: () => forkJob(entry, { TAPLINE_FAKE: fakes.shift()! }), threads: 1 })
    const jobs = [a, b, c].map(({ project, runId }) => queue.add(project, runId))
    expect((await jobs[1].cancel()).state).toBe('cancelled')
    expect((await jobs[0].done).state).toBe('failed')
    expect((await jobs[2].done).state).toBe('done')
    expect(b.project.runs.get(b.runId)).toMatchObject({ state: 'cancelled', startedAt: null })
  })

  it('interruptAll stops the active one and keeps the others from starting', async () => {
    const [a, b] = [await newProject(), await newProject()]
    const queue = newQueue()
    const jobs = [a, b].map(({ project, runId }) => queue.add(project, runId))
    await atStep(jobs[0], 3)
    await queue.interruptAll()
    expect([a.project.runs.get(a.runId).state, b.project.runs.get(b.runId).state]).toEqual(['interrupted', 'interrupted'])
    expect(b.project.runs.get(b.runId).startedAt).toBeNull()
    expect(queue.jobs).toEqual([])
    expect(existsSync(join(b.project.folder, 'runs', String(b.runId)))).toBe(false)
  })
})
