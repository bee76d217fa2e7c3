/**
 * Fits and refits of the studio's videos: made from what people set, run by the queue one after another, shown on the board, and taken over
 * when they are done. Not here: the queue and the process (server/jobs), what becomes of a result (takeResult.ts).
 */
import { TaplineError } from '../../../shared/errors.ts'
import { learnedRoles } from '../../../shared/models.ts'
import { presets, type PresetName, type TrackSettings } from '../../../shared/presets.ts'
import type { LossPoint, RunRecord } from '../../../shared/projectRecords.ts'
import type { RunSupervision, SupervisionChoice } from '../../../shared/rpc.ts'
import { checkSettings } from '../../../shared/trackSettings.ts'
import type { Impact, JobView } from '../../../shared/studio/document.ts'
import { appVersion } from '../../appVersion.ts'
import type { Job, JobQueue } from '../../jobs/jobQueue.ts'
import type { ModelStore } from '../../models/modelStore.ts'
import { choiceOf, copySupervision, noteSupervision, supervisionOf } from '../../tracking/runSupervision.ts'
import { humansOf, isOfStudio, isTaken, noteTaught, taughtOf } from '../../tracking/taught.ts'
import type { Emit } from '../eventHub.ts'
import type { VideoSession } from '../videoSession.ts'
import { bringSupervision, type Brought } from './bringSupervision.ts'
import { errorRecord } from './errorRecord.ts'
import { impactOf } from './impact.ts'
import type { BoardJob, JobBoard } from './jobBoard.ts'
import { refitSettings } from './refitSettings.ts'
import { takeResult } from './takeResult.ts'

/** Tracks that previews show; each costs the fit a little. */
const PREVIEWED = 48

export interface RunJobsParts {
  readonly queue: JobQueue
  readonly board: JobBoard
  readonly emit: Emit
  readonly store: ModelStore
}

export class RunJobs {
  readonly #store: ModelStore
  readonly #queue: JobQueue
  readonly #board: JobBoard
  readonly #emit: Emit
  /** Losses of runs under way, which the project gets only now and then. */
  readonly #losses = new Map<string, LossPoint[]>()
  /** Results that are being taken over outside a job. */
  readonly #healing = new Map<VideoSession, AbortController>()

  constructor({ queue, board, emit, store }: RunJobsParts) {
    this.#store = store
    this.#queue = queue
    this.#board = board
    this.#emit = emit
  }

  /** @throws TaplineError 'usage', 'busy'; 'not-found', 'bad-file' for supervision that is brought */
  async start(session: VideoSession, preset: PresetName, changes: Partial<TrackSettings> = {}, supervision: SupervisionChoice = { by: 'builtin' }): Promise<JobView> {
    if (!Object.hasOwn(presets, preset)) throw new TaplineError('usage', String(preset), 'there is no such preset', `Choose one of ${Object.keys(presets).join(', ')}.`)
    const settings = checkSettings({ ...presets[preset], ...changes, preset })
    if (!settings.useLongTerm && supervision.references?.length)
      throw new TaplineError('usage', 'supervision', 'tracks of others are taught as matches between far frames, which are left out', 'Leave the tracks out, or let the fit use long-term matches.')
    this.#refuseSecond(session)
    return this.#make(session, settings, await bringSupervision(session, supervision, this.#store))
  }

  /** @throws TaplineError 'unsupported' while no field is fitted; 'busy' */
  refit(session: VideoSession): JobView {
    const fitted = session.field.run
    if (!fitted) throw new TaplineError('unsupported', session.video.name, 'no field is fitted yet that could be refitted', 'Optimise first.')
    return this.#make(session, refitSettings(fitted.settings), fitted)
  }

  /** @throws TaplineError 'not-found', 'unsupported' for a run that is done, 'busy' */
  resume(session: VideoSession, runId: number): JobView {
    const run = session.project.runs.list(session.video.id).find(({ id }) => id === runId)
    if (!run) throw new TaplineError('not-found', `run ${runId}`, 'the video has no such run', 'Start a new one.')
    if (run.state === 'done') throw new TaplineError('unsupported', `run ${runId}`, 'it is done', 'Refit it, or start a new one.')
    this.#refuseSecond(session)
    return this.#enqueue(session, run)
  }

  /** @throws TaplineError 'not-found' */
  async supervision({ project, video }: VideoSession, runId: number): Promise<RunSupervision> {
    const run = project.runs.list(video.id).find(({ id }) => id === runId)
    if (!run) throw new TaplineError('not-found', `run ${runId}`, 'the video has no such run', 'Look at the list of runs.')
    const { learned = {} } = supervisionOf(project, run)
    const installed = await this.#store.list()
    const networks = learnedRoles.flatMap(role => {
      const sha256 = learned[role]
      return sha256 === undefined ? [] : [{ role, name: installed.find(model => model.sha256 === sha256)?.name ?? null, sha256 }]
    })
    return { ...choiceOf(project, run), networks }
  }

