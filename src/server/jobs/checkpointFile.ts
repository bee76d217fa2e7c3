/**
 * A run's checkpoint on disk: opaque bytes of the pipeline and the losses until then, behind a header that tells the step
 * and whether they are whole. The losses stand here too because the process may save a checkpoint that a server killed at
 * that moment never hears of. Written beside its place, flushed, then renamed: a kill leaves the checkpoint before or the one after, never half of one.
 *
 *     offset  type      content (little-endian)
 *     0       4 bytes   'TPCK'
 *     4       uint32    version, 1
 *     8       uint32    step
 *     12      uint32    CRC-32 of all after the header
 *     16      uint32    length of the losses
 *     20      uint32    0
 *     24      uint64    length of the payload
 *     32      …         losses (db/lossBlob.ts)
 *     …       …         payload
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { fromSystemError, TaplineError } from '../../shared/errors.ts'
import type { LossPoint } from '../../shared/projectRecords.ts'
import { decodeLosses, encodeLosses } from '../db/lossBlob.ts'

export const CHECKPOINT_FILE = 'checkpoint.bin'
const MAGIC = 0x4b435054 // 'TPCK'
const HEADER = 32

export interface SavedCheckpoint {
  readonly step: number
  readonly bytes: Uint8Array
  /** All losses up to the step. */
  readonly losses: readonly LossPoint[]
}

/** @throws TaplineError 'no-space', 'not-writable'; the checkpoint before is kept. */
export async function writeCheckpoint(runFolder: string, { step, bytes, losses }: SavedCheckpoint): Promise<void> {
  const path = join(runFolder, CHECKPOINT_FILE)
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await mkdir(runFolder, { recursive: true })
    const header = Buffer.alloc(HEADER)
    header.writeUInt32LE(MAGIC, 0)
    header.writeUInt32LE(1, 4)
    header.writeUInt32LE(step, 8)
    const lossBytes = encodeLosses(losses)
    header.writeUInt32LE(crc32(bytes, crc32(lossBytes)), 12)
    header.writeUInt32LE(lossBytes.length, 16)
    header.writeBigUInt64LE(BigInt(bytes.length), 24)
    const file = await open(temporary, 'w')
    try {
      for (const part of [header, lossBytes, bytes]) await file.writeFile(part)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw fromSystemError(error, path)
  }
}

/** The checkpoint of a run, or null when it has none. @throws TaplineError 'bad-file' when it is damaged. */
export async function readCheckpoint(runFolder: string): Promise<SavedCheckpoint | null> {
  const path = join(runFolder, CHECKPOINT_FILE)
  let file: Buffer
  try {
    file = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw fromSystemError(error, path)
  }
  const damaged = (reason: string) => new TaplineError('bad-file', path, reason, 'Delete it to start the run anew, or restore it from a copy.')
  if (file.length < HEADER || file.readUInt32LE(0) !== MAGIC) throw damaged('it is not a checkpoint')
  if (file.readUInt32LE(4) !== 1) throw damaged('another version of Tapline wrote it')
  const body = file.subarray(HEADER)
  const lossLength = file.readUInt32LE(16)
  if (BigInt(body.length - lossLength) !== file.readBigUInt64LE(24) || crc32(body) !== file.readUInt32LE(12)) throw damaged('the checkpoint is damaged')
  return { step: file.readUInt32LE(8), losses: decodeLosses(body.subarray(0, lossLength)), bytes: new Uint8Array(body.subarray(lossLength)) }
}

/** The rename itself survives a power cut. Not every system can flush a folder (Windows): there it is left to it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}
