import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { buildApp } from '../../scripts/build.mjs'
import { rememberProject } from '../../src/server/projects/recentProjects.ts'
import { temporaryFolder, temporaryProject } from '../builders/temporaryProject.ts'

test('the built app lists a real project to its own page, and to no other', async () => {
  buildApp(process.execPath)
  const home = temporaryFolder()
  const { project } = await temporaryProject()
  await rememberProject(project.folder, home)
  const script = join(import.meta.dirname, '../builders/runBuiltMain.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env: { ...process.env, TAPLINE_HOME: home } })
  project.close()
  expect(JSON.parse(stdout)).toEqual({
    page: 200,
    preload: true,
    reply: {
      ok: true,
      value: [{ path: project.folder, name: 'clip', video: { width: 320, height: 240 }, frames: 40, tracks: 3, lastOpenedMs: expect.any(Number), problem: null }],
    },
    foreign: expect.stringContaining('may not call'),
  })
})
