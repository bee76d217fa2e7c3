/** Ways that a file gets into a project: chosen, dropped, opened with the app. Not here: importing it (the server does, as a job). */
import { notify, notifyError, openDialog, useApp } from '../state/appStore.ts'
import { currentDocument } from '../state/documentStore.ts'
import { ask, client, openProject, showProject } from '../state/session.ts'
import { putJob } from '../state/jobStore.ts'
import { useUpload } from './uploadStore.ts'

/** Imports it into the open project, or into a new one of its name where none is open. */
export async function addVideo(path: string): Promise<void> {
  const project = useApp.getState().project ?? (await newProject(stemOf(path)))
  if (!project) return
  const job = await ask('video.add', { project: project.folder, path })
  if (job) putJob(job)
}

async function newProject(name: string) {
  const project = await ask('project.create', { name, folder: null })
  if (project) showProject(project)
  return project
}

/** Files dropped on the window or chosen on this computer, one after the other. */
export async function addFiles(files: readonly File[]): Promise<void> {
  for (const file of files) {
    const path = await bringFile(file)
    if (path === null) return
    await addFile(path)
  }
}

/** A file's path on the server's machine; null where it could not be brought there (a notice says why). */
export async function bringFile(file: File): Promise<string | null> {
  useUpload.setState({ upload: { name: file.name, share: 0 } })
  try {
    return await client().pathOfFile(file, share => useUpload.setState({ upload: { name: file.name, share } }))
  } catch (error) {
    notifyError({ code: 'bad-file', subject: file.name, reason: error instanceof Error ? error.message : String(error), next: 'Try again, or choose the file where Tapline runs.' })
    return null
  } finally {
    useUpload.setState({ upload: null })
  }
}

/** Tracks of a file are for the video that is open: the dialog asks as what. Everything else is a video. */
async function addFile(path: string): Promise<void> {
  if (!tracksName.test(path)) return addVideo(path)
  if (currentDocument()) openDialog('importTracks', path)
  else notify({ tone: 'info', text: `${path} holds tracks: open the video that they are of, then drop it again.` })
}

const tracksName = /\.(pkl|pickle|csv|npz|json)$/i
const videoName = /\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|ts|mts|m2ts|wmv|flv|ogv|gif|y4m)$/i

/** A path opened with the app: a video is added, tracks are imported, anything else is a project. */
export async function openPath(path: string): Promise<void> {
  if (videoName.test(path) || tracksName.test(path)) await addFile(path)
  else if (!(await openProject(path))) notify({ tone: 'info', text: `${path} was not opened.` })
}

export function stemOf(path: string): string {
  const name = path.split(/[/\\]/).findLast(Boolean) ?? 'Video'
  return name.replace(/\.[^.]+$/, '') || name
}
