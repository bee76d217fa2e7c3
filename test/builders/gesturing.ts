/** Gestures by number, for the test that kills a server: gesture n is a function of n and of the tracks that there are. */
import type { OpenFieldTracker } from '../../src/shared/fieldTracker.ts'
import type { ProjectWriter } from '../../src/server/db/project.ts'
import { FieldPool } from '../../src/server/studio/fieldPool.ts'
import { VideoSession } from '../../src/server/studio/videoSession.ts'
import type { Gesture } from '../../src/shared/studio/gestures.ts'
import { fakeField } from './fakeField.ts'

export const GESTURE_FRAMES = 200

/** The first video of a project, with the fake field loaded. */
export async function gesturingSession(project: ProjectWriter): Promise<VideoSession> {
  const [video] = project.videos.list()
  const openField: OpenFieldTracker = fakeField(GESTURE_FRAMES).open
  const session = new VideoSession({ project, video, emit: () => {}, openField, threads: 1, pool: new FieldPool(1), patienceMs: Number.POSITIVE_INFINITY })
  await session.field.load()
  return session
}

/** Does gesture n; every seventh is an undo, some of the next a redo. */
export async function gesture(session: VideoSession, n: number): Promise<void> {
  if (n % 7 === 6) return void (await session.undo())
  if (n % 14 === 7) return void (await session.redo())
  await session.apply(gestureOf(n, session.project.tracks.list(session.video.id).map(track => track.key)))
}

function gestureOf(n: number, keys: readonly number[]): Gesture {
  const key = keys[(n * 5) % Math.max(1, keys.length)]
  if (keys.length < 3 || n % 11 === 0) return { kind: 'addTracks', points: [{ frame: n % GESTURE_FRAMES, x: 10 + (n % 90) / 7, y: 20 }, { frame: 3, x: 30, y: 20 + (n % 50) / 3 }] }
  if (n % 23 === 1) return { kind: 'deleteTracks', keys: [key] }
  if (n % 5 === 0) return { kind: 'setLabels', spans: [{ key, first: n % 90, last: (n % 90) + 30 }], label: n % 2 ? 'occluded' : 'visible' }
  if (n % 5 === 1) return { kind: 'setMarkers', markers: [{ frame: n % GESTURE_FRAMES, text: `marker ${n}` }] }
  return { kind: 'setKeyframes', items: [{ key, frame: (n * 13) % GESTURE_FRAMES, x: n / 3, y: 50 - n / 7 }] }
}
