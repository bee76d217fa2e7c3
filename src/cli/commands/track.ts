/** `tapline track`: a video and points in, tracks out. What is cheap is checked before anything is made. */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import type { DeviceChoice } from '../../shared/devices.ts'
import { TaplineError } from '../../shared/errors.ts'
import { presets, type Coupling, type PresetName, type TrackSettings } from '../../shared/presets.ts'
import type { UserSupervision } from '../../shared/jobs.ts'
import type { LearnedSupervision } from '../../shared/models.ts'
import type { RunRecord } from '../../shared/projectRecords.ts'
import type { Query, TrackSet } from '../../shared/tracks.ts'
import { checkSettings, MAX_SEED } from '../../shared/trackSettings.ts'
import { openProjectReader, PROJECT_FILE } from '../../server/db/project.ts'
import { probeMedia } from '../../server/decode/probeMedia.ts'
import { DeviceBook } from '../../server/devices/deviceBook.ts'
import { forkJob } from '../../server/jobs/jobChannel.ts'
import { JobQueue } from '../../server/jobs/jobQueue.ts'
import { ModelStore } from '../../server/models/modelStore.ts'
import { rememberProject } from '../../server/projects/recentProjects.ts'
import { checkDepthFolder, checkSequenceFolder } from '../../server/tracking/checkSupervision.ts'
import { keepExtraTracks } from '../../server/tracking/extraTracks.ts'
import { readTracksFor, type TrackedClip } from '../../server/tracking/readTracksFor.ts'
import { runTracks } from '../../server/tracking/projectTracks.ts'
import { defaultProjectFolder, findOrCreateRun, openVideoProject, presentVideo, setTracks, type VideoProject } from '../../server/tracking/videoProject.ts'
import { checkOutputs, outputsFor, writeOutputs } from '../../server/tracking/writeOutputs.ts'
import { userDataFolder } from '../../server/userData.ts'
import type { Arguments } from '../arguments.ts'
import { watchInterrupts, type Interrupts } from '../interrupts.ts'
import { duration, type Reporter } from '../reporter.ts'
import { shellCommand } from '../shellCommand.ts'
import { pointsOf, pointSource, type PointSource } from './queries.ts'

/** What supervises the run, the tracks among it as they were read. */
type Brought = Omit<UserSupervision, 'extraTracks'> & { readonly tracks: readonly TrackSet[] }

const entry = new URL('../../server/tracking/trackProcess.ts', import.meta.url)

export async function run(args: Arguments, reporter: Reporter): Promise<void> {
  const started = performance.now()
  const path = args.positionals[0]
  const folder = resolve(args.text('project') ?? defaultProjectFolder(path))
  const settings = settingsOf(args)
  const threads = args.number('threads', 1, 64) ?? availableParallelism()
  const device = (args.text('device') as DeviceChoice | undefined) ?? 'auto'
  const outputs = outputsFor(args.list('out'))
  checkOutputs(outputs, [path, ...(args.text('queries') ? [args.text('queries')!] : [])])
  const points = await pointSource(args)
  let kill = () => {}
  const interrupts = watchInterrupts(() => kill())
  try {
    const asked = await askedQueries(folder, path, points, interrupts.signal)
    const given = await broughtOf(args, asked.clip)
    const opened = await openVideoProject(folder, path, { longSide: settings.longSide, progress: reporter.progress, signal: interrupts.signal })
    const { project, video } = opened
    try {
      const brought = await keptIn(opened, given)
      await rememberProject(folder).catch(() => reporter.say('The list of recent projects could not be written; all else goes on.'))
      const queries = asked.queries ?? project.tracks.list(video.id).map(track => ({ id: track.id, ...track.query }))
      if (asked.queries) setTracks(opened, asked.queries)
      const { run: wanted, found } = findOrCreateRun(opened, { settings, queries, ...brought })
      if (found === 'done') reporter.say(`These points are tracked already, in ${folder}.`)
      else await track(opened, wanted, { threads, device, brought, reporter, interrupts, onStart: end => (kill = end) })
      const done = project.runs.get(wanted.id)
      const tracks = runTracks(project, done)
      await writeOutputs(project, [{ video, tracks }], outputs, { noVideo: args.flag('no-video'), progress: reporter.progress, signal: interrupts.signal })
      const seconds = (performance.now() - started) / 1000
      const files = outputs.map(output => output.path)
      reporter.say(`${count(tracks.ids.length, 'track')} over ${count(video.frameCount, 'frame')} in ${duration(seconds)}${files.length ? `: ${files.join(', ')}` : ''}`)
      reporter.say(`Project: ${folder}`)
      if (files.length === 0) reporter.say(`Write them to a file with: ${shellCommand('export', '--project', folder, '--out', `${video.name}.pkl`)}`)
      const last = project.runs.losses(done.id).at(-1)
      reporter.result({
        project: folder, run: done.id, video: video.name, tracks: tracks.ids.length, frames: video.frameCount, outputs: files.map(file => resolve(file)), seconds,
        trackedNow: found !== 'done', losses: last ? { step: last.step, ...last.losses } : null,
      })
    } finally {
      project.close()
    }
  } finally {
    interrupts.release()
  }
}

