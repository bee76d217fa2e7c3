/** Paths inside a project: stored relative, with forward slashes, so that the folder can be moved or copied. */
import { join } from 'node:path'

/** The path on this machine of something inside a project. @throws Error for a path that leaves the project. */
export function projectPath(folder: string, relative: string): string {
  return join(folder, ...insidePath(relative).split('/'))
}

/** The path as stored. @throws Error when it is empty, absolute or leaves the project. */
export function insidePath(relative: string): string {
  const path = relative.replaceAll('\\', '/').replace(/\/+$/, '')
  const parts = path.split('/')
  if (path === '' || path.startsWith('/') || /^[A-Za-z]:/.test(path) || parts.some((part) => part === '..' || part === '' || part === '.')) {
    throw new Error(`'${relative}' is not a path inside the project`)
  }
  return path
}
