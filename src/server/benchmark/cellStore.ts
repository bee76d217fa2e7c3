/**
 * A benchmark's folder: `benchmark.json` (what was asked), `cells/VIDEO/METHOD.SEED.json` (a finished cell each, written last and whole)
 * with its tracks beside it, and the reports. Not here: what a cell holds (cell.ts).
 */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TaplineError, fromSystemError } from '../../shared/errors.ts'
import { writeWhole } from '../tracking/writeOutputs.ts'
import type { CellRecord } from './cell.ts'

/** Names a cell within its benchmark. */
export interface CellName {
  readonly video: string
  readonly method: string
  readonly seed: number
}

export class CellStore {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /**
   * Opens or makes the folder for a benchmark whose cells can be compared when `settings` are the same.
   * @throws TaplineError 'usage' when it holds one of other settings, 'not-writable'
   */
  static async open(folder: string, settings: Readonly<Record<string, unknown>>): Promise<CellStore> {
    const store = new CellStore(folder)
    const path = join(folder, 'benchmark.json')
    try {
      await mkdir(join(folder, 'cells'), { recursive: true })
    } catch (error) {
      throw fromSystemError(error, folder)
    }
    const present = await readFile(path, 'utf8').then(
      text => parsed(text) as Record<string, unknown> | null,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw fromSystemError(error, path)
      },
    )
    const other = present && Object.keys(settings).find(name => JSON.stringify(present[name]) !== JSON.stringify(settings[name]))
    if (other !== undefined && other !== null)
      throw new TaplineError('usage', folder, `it holds a benchmark of other settings (${other}: ${said(present![other])}, not ${said(settings[other])})`, 'Choose another folder with --out.')
    if (!present) await writeWhole(path, [new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`)])
    return store
  }

  /** Where the tracks of a cell go. */
  tracksPath(name: CellName): string {
    return this.#path(name, 'tracks.npz')
  }

  /** Makes the folder that a cell is written to. */
  async makeFolder({ video }: CellName): Promise<void> {
    await mkdir(join(this.folder, 'cells', video), { recursive: true }).catch((error: unknown) => {
      throw fromSystemError(error, this.folder)
    })
  }

  /** A finished cell, whatever its key; null where there is none that can be read. */
  async read(name: CellName): Promise<CellRecord | null> {
    const text = await readFile(this.#path(name, 'json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw fromSystemError(error, this.#path(name, 'json'))
    })
    const record = parsed(text) as Partial<CellRecord> | null
    return record?.format === 'tapline-benchmark-cell' && record.version === 1 && record.measures ? (record as CellRecord) : null
  }

  async write(record: CellRecord): Promise<void> {
    await writeWhole(this.#path(record, 'json'), [new TextEncoder().encode(`${JSON.stringify(record)}\n`)])
  }

  /** Writes a report. */
  async report(name: string, text: string): Promise<string> {
    const path = join(this.folder, name)
    await writeWhole(path, [new TextEncoder().encode(text)])
    return path
  }

  /** A folder for the work of now, empty. */
  async freshWork(): Promise<string> {
    const work = join(this.folder, '.work')
    await this.clearWork()
    await mkdir(work).catch((error: unknown) => {
      throw fromSystemError(error, work)
    })
    return work
  }

  async clearWork(): Promise<void> {
    await rm(join(this.folder, '.work'), { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  }

  #path({ video, method, seed }: CellName, ending: string): string {
    return join(this.folder, 'cells', video, `${fileName(method)}.seed${seed}.${ending}`)
  }
}

/** A method's name as part of a file's, on every system: `tapline:no-depth+B=8` → `tapline-no-depth+B=8`. */
const fileName = (method: string) => method.replaceAll(/[^\w.+=-]/g, '-')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const said = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? null))
