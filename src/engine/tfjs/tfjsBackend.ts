/**
 * TensorFlow.js's backends, best first: CUDA or the CPU through tfjs-node where that is installed, WebGPU through Dawn, plain JavaScript. One is
 * open in a process, shared by all engines, and let go with the last of them. Not here: any tensor operation.
 */
import { createRequire, registerHooks } from 'node:module'
import * as tf from '@tensorflow/tfjs-core'
import { TaplineError } from '../../shared/errors.ts'

export const tfjsBackends = ['tfjs-node-gpu', 'tfjs-node', 'webgpu', 'cpu'] as const
export type TfjsBackendName = (typeof tfjsBackends)[number]

export interface TfjsBackend {
  readonly name: TfjsBackendName
  /** It computes on the CPU. */
  readonly software: boolean
  /** The better ones, and why each is not used. */
  readonly refused: readonly { readonly name: TfjsBackendName; readonly reason: string }[]
}

interface Opened {
  readonly software: boolean
  close(): Promise<void>
}

const nothing = async () => {}

/** Loads what binds TensorFlow itself; it registers the backend 'tensorflow' with the same tfjs-core. */
async function openNode(name: 'tfjs-node-gpu' | 'tfjs-node'): Promise<Opened> {
  // Matrix products in full float32: newer GPUs would round their factors to ten bits.
  process.env.NVIDIA_TF32_OVERRIDE ??= '0'
  // Node 23 dropped this old helper, which tfjs-node still calls.
  const util = createRequire(import.meta.url)('node:util') as { isNullOrUndefined?: (value: unknown) => boolean }
  util.isNullOrUndefined ??= value => value === null || value === undefined
  // By a variable: bundlers and the type checker must not look for what may be absent.
  const specifier = `@tensorflow/${name}`
  await import(specifier)
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow did not start')
  return { software: name === 'tfjs-node', close: nothing }
}

async function openWebgpu(): Promise<Opened> {
  const { openGpuDevice } = await import('../webgpu/gpuDevice.ts')
  const { globals } = await import('webgpu')
  const gpu = await openGpuDevice()
  try {
    // While there is no GPU in sight, it registers no backend on a device of its own.
    const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
    // It looks for what a browser has.
    Object.assign(globalThis, globals)
    if (!('gpu' in navigator)) Object.defineProperty(navigator, 'gpu', { value: {}, configurable: true })
    tf.registerBackend('webgpu', () => new WebGPUBackend(gpu.device, gpu.device.adapterInfo))
    if (!(await tf.setBackend('webgpu'))) throw new Error('the backend did not start')
  } catch (error) {
    gpu.release()
    throw error
  }
  return {
    software: gpu.adapter.software,
    close: async () => {
      tf.removeBackend('webgpu')
      gpu.release()
    },
  }
}

async function openCpu(): Promise<Opened> {
  await import('@tensorflow/tfjs-backend-cpu')
  if (!(await tf.setBackend('cpu'))) throw new Error('the backend did not start')
  return { software: true, close: nothing }
}

const openers: Readonly<Record<TfjsBackendName, () => Promise<Opened>>> = {
  'tfjs-node-gpu': () => openNode('tfjs-node-gpu'),
  'tfjs-node': () => openNode('tfjs-node'),
  'webgpu': openWebgpu,
  'cpu': openCpu,
}

const reasonOf = (error: unknown) => {
  if ((error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND') return 'it is not installed'
  return error instanceof TaplineError ? error.reason : error instanceof Error ? error.message.split('\n')[0] : String(error)
}

/**
 * Makes the operations differentiable. The build of tfjs-core for Node leaves their gradients out; they lie beside it as ES modules, whose
 * imports name no extension, as bundlers like it and Node does not.
 */
async function registerGradients(): Promise<void> {
  if (tf.getGradient('Sum')) return
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier.startsWith('.') && !specifier.endsWith('.js') && context.parentURL?.includes('/tfjs-core/dist/') ? `${specifier}.js` : specifier, context),
  })
  try {
    await import('@tensorflow/tfjs-core/dist/register_all_gradients.js')
  } finally {
    hooks.deregister()
  }
}

async function open(candidates: readonly TfjsBackendName[]): Promise<{ readonly backend: TfjsBackend; readonly opened: Opened }> {
  const refused: { name: TfjsBackendName; reason: string }[] = []
  // No advertisements on the console, no checks of every operand.
  tf.enableProdMode()
  await registerGradients()
  for (const name of candidates)
    try {
      const opened = await openers[name]()
      return { backend: { name, software: opened.software, refused }, opened }
    } catch (error) {
      refused.push({ name, reason: reasonOf(error) })
    }
  throw new TaplineError('unsupported', 'TensorFlow.js', refused.map(({ name, reason }) => `${name}: ${reason}`).join('; '), 'Choose another device.')
}

let current: { readonly opening: ReturnType<typeof open>; users: number } | null = null
/** What closes one and what opens the next wait for each other. */
let turn: Promise<unknown> = Promise.resolve()

export interface HeldBackend {
  readonly backend: TfjsBackend
  /** Once; the last one closes the backend. */
  release(): Promise<void>
}

/** Opens the first of the candidates that works, unless one is open already: then that. */
export async function holdTfjsBackend(candidates: readonly TfjsBackendName[] = tfjsBackends): Promise<HeldBackend> {
  await turn
  const mine = (current ??= { opening: open(candidates), users: 0 })
  mine.users++
  const release = async () => {
    if (--mine.users > 0) return
    if (current === mine) current = null
    turn = mine.opening.then(({ opened }) => opened.close(), () => undefined)
    await turn
  }
  try {
    return { backend: (await mine.opening).backend, release }
  } catch (error) {
    await release()
    throw error
  }
}

/** Which backend engines get here, and why none better. @throws TaplineError 'unsupported' */
export async function openTfjsBackend(candidates: readonly TfjsBackendName[] = tfjsBackends): Promise<TfjsBackend> {
  const held = await holdTfjsBackend(candidates)
  await held.release()
  return held.backend
}
