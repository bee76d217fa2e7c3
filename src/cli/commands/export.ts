/** `tapline export`: a project's tracks, with what people corrected, as files. */
import { resolve } from 'node:path'
import { TaplineError } from '../../shared/errors.ts'
import type { VideoRecord } from '../../shared/projectRecords.ts'
import { openProjectReader, type ProjectReader } from '../../server/db/project.ts'
import { projectTracks } from '../../server/tracking/projectTracks.ts'
import { checkOutputs, outputsFor, writeOutputs, type OutputFormat, type OutputVideo } from '../../server/tracking/writeOutputs.ts'
import { usage, type Arguments } from '../arguments.ts'
import { watchInterrupts } from '../interrupts.ts'
import type { Reporter } from '../reporter.ts'

export async function run(args: Arguments, reporter: Reporter): Promise<void> {
  const folder = args.text('project')
  if (folder === undefined) throw usage('export', '--project is missing')
  if (args.list('out').length === 0) throw usage('export', '--out is missing')
  const outputs = outputsFor(args.list('out'), args.text('format') as OutputFormat | undefined)
  const interrupts = watchInterrupts()
  const project = openProjectReader(folder)
  try {
    const chosen = videosOf(project, args.text('video'))
    checkOutputs(outputs, chosen.map(video => video.sourcePath))
    const { videos, untracked } = tracksOf(project, chosen)
    if (untracked > 0) reporter.say(`${untracked} tracks were never tracked and are left out: npx tapline track VIDEO --project ${folder}`)
    await writeOutputs(project, videos, outputs, { noVideo: args.flag('no-video'), progress: reporter.progress, signal: interrupts.signal })
    const tracks = videos.reduce((sum, video) => sum + video.tracks.ids.length, 0)
    reporter.say(`${tracks} tracks of ${videos.map(v => v.video.name).join(', ')}: ${outputs.map(output => output.path).join(', ')}`)
    reporter.result({ project: project.folder, videos: videos.map(v => v.video.name), tracks, untracked, outputs: outputs.map(output => resolve(output.path)) })
  } finally {
    project.close()
    interrupts.release()
  }
}

/** The project's videos, or the one named. Of those with one name the newest: files tell them apart by name only. */
export function videosOf(project: ProjectReader, name?: string): VideoRecord[] {
  const all = project.videos.list()
  const byName = [...new Map(all.map(video => [video.name, video])).values()]
  if (byName.length === 0) throw new TaplineError('not-found', project.folder, 'the project has no videos', 'Add one with: npx tapline import VIDEO --project DIR')
  if (name === undefined) return byName
  const found = byName.find(video => video.name === name)
  if (!found) throw new TaplineError('not-found', project.folder, `it has no video named ${name}`, `It has ${byName.map(video => video.name).join(', ')}.`)
  return [found]
}

/** The tracks of those videos that have any. @throws TaplineError 'not-found' when none has. */
export function tracksOf(project: ProjectReader, videos: readonly VideoRecord[]): { videos: OutputVideo[]; untracked: number } {
  const all = videos.map(video => ({ video, ...projectTracks(project, video) }))
  const kept = all.filter(({ tracks }) => tracks.ids.length > 0)
  const untracked = all.reduce((sum, video) => sum + video.untracked.length, 0)
  if (kept.length === 0) {
    const reason = untracked > 0 ? `its ${untracked} tracks were never tracked to the end` : 'it has no tracks'
    throw new TaplineError('not-found', project.folder, reason, `Track them first: npx tapline track VIDEO --project ${project.folder}`)
  }
  return { videos: kept.map(({ video, tracks }) => ({ video, tracks })), untracked }
}
