/**
 * One ONNX file opened by onnxruntime on the best device that takes it: named tensors in, named tensors out, one run at a time.
 * The only file that sees onnxruntime. Not here: what the numbers mean (flowModel.ts, depthModel.ts, featureModel.ts).
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node'
import { TaplineError, throwIfCancelled } from '../../shared/errors.ts'
import type { NetworkDevice, TensorShape } from '../../shared/models.ts'

export interface FloatTensor {
  /** float32; whole numbers and truth values (0, 1) too, which a file may want or answer as int64, int32 or bool. */
  readonly values: Float32Array
  readonly shape: readonly number[]
}

export type Provider = 'cpu' | 'cuda' | 'dml' | 'coreml' | 'webgpu'

export interface OnnxOptions {
  readonly threads: number
  readonly signal?: AbortSignal
  /** Tried in this order; default: what this platform's onnxruntime has, the CPU last. */
  readonly providers?: readonly Provider[]
}

/** A device that was tried first and why it does not serve. */
export interface Refusal {
  readonly provider: Provider
  readonly reason: string
}

const preference: readonly Provider[] = ['cuda', 'dml', 'coreml']

/**
 * Devices to try here, the CPU last. CUDA is not in the package: it is tried only where its library was installed. WebGPU is tried where
 * $TAPLINE_ONNX names it: software drivers offer it too, and are slower than the CPU.
 */
export function providersHere(env: Readonly<Record<string, string | undefined>> = process.env): Provider[] {
  const asked = env.TAPLINE_ONNX as Provider | undefined
  if (asked) return asked === 'cpu' ? ['cpu'] : [asked, 'cpu']
  const present = new Set(listSupportedBackends().filter(backend => backend.bundled || hasLibrary(backend.name)).map(backend => backend.name))
  return [...preference.filter(name => present.has(name)), 'cpu']
}

/** Every device that networks can run on somewhere, those tried here first, in that order, the others with the reason. */
export function devicesHere(env: Readonly<Record<string, string | undefined>> = process.env): NetworkDevice[] {
  const tried = providersHere(env)
  const known = new Map(listSupportedBackends().map(backend => [backend.name, backend]))
  const refused = (name: Provider): string => {
    if (env.TAPLINE_ONNX) return `$TAPLINE_ONNX asks for ${env.TAPLINE_ONNX}`
    if (!known.has(name)) return 'this platform’s onnxruntime does not have it'
    if (name === 'webgpu') return 'only tried where $TAPLINE_ONNX names it: software drivers offer it too, and are slower than the CPU'
    return 'onnxruntime’s library for it is not installed'
  }
  const others = [...preference, 'webgpu' as const].filter(name => !tried.includes(name))
  return [...tried.map(name => ({ name, refused: null })), ...others.map(name => ({ name, refused: refused(name) }))]
}

/** Whether onnxruntime's library of a device lies beside its binding. */
function hasLibrary(name: string): boolean {
  const folder = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin/napi-v6', process.platform, process.arch)
  return existsSync(join(folder, `libonnxruntime_providers_${name}.so`)) || existsSync(join(folder, `onnxruntime_providers_${name}.dll`))
}

/** The first line of what onnxruntime says, without its source paths. */
const reasonOf = (error: unknown) =>
  String((error as Error).message ?? error)
    .split('\n')[0]
    .replace(/^\S*onnxruntime_src\S*\s.*?\)\s?(::.*?)?\s(?=\w+\.status|Failed|[A-Z])/, '')
    .slice(0, 200)

/** A tensor of the type that the file declares. */
function tensorOf(type: string | undefined, values: Float32Array, shape: readonly number[]): Tensor {
  if (type === 'int64') return new Tensor('int64', BigInt64Array.from(values, value => BigInt(Math.round(value))), shape)
  if (type === 'int32') return new Tensor('int32', Int32Array.from(values, Math.round), shape)
  if (type === 'bool') return new Tensor('bool', Uint8Array.from(values, value => (value ? 1 : 0)), shape)
  return new Tensor('float32', values, shape)
}

export class OnnxModel {
  readonly path: string
  readonly inputs: readonly TensorShape[]
  readonly outputs: readonly TensorShape[]
  readonly provider: Provider
  readonly refusals: readonly Refusal[]
  readonly #session: InferenceSession
  /** Element types of the inputs, by name. */
  readonly #types: ReadonlyMap<string, string>
  readonly #signal: AbortSignal | undefined
  /** The last run that was asked for. */
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false