  losses(session: VideoSession, runId: number): LossPoint[] {
    const stored = session.project.runs.losses(runId)
    const last = stored.at(-1)?.step ?? 0
    return [...stored, ...(this.#losses.get(keyOf(session, runId)) ?? []).filter(point => point.step > last)]
  }

  /** Of the newest run that has one. */
  impact({ project, video }: VideoSession): Impact | null {
    for (const run of project.runs.list(video.id)) {
      const impact = impactOf(project, run.id)
      if (impact) return impact
    }
    return null
  }

  /** Takes over the result of a run that was done when its server was killed. */
  heal(session: VideoSession): void {
    const { project, video } = session
    if (this.#healing.has(session) || this.#board.open(project.folder, video.id).length > 0) return
    const newest = project.runs.list(video.id).find(run => run.state === 'done' && isOfStudio(project, run.id) && !isTaken(project, run.id))
    if (!newest) return
    const stop = new AbortController()
    this.#healing.set(session, stop)
    void takeResult(session, newest, { emit: this.#emit, signal: stop.signal, label: labelOf(session, newest) })
      // It is tried again when the video is next opened.
      .catch(() => undefined)
      .finally(() => this.#healing.delete(session))
  }

  /** Before a project, or all of them, is closed. */
  stopTaking(folder?: string): void {
    for (const [session, stop] of this.#healing) if (folder === undefined || session.project.folder === folder) stop.abort()
  }

  /** @param from what supervises it, or the run that it refits */
  #make(session: VideoSession, settings: TrackSettings, from: Brought | RunRecord): JobView {
    this.#refuseSecond(session)
    const { project, video } = session
    const refitOf = 'settings' in from ? from : null
    const run = project.gesture(() => {
      const queries = project.tracks.list(video.id).map(({ id, query }) => ({ id, ...query }))
      const made = project.runs.create({ videoId: video.id, settings, queries, codeVersion: appVersion })
      if ('settings' in from) copySupervision(project, from, made)
      else noteSupervision(project, made, from, from.references)
      noteTaught(project, made.id, { humans: humansOf(project, video), refitOf: refitOf?.id ?? null })
      return made
    })
    return this.#enqueue(session, run)
  }

  #refuseSecond({ project, video }: VideoSession): void {
    const other = this.#board.open(project.folder, video.id).find(({ view }) => view.kind === 'optimise' || view.kind === 'refit')
    if (other) throw new TaplineError('busy', video.name, 'its field is being fitted already', 'Wait for that job, or cancel it.')
  }

  #enqueue(session: VideoSession, run: RunRecord): JobView {
    const { project, video } = session
    const taught = taughtOf(project, run.id)
    const refits = taught?.refitOf ?? null
    const job = this.#queue.add(project, run.id, {
      ...supervisionOf(project, run),
      humans: taught?.humans,
      refitOf: refits === null ? undefined : `runs/${refits}`,
      previewIds: project.tracks.list(video.id).filter(track => !track.hidden).slice(0, PREVIEWED).map(track => track.id),
    })
    const stop = new AbortController()
    const title = refits === null ? `Optimise ${video.name}` : `Refit ${video.name}`
    const added: BoardJob = this.#board.add(
      { kind: refits === null ? 'optimise' : 'refit', project: project.folder, video: video.id, runId: run.id, title, settings: run.settings },
      {
        pause: () => job.pause(),
        unpause: () => job.resume(),
        cancel: () => job.cancel().then(() => added.settled),
        interrupt: () => {
          stop.abort()
          return job.interrupt().then(() => added.settled)
        },
      },
    )
    const losses: LossPoint[] = []
    this.#losses.set(keyOf(session, run.id), losses)
    job.subscribe(message => {
      // How it ended is told when the result was taken over.
      if (message.kind === 'done' || message.kind === 'failed') return
      if (message.kind === 'step') losses.push({ step: message.step, losses: message.losses })
      if (message.kind === 'recovered') losses.splice(0, losses.length, ...losses.filter(point => point.step <= message.step))
      added.tell(message)
    })
    void this.#finish(session, job, added, stop.signal)
    return added.view
  }

  async #finish(session: VideoSession, job: Job, added: BoardJob, signal: AbortSignal): Promise<void> {
    const run = await job.done
    try {
      if (run.state === 'done') {
        added.tell({ kind: 'phase', phase: 'readout', label: 'Reading tracks' })
        await takeResult(session, run, { emit: this.#emit, signal, label: labelOf(session, run) })
      }
      if (run.state === 'done' || run.state === 'failed' || run.state === 'cancelled') added.end(run.state, { error: run.error })
      else added.end('interrupted')
    } catch (error) {
      // The run itself is done: its result is taken over when the video is next opened.
      if (signal.aborted) added.end('interrupted')
      else added.end('failed', { error: errorRecord(error, session.video.name) })
    } finally {
      this.#losses.delete(keyOf(session, run.id))
    }
  }
}

const keyOf = ({ project }: VideoSession, runId: number) => `${runId} ${project.folder}`

function labelOf({ project }: VideoSession, run: RunRecord): string {
  return (taughtOf(project, run.id)?.refitOf ?? null) === null ? 'Optimise' : 'Refit'
}
