/** What the file picker shows and takes, by what is wanted. Pure. */
import type { FolderEntry } from '../../shared/rpc.ts'
import type { PickKind } from '../../shared/shellBridge.ts'

interface PickWords {
  readonly title: string
  readonly button: string
  readonly none: string
  /** What may be uploaded instead, as a file input's accept. */
  readonly upload?: string
}

export const pickWords: Readonly<Record<PickKind, PickWords>> = {
  video: { title: 'Choose a video', button: 'Choose', none: 'No videos in this folder.', upload: 'video/*,image/gif' },
  videoFolder: { title: 'Choose a folder of images', button: 'Choose this folder', none: 'No folders in this folder.' },
  project: { title: 'Open a project', button: 'Open', none: 'No projects in this folder.' },
  projectFolder: { title: 'Choose where the project goes', button: 'Choose this folder', none: 'No folders in this folder.' },
  tracks: { title: 'Choose a file of tracks', button: 'Choose', none: 'No track files in this folder.', upload: '.pkl,.csv,.npz,.json' },
  network: { title: 'Choose a network', button: 'Choose', none: 'No .onnx files in this folder.', upload: '.onnx' },
  folder: { title: 'Choose a folder', button: 'Choose this folder', none: 'No folders in this folder.' },
  save: { title: 'Save as', button: 'Save', none: 'This folder is empty.' },
}

/** What the button says. */
export const buttonWords = (kind: PickKind, chosen: FolderEntry | null): string => (kind === 'video' && chosen?.kind === 'folder' ? 'Use as a folder of images' : pickWords[kind].button)

export const isFolder = (entry: FolderEntry): boolean => entry.kind === 'folder' || entry.kind === 'project'

const wantsFolder = (kind: PickKind): boolean => kind === 'videoFolder' || kind === 'projectFolder' || kind === 'folder'

/** What double click takes, rather than goes into. */
export function isChoice(entry: FolderEntry, kind: PickKind): boolean {
  switch (kind) {
    case 'video':
    case 'tracks':
    case 'network':
    case 'save':
      return !isFolder(entry)
    case 'project':
      return entry.kind === 'project'
    default:
      return false
  }
}

/** Folders always, files of the kind; every file where `all` is set. */
export function shownEntries(entries: readonly FolderEntry[], kind: PickKind, all: boolean): FolderEntry[] {
  return entries.filter(entry => isFolder(entry) || (all && !wantsFolder(kind)) || entry.kind === kind || (kind === 'network' && /\.onnx$/i.test(entry.name)) || kind === 'save')
}

/** Path that the button would take; null where nothing fit is chosen. */
export function choiceOf(kind: PickKind, folder: string, chosen: FolderEntry | null, name: string, separator: string): string | null {
  switch (kind) {
    case 'save':
      return name.trim() ? join(chosen && isFolder(chosen) ? chosen.path : folder, name.trim(), separator) : null
    case 'videoFolder':
    case 'projectFolder':
    case 'folder':
      return chosen && isFolder(chosen) ? chosen.path : folder
    case 'video':
      // A folder may be one of images.
      return chosen && chosen.kind !== 'project' ? chosen.path : null
    default:
      return chosen && isChoice(chosen, kind) ? chosen.path : null
  }
}

const join = (folder: string, name: string, separator: string) => (folder.endsWith(separator) ? folder + name : folder + separator + name)

export function parentOf(path: string): string {
  return path.replace(/[/\\][^/\\]*$/, '') || '/'
}

export function fileSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = bytes < 1 ? 0 : Math.min(4, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}
