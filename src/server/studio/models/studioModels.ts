/**
 * Networks in the studio: what is known, installed and used, and the ways in and out, those that take time as jobs. Whoever asks for a
 * download has been shown its licence. Not here: the store, downloads, what a file is (server/models). onnxruntime is loaded only when it
 * is needed.
 */
import { basename } from 'node:path'
import { TaplineError } from '../../../shared/errors.ts'
import { modelRoles, type ModelsView } from '../../../shared/models.ts'
import type { Progress } from '../../../shared/progress.ts'
import type { Rpc } from '../../../shared/rpc.ts'
import type { JobView } from '../../../shared/studio/document.ts'
import type { JobLink } from '../../jobs/jobChannel.ts'
import { inspectApart } from '../../models/inspectApart.ts'
import type { Installed, PullOptions } from '../../models/installModel.ts'
import { readManifest } from '../../models/manifest.ts'
import type { ModelStore } from '../../models/modelStore.ts'
import type { Emit } from '../eventHub.ts'
import { startFileJob } from '../jobs/fileJob.ts'
import type { JobBoard } from '../jobs/jobBoard.ts'

type Asked<Id extends keyof Rpc> = Rpc[Id]['params']

export class StudioModels {
  readonly store: ModelStore
  readonly #board: JobBoard
  readonly #emit: Emit
  readonly #inspect: PullOptions['inspect']
  /** Names of networks that are being downloaded: a second time would write the same file. */
  readonly #coming = new Set<string>()
  /** Files are added one after another: two may have one name. */
  #adding: Promise<unknown> = Promise.resolve()

  /** @param start starts a process that looks at a network's file */
  constructor(store: ModelStore, board: JobBoard, emit: Emit, start: () => JobLink) {
    this.store = store
    this.#board = board
    this.#emit = emit
    this.#inspect = (job, signal) => inspectApart(start, job, signal)
  }

  async view(): Promise<ModelsView> {
    const { devicesHere } = await import('../../models/onnxModel.ts')
    const [installed, used] = await Promise.all([this.store.list(), this.store.learned()])
    return { folder: this.store.folder, known: readManifest(), installed, used, devices: devicesHere() }
  }

  /** @throws TaplineError 'usage' without consent, 'not-found' without an address, 'busy' while it comes already */
  async pull({ name, agreed, mirror, sha256 }: Asked<'models.pull'>): Promise<JobView> {
    const known = readManifest().find(model => model.name === name)
    if (!known) throw new TaplineError('not-found', name, 'no network of this name is known', 'Choose one of the list, or add a file of your own.')
    if (agreed !== true) throw new TaplineError('usage', known.title, 'nothing was downloaded: its licence was not agreed to', 'Read its licence, agree to it, then download.')
    const digits = sha256?.trim().toLowerCase() || undefined
    if (digits !== undefined && !/^[0-9a-f]{64}$/.test(digits)) throw new TaplineError('usage', digits, 'a sha256 is 64 hexadecimal digits', 'Check it, or leave it out.')
    const { addressOf, pullModel } = await import('../../models/installModel.ts')
    const from = mirror?.trim() || undefined
    addressOf(known, from)
    const title = `Download ${known.title}`
    if (this.#coming.has(name)) throw new TaplineError('busy', known.title, 'it is being downloaded already', 'Wait for that job, or cancel it.')
    this.#coming.add(name)
    return this.#start(title, async (progress, signal) => {
      progress({ kind: 'phase', phase: 'import', label: 'Downloading' })
      const options = { mirror: from, sha256: digits, signal, inspect: this.#inspect, onProgress: counter(progress), onTest: () => testing(progress) }
      return pullModel(this.store, known, options).finally(() => this.#coming.delete(name))
    })
  }

  /** @throws TaplineError 'usage' */
  async add({ path, role, name, hints }: Asked<'models.add'>): Promise<JobView> {
    if (!modelRoles.includes(role)) throw new TaplineError('usage', String(role), 'there is no such role', `Choose one of ${modelRoles.join(', ')}.`)
    const { addModel } = await import('../../models/installModel.ts')
    const chosen = name?.trim() || undefined
    if (chosen !== undefined) this.store.path(chosen)
    return this.#start(`Add ${basename(path)}`, (progress, signal) => {
      const added = this.#adding.then(() => {
        progress({ kind: 'phase', phase: 'import', label: 'Copying' })
        return addModel(this.store, path, role, readManifest(), { name: chosen, hints, signal, inspect: this.#inspect, onTest: () => testing(progress) })
      })
      this.#adding = added.catch(() => undefined)
      return added
    })
  }

  /** Null when the file is whole. @throws TaplineError 'not-found' */
  async verify(name: string): Promise<string | null> {
    return (await this.store.verify(await this.store.get(name))).fault
  }

  /** @throws TaplineError 'not-found' */
  async remove(name: string): Promise<ModelsView> {
    await this.store.remove(name)
    return this.#announce()
  }

  #start(title: string, work: (progress: Progress, signal: AbortSignal) => Promise<Installed>): JobView {
    return startFileJob(this.#board, { kind: 'model', project: null, video: null, runId: null, title, settings: null }, async ({ progress, signal }) => {
      const { model, found } = await work(progress, signal)
      progress({ kind: 'note', text: `${model.name}: ${found}.` })
      await this.#announce()
      return { title: `${title}: ${found}` }
    })
  }

  async #announce(): Promise<ModelsView> {
    const models = await this.view()
    this.#emit({ kind: 'models', models })
    return models
  }
}

const testing = (progress: Progress) => progress({ kind: 'phase', phase: 'import', label: 'Testing the network' })

/** Bytes as progress, with the time that is left at the mean rate of this download; nothing where the server does not say how many there are. */
function counter(progress: Progress): (done: number, total: number | null) => void {
  let first: { readonly at: number; readonly done: number } | null = null
  return (done, total) => {
    if (total === null) return
    first ??= { at: performance.now(), done }
    const came = done - first.done
    const etaS = came > 0 ? ((performance.now() - first.at) / 1000 / came) * (total - done) : null
    progress({ kind: 'progress', phase: 'import', done, total, etaS })
  }
}
