import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder, temporaryProject } from '../../../test/builders/temporaryProject.ts'
import { PROJECT_FILE } from '../db/project.ts'
import { listProjects, projectDetails } from './listProjects.ts'
import { forgetProject, recentProjects, rememberProject } from './recentProjects.ts'

it('the list is empty before the first project, whatever the user data folder holds', async () => {
  const home = temporaryFolder()
  expect(await listProjects(join(home, 'not-made-yet'))).toEqual([])
  mkdirSync(join(home, 'recent'))
  writeFileSync(join(home, 'recent', 'half.json'), '{"folder": "/p"')
  writeFileSync(join(home, 'recent', 'other.json'), '[1]')
  expect(await listProjects(home)).toEqual([])
})

it('lists projects newest first, also one that is open for writing, and says what is wrong with those moved or damaged', async () => {
  const home = temporaryFolder()
  const [a, b, c] = [await temporaryProject(), await temporaryProject(), await temporaryProject()]
  for (const { project } of [a, b, c]) {
    await rememberProject(project.folder, home)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await rememberProject(a.project.folder, home)
  b.project.close()
  renameSync(b.project.folder, `${b.project.folder}-moved`)
  c.project.close()
  writeFileSync(join(c.project.folder, PROJECT_FILE), 'broken')
  const list = await listProjects(home)
  expect(list.map((project) => [project.path, project.problem?.code])).toEqual([
    [a.project.folder, undefined],
    [c.project.folder, 'bad-project'],
    [b.project.folder, 'not-found'],
  ])
  expect(list[0]).toEqual({ path: a.project.folder, name: 'clip', video: { width: 320, height: 240 }, frames: 40, tracks: 3, lastOpenedMs: expect.any(Number), problem: null })
  await forgetProject(b.project.folder, home)
  expect((await recentProjects(home)).map((project) => project.folder)).toEqual([a.project.folder, c.project.folder])
  a.project.close()
})

it('projects noted at the same moment are all kept', async () => {
  const home = temporaryFolder()
  const folders = Array.from({ length: 30 }, (_, i) => `/projects/${i}`)
  await Promise.all(folders.map((folder) => rememberProject(folder, home)))
  expect((await recentProjects(home)).map((project) => project.folder).sort()).toEqual(folders.sort())
})

it('details count what people did and list runs, newest first', async () => {
  const { project, videoId, keys, runId } = await temporaryProject()
  project.edits.setKeyframe(keys[0], 1, 2, 3)
  project.edits.setKeyframe(keys[1], 1, 2, 3)
  project.edits.setLabel(keys[1], 3, 9, 'occluded')
  expect(projectDetails(project.folder)).toMatchObject({
    name: 'clip',
    folder: project.folder,
    videos: [{ id: videoId, frameCount: 40, durationS: expect.closeTo(1.6), tracks: 3, keyframes: 2, labels: 1 }],
    runs: [{ id: runId, state: 'queued' }],
  })
  project.close()
})
