/**
 * The networks in the user's data folder: `models/NAME.onnx` with its record `NAME.json` beside it. A record is written last, so a network
 * that is listed is whole. Not here: where files come from (download.ts, addModel.ts).
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TaplineError, fromSystemError } from '../../shared/errors.ts'
import { learnedRoles } from '../../shared/models.ts'
import type { InstalledModel, LearnedSupervision } from '../../shared/models.ts'
import { userDataFolder } from '../userData.ts'
import { MODEL_NAME } from './manifest.ts'

export interface Verdict {
  readonly model: InstalledModel
  /** Why the file is not what was installed; null when it is. */
  readonly fault: string | null
}

export class ModelStore {
  readonly folder: string

  constructor(folder = join(userDataFolder(), 'models')) {
    this.folder = folder
  }

  /** Where a network's file is, or will be. */
  path(name: string): string {
    if (!MODEL_NAME.test(name)) throw new TaplineError('usage', name, 'a network’s name is of lower-case letters, digits, dots, dashes and underscores', 'Choose another name (--name).')
    return join(this.folder, `${name}.onnx`)
  }

  /** By name. Records that cannot be read are passed over: what they stood for counts as not installed. */
  async list(): Promise<InstalledModel[]> {
    let names: string[]
    try {
      names = await readdir(this.folder)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw fromSystemError(error, this.folder)
    }
    const models: InstalledModel[] = []
    for (const file of names.filter(name => name.endsWith('.json')).sort()) {
      const model = await readRecord(join(this.folder, file))
      if (model && names.includes(`${model.name}.onnx`)) models.push(model)
    }
    return models
  }

  /** @throws TaplineError 'not-found' with the names that there are. */
  async get(name: string): Promise<InstalledModel> {
    const models = await this.list()
    const found = models.find(model => model.name === name)
    if (found) return found
    throw new TaplineError('not-found', name, 'no network of this name is installed', models.length ? `Installed are ${models.map(model => model.name).join(', ')}.` : 'None are installed: see "npx tapline models list".')
  }

  /** Takes a finished file in, by renaming it. */
  async keep(temporary: string, model: InstalledModel): Promise<void> {
    const record = join(this.folder, `${model.name}.json`)
    try {
      await rm(record, { force: true })
      await rename(temporary, this.path(model.name))
      await writeFile(`${record}.tmp`, `${JSON.stringify(model, null, 2)}\n`)
      await rename(`${record}.tmp`, record)
    } catch (error) {
      throw fromSystemError(error, this.folder)
    }
  }

  async makeFolder(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true })
    } catch (error) {
      throw fromSystemError(error, this.folder)
    }
  }

  /** Deletes a network, and what is left of a download of it. */
  async remove(name: string): Promise<void> {
    await this.get(name)
    for (const path of [join(this.folder, `${name}.json`), this.path(name), `${this.path(name)}.part`]) await rm(path, { force: true })
  }

  /** Compares a file with its record. */
  async verify(model: InstalledModel): Promise<Verdict> {
    const path = this.path(model.name)
    const { size } = await stat(path)
    if (size !== model.bytes) return { model, fault: `it has ${size} bytes, not ${model.bytes}` }
    const sha256 = await hashOf(path)
    return { model, fault: sha256 === model.sha256 ? null : `its sha256 is ${sha256}, not ${model.sha256}` }
  }

  /** The networks that learned supervision uses now: of each role the one added last. */
  async learned(): Promise<LearnedSupervision> {
    const models = (await this.list()).sort((a, b) => b.addedAt - a.addedAt)
    return Object.fromEntries(learnedRoles.flatMap(role => models.filter(model => model.role === role && model.conventions).slice(0, 1).map(model => [role, model.sha256])))
  }

  /** @throws TaplineError 'not-found' when a run asks for a file that is gone. */
  async bySha256(sha256: string): Promise<InstalledModel> {
    const found = (await this.list()).find(model => model.sha256 === sha256)
    if (found) return found
    throw new TaplineError('not-found', `network ${sha256.slice(0, 12)}`, 'this run was supervised by a network that is no longer installed', 'Install it again (npx tapline models list), or start a new run.')
  }
}

async function readRecord(path: string): Promise<InstalledModel | null> {
  try {
    const model = JSON.parse(await readFile(path, 'utf8')) as InstalledModel
    return MODEL_NAME.test(model.name) && typeof model.sha256 === 'string' ? model : null
  } catch {
    return null
  }
}

/** sha256 of a file, in hexadecimal digits. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  } catch (error) {
    throw fromSystemError(error, path)
  }
  return hash.digest('hex')
}
