/** How a network comes into the store: fetched from its address, or from a file. What it is, is looked at before it is kept. */
import { copyFile, rm, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { TaplineError, fromSystemError, throwIfCancelled } from '../../shared/errors.ts'
import type { InspectJob, Inspection, InstalledModel, KnownModel, ModelHints, ModelRole } from '../../shared/models.ts'
import { download } from './download.ts'
import { hashOf } from './modelStore.ts'
import type { ModelStore } from './modelStore.ts'
import { runInspection } from './runInspection.ts'

export interface Installed {
  readonly model: InstalledModel
  /** What was found out about it. */
  readonly found: string
}

export interface PullOptions {
  /** A file's address, or a folder's that ends in "/". */
  readonly mirror?: string
  /** In place of the manifest's. */
  readonly sha256?: string
  readonly hints?: ModelHints
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number | null) => void
  /** The file is here and is looked at now. */
  readonly onTest?: () => void
  /** Looks at the file; in this thread when left out, which it keeps busy for seconds. */
  readonly inspect?: (job: InspectJob, signal: AbortSignal | undefined) => Promise<Inspection>
}

type TestOptions = Pick<PullOptions, 'hints' | 'signal' | 'onTest' | 'inspect'>

export type AddOptions = TestOptions & {
  /** In place of the manifest's, or the file's. */
  readonly name?: string
}

/** Where a known network would be fetched from. @throws TaplineError when no address is known, or the mirror is none. */
export function addressOf(known: KnownModel, mirror: string | undefined): string {
  if (mirror === undefined) {
    if (known.address !== null) return known.address
    throw new TaplineError('not-found', known.name, 'no address of this file is known', `Get or make the file (${known.page ?? known.remarks}), then add it (npx tapline models add FILE.onnx --role ${known.role}); or name an address (--mirror URL).`)
  }
  if (!/^https?:\/\//.test(mirror) || !URL.canParse(mirror)) throw new TaplineError('usage', mirror, 'this is no http address', 'Give the address of the file, or of a folder, ending in "/", that holds it.')
  return mirror.endsWith('/') ? new URL(known.address ? basename(new URL(known.address).pathname) : `${known.name}.onnx`, mirror).href : mirror
}

/** Downloads a known network. Whoever calls has shown its licence and been told yes. */
export async function pullModel(store: ModelStore, known: KnownModel, { mirror, sha256, onProgress, ...options }: PullOptions): Promise<Installed> {
  const address = addressOf(known, mirror)
  await store.makeFolder()
  const part = `${store.path(known.name)}.part`
  const found = await download({ address, part, sha256: sha256 ?? known.sha256, signal: options.signal, onProgress })
  return keep(store, part, { name: known.name, role: known.role, source: address, sha256: found }, known, options)
}

/** Installs a file that the person has; the file itself stays. */
export async function addModel(store: ModelStore, file: string, role: ModelRole, manifest: readonly KnownModel[], { name, ...options }: AddOptions = {}): Promise<Installed> {
  throwIfCancelled(options.signal, file)
  const sha256 = await hashOf(file)
  const known = manifest.find(model => model.sha256 === sha256)
  if (known && known.role !== role) throw new TaplineError('usage', file, `this is ${known.title}, a network for ${known.role}, not ${role}`, `Choose the role ${known.role} (--role ${known.role}).`)
  const chosen = name ?? known?.name ?? basename(file).replace(/\.onnx$/i, '').toLowerCase().replace(/[^a-z0-9._-]+/g, '-')
  const path = store.path(chosen)
  await store.makeFolder()
  const part = `${path}.adding`
  try {
    // What a crash left may be read-only.
    await rm(part, { force: true })
    await copyFile(file, part)
  } catch (error) {
    throw fromSystemError(error, file)
  }
  try {
    return await keep(store, part, { name: chosen, role, source: resolve(file), sha256 }, known, options)
  } finally {
    await rm(part, { force: true })
  }
}

type About = Pick<InstalledModel, 'name' | 'role' | 'source' | 'sha256'>

async function keep(store: ModelStore, part: string, about: About, known: KnownModel | undefined, { hints = {}, signal, onTest, inspect = runInspection }: TestOptions): Promise<Installed> {
  onTest?.()
  const { conventions, found } = await inspect({ path: part, role: about.role, hints, known: known ?? null, modelsFolder: store.folder }, signal)
  const model: InstalledModel = { ...about, licence: known?.licence ?? null, bytes: (await stat(part)).size, addedAt: Date.now(), conventions }
  await store.keep(part, model)
  return { model, found }
}
