/** The server's answer to every request of the contract in shared/rpc.ts: one line each, the work is elsewhere. */
import { homedir } from 'node:os'
import { resolve, sep } from 'node:path'
import { TaplineError } from '../../shared/errors.ts'
import { presets } from '../../shared/presets.ts'
import type { AppInfo, RpcHandlers } from '../../shared/rpc.ts'
import type { JobView, ProjectView, VideoRef } from '../../shared/studio/document.ts'
import { appVersion } from '../appVersion.ts'
import { listProjects } from '../projects/listProjects.ts'
import { forgetProject } from '../projects/recentProjects.ts'
import type { StudioDevices } from '../studio/devices/studioDevices.ts'
import type { EventHub } from '../studio/eventHub.ts'
import { exportSummary, startExport } from '../studio/exports.ts'
import { startFileJob } from '../studio/jobs/fileJob.ts'
import type { JobBoard } from '../studio/jobs/jobBoard.ts'
import type { RunJobs } from '../studio/jobs/runJobs.ts'
import { listFolder } from '../studio/listFolder.ts'
import type { OpenProjects } from '../studio/openProjects.ts'
import type { StudioModels } from '../studio/models/studioModels.ts'
import type { ProjectSession } from '../studio/projectSession.ts'
import { importReference } from '../studio/review/importReference.ts'
import { matchedReference } from '../studio/review/matchedReference.ts'
import { removeReference } from '../studio/review/referenceFiles.ts'
import { reviewMetrics } from '../studio/review/reviewMetrics.ts'
import type { TrackerJobs } from '../studio/trackers/trackerJobs.ts'
import { importVideo, nameOfSource } from '../tracking/videoProject.ts'
import type { UserSettingsFile } from '../userSettings.ts'

export interface HandlerParts {
  readonly projects: OpenProjects
  readonly board: JobBoard
  readonly runs: RunJobs
  readonly trackers: TrackerJobs
  readonly models: StudioModels
  readonly devices: StudioDevices
  readonly hub: EventHub
  readonly home: string
  readonly threads: number
  readonly settings: UserSettingsFile
  /** Interrupts the jobs of all projects, of one, or of one of its videos. */
  stopJobs(folder?: string, video?: number): Promise<void>
  /** A file was written that people may fetch. */
  exported(path: string): void
}

export function studioHandlers(parts: HandlerParts): RpcHandlers {
  const { projects, board, runs, trackers, models, devices, hub, home, settings, stopJobs } = parts
  const video = (ref: VideoRef) => projects.video(ref)
  const told = (session: ProjectSession): ProjectView => {
    const project = session.view()
    hub.emit({ kind: 'project', project })
    return project
  }
  return {
    'app.info': async () => appInfo(parts),
    'settings.read': () => settings.read(),
    'settings.write': async patch => {
      const written = await settings.write(patch)
      hub.emit({ kind: 'settings', settings: written })
      if (patch.device !== undefined) devices.announce()
      return written
    },
    'device.list': () => devices.view(),
    'device.measure': ({ device }) => devices.measure(device),
    'files.list': ({ folder }) => listFolder(folder),

    'project.list': () => listProjects(home),
    'project.create': async ({ name, folder }) => (await projects.create(name, folder)).view(),
    'project.open': async ({ folder }) => (await projects.open(folder)).view(),
    'project.close': async ({ folder }) => {
      await stopJobs(resolve(folder))
      await projects.close(folder)
      return null
    },
    'project.rename': async ({ folder, name }) => {
      const session = projects.get(folder)
      if (name.trim() === '') throw new TaplineError('usage', 'project', 'it has no name', 'Give it a name.')
      session.project.rename(name.trim())
      return told(session)
    },
    'project.forget': async ({ folder }) => {
      await forgetProject(folder, home)
      return null
    },

    'video.add': async ({ project, path }) => addVideo(parts, projects.get(project), path, told),
    'video.remove': async ref => {
      const session = projects.get(ref.project)
      await stopJobs(session.folder, ref.video)
      await session.removeVideo(ref.video)
      return told(session)
    },
    // A window that outlived its server finds its project again.
    'video.open': async ref => {
      const session = (await projects.open(ref.project)).video(ref.video)
      runs.heal(session)
      return session.document()
    },

    'edit.apply': ({ video: ref, gesture }) => video(ref).apply(gesture),
    'edit.undo': ref => video(ref).undo(),
    'edit.redo': ref => video(ref).redo(),
    'track.preview': async ({ video: ref, frame, x, y }) => video(ref).field.preview(frame, x, y),

    'run.start': async ({ video: ref, preset, settings, supervision }) => runs.start(video(ref), preset, settings, supervision),
    'run.refit': async ({ video: ref }) => runs.refit(video(ref)),
    'run.resume': async ({ video: ref, runId }) => runs.resume(video(ref), runId),
    'run.supervision': async ({ video: ref, runId }) => runs.supervision(video(ref), runId),
    'run.losses': async ({ video: ref, runId }) => runs.losses(video(ref), runId),
    'run.impact': async ref => runs.impact(video(ref)),
    'job.list': async () => board.list,
    'job.pause': async ({ id }) => {
      board.pause(id)
      return null
    },
    'job.unpause': async ({ id }) => {
      board.unpause(id)
      return null
    },
    'job.cancel': async ({ id }) => {
      await board.cancel(id)
      return null
    },

    'tracker.list': () => trackers.list(),
    'tracker.run': async ({ video: ref, tracker, keys }) => trackers.run(video(ref), tracker, keys),

    'models.list': () => models.view(),
    'models.pull': request => models.pull(request),
    'models.add': request => models.add(request),
    'models.verify': async ({ name }) => ({ fault: await models.verify(name) }),
    'models.remove': ({ name }) => models.remove(name),

    'export.summary': async request => exportSummary(projects.get(request.project).project, request),
    'export.write': async request => startExport(board, projects.get(request.project).project, request, parts.exported),
    'review.import': async request => importReference(video(request), request),
    'review.remove': async ({ video: ref, reference }) => {
      const session = video(ref)
      await session.inTurn(() => removeReference(session.project, session.video, reference))
      await session.announce([], { references: true, decisions: true })
      return null
    },
    'review.metrics': async ({ video: ref, reference }) => reviewMetrics(video(ref).project, video(ref).video, reference),
    'review.tracks': async ({ video: ref, reference }) => {
      const { keys, tracks } = await matchedReference(video(ref).project, video(ref).video, reference)
      return { keys, tracks }
    },
  }
}

function appInfo({ threads }: HandlerParts): AppInfo {
  return { version: appVersion, device: `CPU, ${threads} thread${threads === 1 ? '' : 's'}`, home: homedir(), separator: sep === '\\' ? '\\' : '/', platform: process.platform }
}

/** The project hears of the video when all of it is there. */
function addVideo({ board }: HandlerParts, session: ProjectSession, path: string, told: (session: ProjectSession) => ProjectView): JobView {
  const job = { kind: 'import', project: session.folder, video: null, runId: null, title: `Import ${nameOfSource(path)}`, settings: null } as const
  return startFileJob(board, job, options =>
    session.importInTurn(async () => {
      const { video } = await importVideo(session.project, path, { ...options, longSide: presets.standard.longSide })
      told(session)
      return { video: video.id }
    }),
  )
}
