import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { buildApp } from '../../scripts/build.mjs'
import { openProject } from '../../src/server/db/project.ts'
import { Workplace, synthClip } from '../cli/runTapline.ts'

test('the built app imports, tracks and shows a clip for its own page, and for no other', async () => {
  buildApp(process.execPath)
  const place = new Workplace()
  try {
    await synthClip(place)
    const script = join(import.meta.dirname, '../builders/runBuiltMain.ts')
    const project = place.path('built.tapline')
    const { stdout } = await promisify(execFile)(process.execPath, [script, place.path('parallax/frames'), project], { env: { ...process.env, TAPLINE_HOME: place.path('home') } })
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual({
      page: 200,
      preload: true,
      icon: true,
      imported: 'done',
      added: [1],
      fitted: ['done', null],
      steps: true,
      track: { source: 'field', frames: 8 },
      picture: [200, expect.stringMatching(/^image\//)],
      foreignAnswered: false,
      devices: ['webgpu', 'tfjs', 'wasm', 'reference'].map(device => [device, true]),
      cpu: null,
      utilities: ['Tapline device', 'Tapline field', 'Tapline tracking'],
      projects: [{ path: project, tracks: 1 }],
    })
    // Its end let go of the project.
    const reopened = openProject(project)
    expect(reopened.tracks.list(1)).toHaveLength(1)
    reopened.close()
  } finally {
    place.remove()
  }
})
