/** kill -9 at random moments: what was acknowledged is there, whole; at most the gesture under way is lost. */
import Database from 'better-sqlite3'
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/temporaryProject.ts'
import { presets } from '../../shared/presets.ts'
import { createProject } from './createProject.ts'
import { FRAMES, stateAfter, TRACKS } from './fixtures/gestures.ts'
import { openProject, openProjectReader, PROJECT_FILE } from './project.ts'

/** Runs a fixture until its first line, then for a random while, then kills it. Returns the last number it reported. */
async function runAndKill(fixture: string, argument: string, withinMs: number): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`./fixtures/${fixture}.ts`, import.meta.url)), argument], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk))
  const open = Promise.withResolvers<void>()
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk
    if (output.startsWith('open\n')) open.resolve()
  })
  const closed = new Promise<string | null>((resolve) => child.on('close', (_code, signal) => resolve(signal)))
  await Promise.race([open.promise, closed])
  await new Promise((resolve) => setTimeout(resolve, Math.random() * withinMs))
  child.kill('SIGKILL')
  expect([await closed, errors]).toEqual(['SIGKILL', ''])
  const whole = output.slice(0, output.lastIndexOf('\n')).split('\n')
  return Number(whole.at(-1)!.replace('open', '0'))
}

function problemsOf(folder: string): unknown[] {
  const db = new Database(join(folder, PROJECT_FILE))
  const problems = [...(db.pragma('integrity_check') as { integrity_check: string }[]), ...(db.pragma('foreign_key_check') as unknown[])]
  db.close()
  return problems
}

describe('a writing process killed with SIGKILL', () => {
  it('20 times at random moments: integrity holds, every acknowledged gesture is there whole, at most one more', async () => {
    const project = await createProject(join(temporaryFolder(), 'edited'))
    const timesS = Float64Array.from({ length: FRAMES }, (_, i) => i / 25)
    const video = project.videos.add({ name: 'clip', sourcePath: '', width: 9_999, height: 9_999, timesS, cacheFolder: 'frames/clip' })
    const tracks = project.tracks.add(
      video.id,
      Array.from({ length: TRACKS }, () => ({ frame: 0, x: 1, y: 1 })),
    )
    const run = project.runs.create({ videoId: video.id, settings: presets.draft, queries: [], codeVersion: 'test' })
    const { folder } = project
    project.close()

    let acknowledged = 0
    for (let round = 0; round < 20; round++) {
      const reported = await runAndKill('editingWriter', folder, 120)
      acknowledged = Math.max(acknowledged, reported)
      expect(problemsOf(folder)).toEqual([{ integrity_check: 'ok' }])

      const reader = openProjectReader(folder)
      const last = (reader.settings.get('gesture') as number | undefined) ?? 0
      expect(last - acknowledged, `gestures beyond the ${acknowledged} acknowledged`).toBeOneOf([0, 1])
      acknowledged = last
      const expected = stateAfter(last)
      const keyframes = new Map<string, [number, number]>()
      tracks.forEach(({ key }, track) => {
        const edits = reader.edits.ofTrack(key)
        for (const { frame, x, y } of edits.keyframes) keyframes.set(`${track}:${frame}`, [x, y])
        expect(edits.labels).toEqual(expected.labels[track])
      })
      expect(keyframes).toEqual(expected.keyframes)
      if (last > 0) expect(reader.tracks.get(tracks[0].key).notes).toBe(`gesture ${last}`)
      const { ids, positions, uncertainty } = reader.predictions.read(run.id)
      expect(ids).toHaveLength(expected.predictions === null ? 0 : 12)
      const values = new Set([...positions, ...uncertainty])
      expect([...values]).toEqual(expected.predictions === null ? [] : [expected.predictions])
      reader.close()
    }
    expect(acknowledged).toBeGreaterThan(60)
    // The lock of the last one killed holds nobody up.
    openProject(folder).close()
  })

  it('while it makes projects: each that appeared is whole, and what was left half made goes with the next', async () => {
    const parent = temporaryFolder()
    for (let round = 0; round < 6; round++) {
      const inner = join(parent, String(round))
      const reported = await runAndKill('creatingWriter', inner, 60)
      const appeared = readdirSync(parent).includes(String(round)) ? readdirSync(inner).filter((name) => !name.startsWith('.')) : []
      expect(appeared.length - reported).toBeOneOf([0, 1])
      for (const name of appeared) {
        const project = openProject(join(inner, name))
        expect([project.settings.get('complete'), project.videos.list().length]).toEqual([true, 1])
        project.close()
      }
      const next = await createProject(join(inner, `project-${reported + 1 + appeared.length - reported}`))
      next.close()
      expect(readdirSync(inner).filter((name) => name.startsWith('.'))).toEqual([])
    }
  })
})