  /** @throws TaplineError 'bad-file' when it is no ONNX file that onnxruntime can run on any device. */
  static async open(path: string, { threads, signal, providers = providersHere() }: OnnxOptions): Promise<OnnxModel> {
    throwIfCancelled(signal, path)
    const refusals: Refusal[] = []
    for (const provider of providers) {
      try {
        const session = await InferenceSession.create(path, { executionProviders: [provider], intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 4 })
        return new OnnxModel(path, session, provider, refusals, signal)
      } catch (error) {
        refusals.push({ provider, reason: reasonOf(error) })
      }
    }
    const reason = refusals.map(refusal => `${refusal.provider}: ${refusal.reason}`).join('; ')
    throw new TaplineError('bad-file', path, `onnxruntime cannot run it (${reason})`, 'Check that it is a whole ONNX file with float32 inputs; "npx tapline models verify" checks installed ones.')
  }

  private constructor(path: string, session: InferenceSession, provider: Provider, refusals: readonly Refusal[], signal: AbortSignal | undefined) {
    this.path = path
    this.#session = session
    this.provider = provider
    this.refusals = refusals
    this.#signal = signal
    const shapes = (metadata: readonly InferenceSession.ValueMetadata[]) =>
      metadata.map((value): TensorShape => ({ name: value.name, shape: value.isTensor ? [...value.shape] : [] }))
    this.#types = new Map(session.inputMetadata.map(value => [value.name, value.isTensor ? value.type : '']))
    this.inputs = shapes(session.inputMetadata)
    this.outputs = shapes(session.outputMetadata)
  }

  /**
   * Runs once. An abort rejects at once; onnxruntime itself ends its pass in the background.
   * @param wanted names of outputs to read; all when left out
   */
  async run(feeds: Readonly<Record<string, FloatTensor>>, wanted?: readonly string[]): Promise<Record<string, FloatTensor>> {
    throwIfCancelled(this.#signal, this.path)
    const mine = this.#turn.then(() => this.#pass(feeds, wanted))
    this.#turn = mine.catch(() => {})
    return this.#unlessAborted(mine)
  }

  async #pass(feeds: Readonly<Record<string, FloatTensor>>, wanted: readonly string[] | undefined): Promise<Record<string, FloatTensor>> {
    if (this.#closed) throw new TaplineError('cancelled', this.path, 'the network was closed', 'Run it again.')
    throwIfCancelled(this.#signal, this.path)
    const tensors = Object.fromEntries(Object.entries(feeds).map(([name, { values, shape }]) => [name, tensorOf(this.#types.get(name), values, shape)]))
    let results: InferenceSession.OnnxValueMapType
    try {
      results = wanted ? await this.#session.run(tensors, [...wanted]) : await this.#session.run(tensors)
    } catch (error) {
      throw new TaplineError('bad-file', this.path, `the network failed on ${this.provider} (${reasonOf(error)})`, 'Try a smaller preset, or remove the network with "npx tapline models remove".')
    }
    return Object.fromEntries(
      Object.entries(results).flatMap(([name, value]) => {
        const { data, dims } = value as Tensor
        const values = data instanceof Float32Array ? data : data instanceof BigInt64Array ? Float32Array.from(data, Number) : data instanceof Int32Array || data instanceof Uint8Array ? Float32Array.from(data) : null
        return values ? [[name, { values, shape: [...dims] }]] : []
      }),
    )
  }

  #unlessAborted<Result>(work: Promise<Result>): Promise<Result> {
    const signal = this.#signal
    if (!signal) return work
    return new Promise<Result>((resolve, reject) => {
      const onAbort = () => reject(new TaplineError('cancelled', this.path, 'cancelled on request', 'Run it again to go on from where it was.'))
      signal.addEventListener('abort', onAbort, { once: true })
      void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
    })
  }

  /** Frees the session; after an abort in the background, when its pass has ended. */
  async close(): Promise<void> {
    this.#closed = true
    const released = this.#turn.then(() => this.#session.release())
    if (this.#signal?.aborted) released.catch(() => {})
    else await released
  }
}
