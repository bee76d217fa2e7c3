/**
 * Files that people drop on a page whose server is another program, or on another machine: their bytes are copied into the
 * user's data folder, and from there they are imported like any file. Not here: who may upload.
 */
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { TaplineError, fromSystemError } from '../../shared/errors.ts'

/** Left free on the disk, for projects and caches to go on. */
const RESERVE_BYTES = 256 * 1024 * 1024

/**
 * Copies a file into a folder of its own below `folder`, under its name; half of one is never seen there. Resolves to its path.
 * `bytes`: its size where the sender said it. @throws TaplineError when there is no space, no permission, or the sender went away.
 */
export async function storeUpload(folder: string, name: string, content: Readable, bytes: number | null): Promise<string> {
  const own = join(folder, randomBytes(6).toString('hex'))
  const path = join(own, fileName(name))
  const part = join(own, 'upload.part')
  try {
    await mkdir(own, { recursive: true })
    await checkSpace(folder, name, bytes ?? 0)
    await pipeline(content, createWriteStream(part, { flags: 'wx' }))
    await rename(part, path)
    return path
  } catch (error) {
    await rm(own, { recursive: true, force: true }).catch(() => undefined)
    if ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE' || (error as NodeJS.ErrnoException).code === 'ECONNRESET')
      throw new TaplineError('cancelled', name, 'its upload broke off', 'Drop it again.', { cause: error })
    throw fromSystemError(error, path)
  }
}

async function checkSpace(folder: string, name: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bytes + RESERVE_BYTES > bavail * bsize)
    throw new TaplineError('no-space', name, `${megabytes(bytes)} do not fit on the disk of ${folder}, where ${megabytes(bavail * bsize)} are free`, 'Free some space, or copy the file to the server’s machine and open it there.')
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`

/** A name that every file system takes and that leads nowhere else. */
export function fileName(name: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const plain = [...last].filter(c => c.codePointAt(0)! >= 32 && !'<>:"|?*\u007f'.includes(c)).join('').replace(/^[. ]+|[. ]+$/g, '')
  const [, stem, extension] = /^(.*?)((?:\.[^.]{1,12})?)$/.exec(plain) ?? []
  // Names have up to 255 bytes; a character may take four.
  return `${[...(stem || 'upload')].slice(0, 50).join('')}${extension ?? ''}`
}
