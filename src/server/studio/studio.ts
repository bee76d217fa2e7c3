/**
 * The studio's server: the contract's handlers, its events, its pictures. Both shells compose this one. Composition only: projects
 * (openProjects.ts), gestures, jobs, review and export each have their own file.
 */
import { join, resolve } from 'node:path'
import type { OpenFieldTracker } from '../../shared/fieldTracker.ts'
import type { RpcHandlers, StudioEvent } from '../../shared/rpc.ts'
import type { ImageReply, ImageRequest } from '../../shared/studio/images.ts'
import type { DeviceLink } from '../devices/tryDevice.ts'
import { studioHandlers } from '../handlers/handlers.ts'
import type { JobLink } from '../jobs/jobChannel.ts'
import { JobQueue } from '../jobs/jobQueue.ts'
import { ModelStore } from '../models/modelStore.ts'
import { userDataFolder } from '../userData.ts'
import { UserSettingsFile } from '../userSettings.ts'
import { StudioDevices } from './devices/studioDevices.ts'
import { EventHub } from './eventHub.ts'
import { FieldPool } from './fieldPool.ts'
import { JobBoard } from './jobs/jobBoard.ts'
import { RunJobs } from './jobs/runJobs.ts'
import { StudioModels } from './models/studioModels.ts'
import { OpenProjects } from './openProjects.ts'
import { TrackerJobs } from './trackers/trackerJobs.ts'

export interface StudioParts {
  readonly openField: OpenFieldTracker
  /** Starts a tracking process. */
  readonly startJob: () => JobLink
  /** Starts a process that tries a device. */
  readonly startDevice: () => DeviceLink
  readonly threads: number
  /** The user's data folder; the platform's when absent. */
  readonly home?: string
  /** How long a gesture waits for its paths before they follow by themselves. */
  readonly patienceMs?: number
}

export interface Studio {
  readonly handlers: RpcHandlers
  subscribe(listener: (event: StudioEvent) => void): () => void
  /** Of open projects only. @throws TaplineError */
  image(request: ImageRequest, signal?: AbortSignal): Promise<ImageReply>
  /** Whether a file was written by an export of this studio. */
  mayDownload(path: string): boolean
  /** Interrupts jobs, which save a checkpoint, and closes all projects. */
  close(): Promise<void>
}

const PATIENCE_MS = 400
/** Fields that are loaded at a time. */
const FIELDS = 2

export function createStudio(parts: StudioParts): Studio {
  const home = parts.home ?? userDataFolder()
  const hub = new EventHub()
  const board = new JobBoard(hub.emit)
  const { openField, startJob, startDevice, threads, patienceMs = PATIENCE_MS } = parts
  const store = new ModelStore(join(home, 'models'))
  const settings = new UserSettingsFile(home)
  const devices = new StudioDevices({ home, threads, start: startDevice, settings, board, emit: hub.emit })
  const queue = new JobQueue({ start: startJob, threads, modelsFolder: store.folder, chooseDevice: signal => devices.choose(signal) })
  const runs = new RunJobs({ queue, board, emit: hub.emit, store })
  const trackers = new TrackerJobs({ store, board, start: startJob, threads })
  const models = new StudioModels(store, board, hub.emit, startJob)
  const projects = new OpenProjects({ emit: hub.emit, openField, modelsFolder: store.folder, threads, patienceMs, pool: new FieldPool(FIELDS) }, home)
  const exported = new Set<string>()
  let closing: Promise<void> | null = null
  const stopJobs = async (folder?: string, video?: number) => {
    runs.stopTaking(folder)
    // Those that wait first, so that none of them starts when the active one ends.
    await Promise.all(board.open(folder, video).toReversed().map(job => job.controls.interrupt()))
  }
  const close = async () => {
    devices.close()
    await stopJobs()
    await Promise.all(projects.all.map(session => projects.close(session.folder)))
  }
  return {
    handlers: studioHandlers({
      projects, board, runs, trackers, models, devices, hub, home, threads, settings, stopJobs, exported: path => void exported.add(resolve(path)),
    }),
    subscribe: listener => hub.subscribe(listener),
    image: async (request, signal) => projects.get(request.project).images(request.video).image(request, signal),
    mayDownload: path => exported.has(resolve(path)),
    close: () => (closing ??= close()),
  }
}