function settingsOf(args: Arguments): TrackSettings {
  const preset = presets[(args.text('preset') as PresetName | undefined) ?? 'standard']
  const useDepthPrior = !args.flag('no-depth')
  if (!useDepthPrior && args.text('depth') !== undefined)
    throw new TaplineError('usage', '--no-depth', 'depth maps are given with --depth', 'Leave one of the two out.')
  if (args.flag('no-long-term') && args.list('tracks').length > 0)
    throw new TaplineError('usage', '--no-long-term', 'tracks of others are taught as such matches, with --tracks', 'Leave one of the two out.')
  return checkSettings({
    ...preset,
    seed: args.number('seed', 0, MAX_SEED) ?? preset.seed,
    steps: args.number('steps', 1, 1_000_000) ?? preset.steps,
    useDepthPrior,
    useLongTerm: !args.flag('no-long-term'),
    coupling: (args.text('coupling') as Coupling | undefined) ?? preset.coupling,
    controlPoints: args.number('control-points', 2, 16) ?? preset.controlPoints,
  })
}

/**
 * The points, checked against the clip before it is imported, and the clip. Null queries: those of the project's tracks.
 * Looks only: neither project nor video is touched.
 */
async function askedQueries(folder: string, path: string, points: PointSource | null, signal: AbortSignal): Promise<{ queries: Query[] | null; clip: TrackedClip }> {
  const known = await knownVideo(folder, path)
  if (!points && !known?.tracks) {
    const place = known ? `the project ${folder} has no tracks of it` : 'there is no project of it yet'
    throw new TaplineError('usage', path, `no points to track are given, and ${place}`, 'Name points with --queries Q.csv (header id,frame,x,y), or ask for a grid with --grid 16.')
  }
  const clip = known ?? (await probeMedia(path, { signal }))
  if (clip.frameCount < 2) throw new TaplineError('bad-video', path, 'it has a single frame: nothing moves', 'Choose a clip of two frames or more.')
  return { queries: points && pointsOf(points, clip), clip }
}

/** What the project knows of the video, if there is one that holds it. */
async function knownVideo(folder: string, path: string): Promise<(TrackedClip & { readonly tracks: number }) | undefined> {
  if (!existsSync(join(folder, PROJECT_FILE))) return undefined
  const project = openProjectReader(folder)
  try {
    const video = await presentVideo(project, path)
    return video && { ...video, tracks: project.tracks.list(video.id).length }
  } finally {
    project.close()
  }
}

/** What the person brings to supervise the run, looked at now, so that what does not fit is found before the hours of work. @throws TaplineError */
async function broughtOf(args: Arguments, clip: TrackedClip): Promise<Brought> {
  const [supervision, depth] = [args.text('supervision') ?? 'builtin', args.text('depth')]
  const tracks: TrackSet[] = []
  for (const file of args.list('tracks')) tracks.push((await readTracksFor(file, clip)).tracks)
  return {
    depthFolder: depth === undefined ? undefined : await checkDepthFolder(depth, clip.frameCount),
    learned: supervision === 'learned' ? await installedNetworks() : undefined,
    sequenceFolder: supervision === 'builtin' || supervision === 'learned' ? undefined : await checkSequenceFolder(supervision, clip.frameCount),
    tracks,
  }
}

async function installedNetworks(): Promise<LearnedSupervision> {
  const learned = await new ModelStore().learned()
  if (Object.keys(learned).length > 0) return learned
  throw new TaplineError('usage', '--supervision learned', 'no network for flow, depth or features is installed', 'See "npx tapline models list", then pull or add one.')
}

/** The tracks become files of the project, by what they hold. */
async function keptIn({ project, video }: VideoProject, { tracks, ...supervision }: Brought): Promise<UserSupervision> {
  const extraTracks: string[] = []
  for (const set of tracks) extraTracks.push(await keepExtraTracks(project, video, set))
  return { ...supervision, extraTracks }
}

interface TrackingContext {
  readonly threads: number
  readonly device: DeviceChoice
  readonly brought: UserSupervision
  readonly reporter: Reporter
  readonly interrupts: Interrupts
  /** Given what ends the tracking process at once. */
  onStart(kill: () => void): void
}

/** Runs or goes on with a run until it is done. @throws TaplineError 'cancelled' when interrupted, else why it failed. */
async function track({ project, video }: VideoProject, run: RunRecord, context: TrackingContext): Promise<void> {
  const { threads, device, brought, reporter, interrupts } = context
  const devices = new DeviceBook({ home: userDataFolder(), threads })
  const queue = new JobQueue({ start: () => forkJob(entry), threads, chooseDevice: signal => devices.resolve(device, signal) })
  const job = queue.add(project, run.id, brought)
  context.onStart(() => {
    if (job.pid !== undefined) process.kill(job.pid, 'SIGKILL')
  })
  job.subscribe(message => {
    if (message.kind !== 'done' && message.kind !== 'failed') reporter.progress(message)
  })
  const interrupt = () => void job.interrupt()
  if (interrupts.signal.aborted) interrupt()
  interrupts.signal.addEventListener('abort', interrupt)
  const ended = await job.done
  interrupts.signal.removeEventListener('abort', interrupt)
  if (ended.state === 'done') return
  if (ended.error) {
    if (ended.error.code === 'internal' && ended.error.details) reporter.say(ended.error.details)
    throw TaplineError.fromRecord(ended.error)
  }
  const saved = ended.checkpointStep ? `interrupted; its ${ended.checkpointStep} steps of ${ended.settings.steps} are saved` : 'interrupted before the first step; what was computed until then is kept'
  throw new TaplineError('cancelled', video.name, saved, `Go on with the same command, which uses the same project:\n  ${shellCommand(...resumeArguments(project.folder))}`)
}

/** The arguments of this process, with the project named. */
function resumeArguments(folder: string): string[] {
  const given = process.argv.slice(2)
  return given.some(arg => arg === '--project' || arg.startsWith('--project=')) ? given : [...given, '--project', folder]
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
