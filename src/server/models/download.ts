/**
 * One file over HTTP, into a `.part` file beside its place: goes on where a broken download stopped, as long as the server still has the
 * same file, and is compared with its hash at the end. Not here: whether it may be fetched (the licence: pullModel.ts).
 */
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { TaplineError, fromSystemError, throwIfCancelled } from '../../shared/errors.ts'
import { hashOf } from './modelStore.ts'

export interface DownloadOptions {
  readonly address: string
  /** The finished file: a caller moves it to its place. */
  readonly part: string
  /** Null: not known, whatever comes is taken. */
  readonly sha256: string | null
  readonly signal?: AbortSignal
  /** Bytes here and bytes in all; null where the server does not say. */
  readonly onProgress?: (done: number, total: number | null) => void
}

/** Downloads whole, or throws and leaves what has come for the next try. @returns the file's sha256 */
export async function download({ address, part, sha256, signal, onProgress }: DownloadOptions): Promise<string> {
  throwIfCancelled(signal, address)
  const tag = `${part}.from`
  const had = await sizeOf(part)
  const known = had > 0 ? await readFile(tag, 'utf8').catch(() => '') : ''
  const [knownAddress, validator] = known.split('\n')
  // Only with a validator can one know that the server's file is still the one that was begun.
  const resume = had > 0 && knownAddress === address && Boolean(validator)
  let response: Response
  try {
    response = await fetch(address, { signal, headers: resume ? { range: `bytes=${had}-`, 'if-range': validator } : {} })
    // The whole file is here already, or the server cannot go on from there: from the beginning.
    if (response.status === 416) response = await fetch(address, { signal })
  } catch (error) {
    throw networkError(error, address, signal)
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel()
    throw new TaplineError('not-found', address, `the server answers ${response.status} ${response.statusText}`.trim(), 'Check the address, or give another (--mirror URL); or add a file that you have (npx tapline models add FILE).')
  }
  const goesOn = response.status === 206
  const start = goesOn ? had : 0
  const length = response.headers.get('content-length')
  const total = length === null ? null : start + Number(length)
  const etag = response.headers.get('etag')
  // A weak tag does not vouch for bytes.
  const strong = etag && !etag.startsWith('W/') ? etag : (response.headers.get('last-modified') ?? '')
  let done = start
  onProgress?.(done, total)
  try {
    await writeFile(tag, `${address}\n${strong}`)
    // Not through a stream: what one still holds when the connection breaks is lost.
    const target = await open(part, goesOn ? 'a' : 'w')
    try {
      for await (const chunk of response.body) {
        await target.writeFile(chunk)
        onProgress?.((done += chunk.byteLength), total)
      }
    } finally {
      await target.close()
    }
  } catch (error) {
    const known = fromSystemError(error, part)
    throw known instanceof TaplineError ? known : networkError(error, address, signal)
  }
  const came = await sizeOf(part)
  if (total !== null && came < total) throw new TaplineError('not-found', address, `the connection broke after ${came} of ${total} bytes`, 'Start it again: it goes on from there.')
  const found = await hashOf(part)
  if (sha256 !== null && found !== sha256) {
    await rm(part, { force: true })
    await rm(tag, { force: true })
    throw new TaplineError('bad-file', address, `what came has sha256 ${found}, not ${sha256}; it was deleted`, 'Try again, or use another address (--mirror). If you know that the file was renewed, name its hash (--sha256).')
  }
  await rm(tag, { force: true })
  return found
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}

function networkError(error: unknown, address: string, signal: AbortSignal | undefined): TaplineError {
  if (signal?.aborted) return new TaplineError('cancelled', address, 'cancelled on request; what came is kept', 'Start it again: it goes on from there.')
  const cause = (error as { cause?: { message?: string; code?: string } }).cause
  const reason = cause?.message || cause?.code || (error as Error).message
  return new TaplineError('not-found', address, `the connection failed (${reason})`, 'Start it again: it goes on from there. Without a connection, add a file that you have (npx tapline models add FILE).')
}
