/**
 * A studio in the page's own memory, in place of the server: a made-up document, gestures with undo, pictures from the harness. Tests read
 * `calls` and `gestures`, answer requests their own way with `answers`, and send events with `tell`. Not here: the document (fakeDocument.ts).
 */
import { TaplineError } from '../../src/shared/errors.ts'
import { defaultSettings, type UserSettings } from '../../src/shared/settings.ts'
import { answer, type RpcHandlers, type RpcId, type StudioEvent } from '../../src/shared/rpc.ts'
import type { ProjectView, VideoDocument } from '../../src/shared/studio/document.ts'
import type { Gesture, GestureResult } from '../../src/shared/studio/gestures.ts'
import { imagePath } from '../../src/shared/studio/images.ts'
import type { ConnectionState, StudioClient } from '../../src/renderer/client/studioClient.ts'
import { defaultFake, fakeDocument, fakeFolder, fakePath, fakeReference, type FakeVideo } from './fakeDocument.ts'
import { fakeDevices } from './fakeDevices.ts'
import { fakeNetworks, fakeTrackers } from './fakeNetworks.ts'
import { afterGesture, changeBetween, type FakeState } from './fakeGestures.ts'

type Step = { readonly label: string; readonly before: FakeState; readonly after: FakeState }

export interface FakeStudio {
  readonly client: StudioClient
  readonly video: FakeVideo
  /** Every request, in order. */
  readonly calls: { readonly id: RpcId; readonly params: unknown }[]
  /** What 'edit.apply' was asked, in order. */
  readonly gestures: Gesture[]
  /** Answers that take the place of the fake's own. */
  readonly answers: { -readonly [Id in RpcId]?: RpcHandlers[Id] }
  /** Pictures fetched so far, and the most that were under way at once. */
  readonly images: { fetched: number; inFlight: number; most: number }
  tell(event: StudioEvent): void
  setConnection(state: ConnectionState): void
}

export function createFakeStudio(wanted: Partial<FakeVideo> = {}): FakeStudio {
  const video: FakeVideo = { ...defaultFake, ...wanted }
  const folder = fakeFolder(video)
  const first = fakeDocument(video)
  let settings: UserSettings = defaultSettings
  let state: FakeState = { tracks: new Map(first.tracks.map(view => [view.record.key, view])), markers: [] }
  let revision = first.revision
  const done: Step[] = []
  const undone: Step[] = []
  const listeners = new Set<(event: StudioEvent) => void>()
  const connections = new Set<(connection: ConnectionState) => void>()
  const calls: FakeStudio['calls'] = []
  const gestures: Gesture[] = []
  const answers: FakeStudio['answers'] = {}
  const images = { fetched: 0, inFlight: 0, most: 0 }

  const history = () => ({ undo: done.at(-1)?.label ?? null, redo: undone.at(-1)?.label ?? null })
  const document = (): VideoDocument => ({ ...first, tracks: [...state.tracks.values()], markers: state.markers, history: history(), revision })
  const project = (): ProjectView => ({ folder, name: 'Fake', createdAt: 1_760_000_000_000, appVersion: '0.1.0', videos: [first.record] })
  const tell = (event: StudioEvent) => listeners.forEach(listener => listener(event))

  function goTo(next: FakeState, label: string): GestureResult {
    const difference = changeBetween(state, next)
    state = next
    revision += 1
    tell({ kind: 'document', project: folder, video: 1, change: { revision, history: history(), ...difference } })
    return { revision, label, keys: difference.tracks.map(({ record }) => record.key) }
  }

  const own: Partial<RpcHandlers> = {
    'app.info': async () => ({ version: '0.1.0', device: 'WebAssembly, 2 threads', home: '/fake', separator: '/', platform: 'linux' }),
    'settings.read': async () => settings,
    'settings.write': async change => {
      settings = { ...settings, ...change }
      tell({ kind: 'settings', settings })
      return settings
    },
    'device.list': async () => fakeDevices(),
    'project.list': async () => [{ path: folder, name: 'Fake', video: first.record, frames: video.frames, tracks: state.tracks.size, lastOpenedMs: Date.now(), problem: null }],
    'project.open': async () => project(),
    'project.close': async () => null,
    'video.open': async () => document(),
    'job.list': async () => [],
    'run.impact': async () => null,
    'run.losses': async () => [],
    'run.supervision': async () => ({ by: 'builtin', networks: [] }),
    'models.list': async () => fakeNetworks(),
    'tracker.list': async () => fakeTrackers,
    'edit.apply': async ({ gesture }) => {
      gestures.push(gesture)
      const step = { label: gesture.kind, before: state, after: afterGesture(state, gesture, video) }
      done.push(step)
      undone.length = 0
      return goTo(step.after, step.label)
    },
    'edit.undo': async () => {
      const step = done.pop()
      if (!step) return null
      undone.push(step)
      return goTo(step.before, step.label)
    },
    'edit.redo': async () => {
      const step = undone.pop()
      if (!step) return null
      done.push(step)
      return goTo(step.after, step.label)
    },
    'track.preview': async ({ frame, x, y }) => fakePath(video, 7, { frame, x, y }),
    'review.tracks': async () => fakeReference(video),
  }

  const client: StudioClient = {
    shell: 'browser',
    call: (id, params) => {
      calls.push({ id, params })
      return answer({ ...own, ...answers }, id, params)
    },
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    imageUrl: imagePath,
    fetchImage: async (request, signal) => {
      images.inFlight += 1
      images.most = Math.max(images.most, images.inFlight)
      try {
        const response = await fetch(imagePath(request), { signal })
        if (!response.ok) throw new TaplineError('bad-file', `frame ${request.frame}`, await response.text(), 'Try again.')
        images.fetched += 1
        return await response.blob()
      } finally {
        images.inFlight -= 1
      }
    },
    pathOfFile: async (file, progress) => {
      progress(1)
      return `/fake/${file.name}`
    },
    pick: async () => null,
    reveal: () => {},
    onState: listener => {
      connections.add(listener)
      return () => connections.delete(listener)
    },
  }
  return { client, video, calls, gestures, answers, images, tell, setConnection: connection => connections.forEach(listener => listener(connection)) }
}
