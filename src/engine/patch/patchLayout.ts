/** Where things lie in the patch refiner's shared memory, and the messages to its workers. */
import type { Size } from '../../shared/units.ts'
import type { WasmModule } from '../flow/flowModule.ts'

/** As in wasm/assembly/patch. */
export const ITEM_BYTES = 64
export const BORDER = 24
export const BLOCK_ITEMS = 64
/** Items of one call to the workers; longer batches go in several calls. */
export const CALL_ITEMS = 1 << 15
export const MAX_WINDOW = 31

export interface PatchLevel extends Size {
  /** Offset of pixel (0,0) from the frame's start, and bytes of a row. */
  readonly first: number
  readonly stride: number
  /** Offset of the level from the frame's start. */
  readonly offset: number
}

export interface PatchGeometry {
  readonly frames: number
  readonly frameBytes: number
  readonly levels: readonly [PatchLevel, PatchLevel]
}

export interface PatchWorkerData {
  readonly module: WasmModule
  readonly memory: WebAssembly.Memory
  readonly scratch: number
}

export interface PatchCall {
  readonly items: number
  readonly count: number
  readonly counter: number
  readonly weights: number
  readonly window: number
  readonly iterations: number
  readonly levels: number
  readonly geometry: PatchGeometry
}

export function patchGeometry(size: Size, frames: number): PatchGeometry {
  const level = (width: number, height: number, offset: number): PatchLevel => {
    const stride = (width + 2 * BORDER + 15) & ~15
    return { width, height, offset, stride, first: offset + BORDER * stride + BORDER }
  }
  const bytes = (l: PatchLevel) => l.stride * (l.height + 2 * BORDER)
  const full = level(size.width, size.height, 0)
  const half = level((size.width + 1) >> 1, (size.height + 1) >> 1, bytes(full))
  return { frames, frameBytes: (bytes(full) + bytes(half) + 31) & ~15, levels: [full, half] }
}
