/** A folder of the server's machine as the picker in a browser shows it. Not here: reading the files. */
import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, extname, join, resolve } from 'node:path'
import { compareNatural } from '../../pipeline/video/naturalOrder.ts'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'
import type { FolderEntry, FolderListing } from '../../shared/rpc.ts'
import { PROJECT_FILE } from '../db/project.ts'

const videos = new Set(['.mp4', '.mov', '.m4v', '.mkv', '.webm', '.avi', '.mpg', '.mpeg', '.wmv', '.flv', '.ts', '.mts', '.m2ts', '.mxf', '.ogv', '.3gp', '.gif', '.webp', '.apng'])
const tracks = new Set(['.pkl', '.pickle', '.npz', '.json', '.csv'])

/** Folders first, then by name; hidden files left out; null: the user's home. @throws TaplineError 'not-found', 'not-writable' (no permission) */
export async function listFolder(folder: string | null): Promise<FolderListing> {
  const path = resolve(folder ?? homedir())
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EACCES' || error.code === 'EPERM') throw new TaplineError('not-writable', path, 'you may not read this folder', 'Choose another folder.', { cause: error })
    if (error.code === 'ENOTDIR') throw new TaplineError('not-found', path, 'it is a file, not a folder', 'Choose a folder.', { cause: error })
    throw fromSystemError(error, path)
  })
  const shown = names.filter(name => !name.startsWith('.'))
  const entries = (await Promise.all(shown.map(name => entryOf(path, name)))).filter(entry => entry !== null)
  const isFolder = ({ kind }: FolderEntry) => kind === 'folder' || kind === 'project'
  entries.sort((a, b) => Number(isFolder(b)) - Number(isFolder(a)) || compareNatural(a.name.toLowerCase(), b.name.toLowerCase()))
  const parent = dirname(path)
  return { path, parent: parent === path ? null : parent, entries }
}

/** Null for what is gone, or leads nowhere. */
async function entryOf(folder: string, name: string): Promise<FolderEntry | null> {
  const path = join(folder, name)
  const found = await stat(path).catch(() => null)
  if (!found) return null
  const base = { name, path, modifiedMs: found.mtimeMs }
  if (found.isDirectory()) return { ...base, kind: existsSync(join(path, PROJECT_FILE)) ? 'project' : 'folder', bytes: 0 }
  if (!found.isFile()) return null
  const extension = extname(name).toLowerCase()
  return { ...base, kind: videos.has(extension) ? 'video' : tracks.has(extension) ? 'tracks' : 'other', bytes: found.size }
}
