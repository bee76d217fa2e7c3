/** A studio over a small clip in a temporary folder, with its own user data folder, and everything that it told. Closed after each test. */
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { createStudio, type Studio, type StudioParts } from '../../src/server/studio/studio.ts'
import { forkJob } from '../../src/server/jobs/jobChannel.ts'
import type { StudioEvent } from '../../src/shared/rpc.ts'
import type { JobView, VideoDocument, VideoRef } from '../../src/shared/studio/document.ts'
import type { Gesture, GestureResult } from '../../src/shared/studio/gestures.ts'
import { machine } from './deviceMachine.ts'
import { fakeField, type FakeField } from './fakeField.ts'
import { writeNumberedClip } from './numberedFrames.ts'
import { temporaryFolder } from './temporaryProject.ts'

/** Length of the clip: that of the fake tracking process's results. */
export const FRAMES = 40
export const SIZE = { width: 96, height: 64 } as const

const open: Studio[] = []

afterEach(async () => {
  for (const studio of open.splice(0)) await studio.close()
})

export interface TestStudio {
  readonly studio: Studio
  readonly field: FakeField
  readonly home: string
  readonly events: StudioEvent[]
  /** Resolves with the first event, past ones included, that fits. */
  event<T>(pick: (event: StudioEvent) => T | undefined | false | null): Promise<T>
  apply(video: VideoRef, gesture: Gesture): Promise<GestureResult>
  document(video: VideoRef): Promise<VideoDocument>
  /** Resolves with the job once it has ended. */
  ended(id: number): Promise<JobView>
}

export const fakeJob = () => forkJob(new URL('../../src/server/jobs/fixtures/fakeJobProcess.ts', import.meta.url))

export function testStudio(parts: Partial<StudioParts> = {}): TestStudio {
  const home = parts.home ?? join(temporaryFolder(), 'home')
  const field = fakeField(FRAMES)
  const studio = createStudio({ openField: field.open, startJob: fakeJob, startDevice: machine({ wasm: {} }).start, threads: 1, patienceMs: 60_000, ...parts, home })
  open.push(studio)
  const events: StudioEvent[] = []
  const waiting = new Set<(event: StudioEvent) => void>()
  studio.subscribe(event => {
    events.push(event)
    for (const look of waiting) look(event)
  })
  const made: TestStudio = {
    studio, field, home, events,
    event: pick =>
      new Promise(resolve => {
        const look = (event: StudioEvent) => {
          const found = pick(event)
          if (!found) return false
          waiting.delete(look)
          resolve(found)
          return true
        }
        if (!events.some(look)) waiting.add(look)
      }),
    apply: (video, gesture) => studio.handlers['edit.apply']({ video, gesture }),
    document: video => studio.handlers['video.open'](video),
    ended: id => made.event(event => event.kind === 'job' && event.job.id === id && ['done', 'failed', 'cancelled', 'interrupted'].includes(event.job.state) && event.job),
  }
  return made
}

/** A project with one imported video. */
export async function studioWithVideo(parts: Partial<StudioParts> = {}): Promise<TestStudio & { readonly video: VideoRef }> {
  const made = testStudio(parts)
  const folder = temporaryFolder()
  const clip = join(folder, 'ants.mp4')
  await writeNumberedClip(clip, { frames: FRAMES, ...SIZE })
  const project = await made.studio.handlers['project.create']({ name: 'Ants', folder: join(folder, 'project') })
  const job = await made.studio.handlers['video.add']({ project: project.folder, path: clip })
  const end = await made.ended(job.id)
  if (end.state !== 'done') throw new Error(JSON.stringify(end.error))
  return { ...made, video: { project: project.folder, video: end.video! } }
}
