/** kill -9 of a server in the middle of gestures: every acknowledged one is there whole, with its history; at most one more. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { gesture, gesturingSession, GESTURE_FRAMES } from '../../../test/builders/gesturing.ts'
import { temporaryFolder } from '../../../test/builders/temporaryProject.ts'
import { createProject } from '../db/createProject.ts'
import { openProject, openProjectReader, type ProjectReader, type ProjectWriter } from '../db/project.ts'
import { liveTracks } from './liveTracks.ts'

async function emptyProject(): Promise<ProjectWriter> {
  const project = await createProject(join(temporaryFolder(), 'killed'))
  const timesS = Float64Array.from({ length: GESTURE_FRAMES }, (_, i) => i / 25)
  project.videos.add({ name: 'clip', sourcePath: '', width: 320, height: 240, timesS, cacheFolder: 'frames/1' })
  return project
}

/** All that a person would find again. */
function contents(project: ProjectReader) {
  const [video] = project.videos.list()
  const tracks = liveTracks(project, video).map(({ path, ...rest }) => ({ ...rest, path: path && [path.source, ...path.positions] }))
  return { tracks, markers: project.marks.markers(video.id), history: project.history.state(video.id), steps: project.history.count(video.id) }
}

/** Runs the server from a gesture on, kills it after some time, and returns the last gesture that it acknowledged. */
async function runAndKill(folder: string, first: number, afterMs: number): Promise<number> {
  const entry = fileURLToPath(new URL('../../../test/builders/gesturingServer.ts', import.meta.url))
  const child = spawn(process.execPath, [entry, folder, String(first)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  const { promise: open, resolve } = Promise.withResolvers<void>()
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk))
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk
    // One gesture at least, so that every round goes on.
    if (output.split('\n').length > 2) resolve()
  })
  const closed = new Promise<string | null>(done => child.on('close', (_code, signal) => done(signal)))
  await Promise.race([open, closed])
  await new Promise(done => setTimeout(done, afterMs))
  child.kill('SIGKILL')
  expect([await closed, errors]).toEqual(['SIGKILL', ''])
  return Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1))
}

describe('a studio killed with SIGKILL', { timeout: 120_000 }, () => {
  it('at random moments: its project is that of another that did the same gestures undisturbed', async () => {
    const { folder, close } = await emptyProject()
    close()
    const twin = await emptyProject()
    const undisturbed = await gesturingSession(twin)
    let done = 0
    for (let round = 0; round < 6; round++) {
      const acknowledged = await runAndKill(folder, done + 1, Math.random() * 150)
      while (done < acknowledged) await gesture(undisturbed, ++done)
      const reader = openProjectReader(folder)
      const found = contents(reader)
      reader.close()
      // The gesture under way may have been committed before it could be told.
      if (JSON.stringify(found) !== JSON.stringify(contents(twin))) await gesture(undisturbed, ++done)
      expect(found).toEqual(contents(twin))
    }
    expect(done).toBeGreaterThan(20)
    // The lock of the last one killed holds nobody up, and undo goes all the way back.
    const project = openProject(folder)
    const session = await gesturingSession(project)
    while (await session.undo());
    expect(contents(project).tracks).toEqual([])
    await session.close()
    project.close()
    await undisturbed.close()
    twin.close()
  })
})
