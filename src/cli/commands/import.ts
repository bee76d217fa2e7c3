/** `tapline import`: a video into a project, made if need be; or tracks of a file into a project that is there. */
import { basename, resolve } from 'node:path'
import { TaplineError } from '../../shared/errors.ts'
import { presets } from '../../shared/presets.ts'
import type { VideoRecord } from '../../shared/projectRecords.ts'
import type { ReadVideo } from '../../pipeline/export/trackFile.ts'
import { openProject, type ProjectWriter } from '../../server/db/project.ts'
import { rememberProject } from '../../server/projects/recentProjects.ts'
import { importTracks, saveTruth } from '../../server/tracking/importTracks.ts'
import { openVideoProject } from '../../server/tracking/videoProject.ts'
import { usage, type Arguments } from '../arguments.ts'
import { watchInterrupts } from '../interrupts.ts'
import type { Reporter } from '../reporter.ts'
import { shellCommand } from '../shellCommand.ts'
import { videosOf } from './export.ts'
import { looksLikeTrackFile, readTrackFile, readTrackFileInAnyRaster } from './trackFiles.ts'

export async function run(args: Arguments, reporter: Reporter): Promise<void> {
  const folder = args.text('project')
  if (folder === undefined) throw usage('import', '--project is missing')
  const path = args.positionals[0]
  if (await looksLikeTrackFile(path)) await importFile(path, resolve(folder), args, reporter)
  else if (args.text('as') !== undefined || args.text('video') !== undefined) throw usage('import', `--as and --video are for track files, and ${path} is none`)
  else await importVideo(path, resolve(folder), reporter)
}

async function importVideo(path: string, folder: string, reporter: Reporter): Promise<void> {
  const interrupts = watchInterrupts()
  try {
    const { project, video, added } = await openVideoProject(folder, path, { longSide: presets.standard.longSide, progress: reporter.progress, signal: interrupts.signal })
    project.close()
    await rememberProject(folder).catch(() => reporter.say('The list of recent projects could not be written; all else goes on.'))
    reporter.say(`${video.name}: ${video.frameCount} frames of ${video.width}×${video.height}${added ? '' : ', in the project already'}`)
    reporter.say(`Track it with: ${shellCommand('track', path, '--grid', '16', '--project', folder)}`)
    reporter.result({ project: folder, video: video.name, width: video.width, height: video.height, frames: video.frameCount, added })
  } finally {
    interrupts.release()
  }
}

async function importFile(path: string, folder: string, args: Arguments, reporter: Reporter): Promise<void> {
  const project = openProject(folder)
  try {
    const pairs = await pairVideos(path, project, args.text('video'))
    if (args.text('as') === 'truth') {
      const files: string[] = []
      for (const { video, read } of pairs) {
        files.push(await saveTruth(project, video, read))
        reporter.say(`Ground truth of ${video.name}: ${read.tracks.ids.length} tracks`)
      }
      reporter.say(`Compare with: ${shellCommand('evaluate', folder)}`)
      reporter.result({ project: folder, as: 'truth', videos: pairs.map(({ video }) => video.name), files })
      return
    }
    const stem = basename(path).replace(/\.[^.]+$/, '')
    const imported = project.gesture(() => pairs.map(({ video, read }) => ({ video, ...importTracks(project, video, read.tracks, stem) })))
    for (const { video, ids, unseen } of imported) {
      reporter.say(`${video.name}: ${ids.length} tracks`)
      if (unseen.length > 0) reporter.say(`Left out, visible in no frame: ${listed(unseen)}`)
    }
    reporter.result({ project: folder, as: 'tracks', videos: imported.map(({ video, ids, unseen }) => ({ video: video.name, tracks: ids, unseen })) })
  } finally {
    project.close()
  }
}

/** Which video of the file belongs to which of the project: by name; where each has one, these. @throws TaplineError */
async function pairVideos(path: string, project: ProjectWriter, name: string | undefined): Promise<{ video: VideoRecord; read: ReadVideo }[]> {
  const videos = videosOf(project)
  const { videos: held } = await readTrackFileInAnyRaster(path)
  const names = held.map(video => video.name)
  const chosen = name === undefined ? names : names.filter(other => other === name)
  if (chosen.length === 0) throw new TaplineError('bad-file', path, `it holds no video named ${name}`, `It has ${listed(names)}.`)
  let pairs = videos.filter(video => chosen.includes(video.name)).map(video => ({ video, from: video.name }))
  if (pairs.length === 0 && videos.length === 1 && chosen.length === 1) pairs = [{ video: videos[0], from: chosen[0] }]
  if (pairs.length === 0) {
    const next = `The file has ${listed(names)}; the project has ${listed(videos.map(video => video.name))}.${videos.length === 1 ? ' Choose one with --video NAME.' : ''}`
    throw new TaplineError('bad-file', path, 'none of its videos is in the project', next)
  }
  return Promise.all(pairs.map(async ({ video, from }) => ({ video, read: (await readTrackFile(path, { clip: video, video: from })).videos[0] })))
}

const listed = (names: readonly string[]) => names.slice(0, 8).join(', ') + (names.length > 8 ? ` and ${names.length - 8} more` : '')
