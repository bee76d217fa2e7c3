/**
 * Reads a Python pickle as data. A pickle is a program; this one runs on a machine whose only functions are the few
 * that NumPy needs to rebuild an array. Any other global is refused by name, before anything comes of it.
 * Not here: what the values mean (tapvidPickle.ts).
 *
 * The opcodes are pickleparser's. Its own byte reader would follow negative and huge lengths, so ours stands in its place,
 * and opcodes that no array needs (object construction, persistent ids, out-of-band buffers) do not pass.
 */
import { Parser } from 'pickleparser'
import { TaplineError } from '../../shared/errors.ts'
import type { Dtype, NdArray } from './ndArray.ts'
import { elementCount, makeArray, parseDtype, toNumbers } from './ndArray.ts'
import { memorySource, StoredBytes, type PickleSource } from './pickleSource.ts'

/** Opcodes that we refuse, by Python's names for them. */
const REFUSED: Readonly<Record<number, string>> = {
  0x50: 'PERSID',
  0x51: 'BINPERSID',
  0x53: 'STRING',
  0x56: 'UNICODE',
  0x64: 'DICT',
  0x69: 'INST',
  0x6f: 'OBJ',
  0x81: 'NEWOBJ',
  0x82: 'EXT1',
  0x83: 'EXT2',
  0x84: 'EXT4',
  0x8b: 'LONG4',
  0x92: 'NEWOBJ_EX',
  0x97: 'NEXT_BUFFER',
}

/** Opcodes that leave a fresh tuple on the stack; only these may come before BUILD, so that a state is never a dict of properties. */
const MAKES_TUPLE: ReadonlySet<number> = new Set([0x74, 0x85, 0x86, 0x87])
/** Opcodes that leave the stack as it is. */
const LEAVES_STACK: ReadonlySet<number> = new Set([0x71, 0x72, 0x94, 0x95])
const BUILD = 0x62
const BINBYTES = 0x42

/** What a pickle may hold once read: these, and NdArray. */
export type PickleValue =
  null | boolean | number | string | bigint | Uint8Array | NdArray | readonly PickleValue[] | Map<PickleValue, PickleValue>

class PickleError extends Error {}

/** True where the bytes begin as a pickle of protocol 2 to 5. */
export function looksLikePickle(bytes: Uint8Array): boolean {
  return bytes.length > 2 && bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5
}

/**
 * Reads one pickle of protocol 2 to 5; dicts become Maps, lists and tuples arrays, bytes views into `bytes`, NumPy arrays NdArray.
 * Of a source that keeps long byte strings, arrays of frames (uint8 of four axes, in C order) stay there: see `storedBytes`.
 * Throws TaplineError 'bad-file' that names the global or opcode refused, or the place where the data break off.
 */
export function readPickle(bytes: Uint8Array | PickleSource, subject: string): PickleValue {
  const parser = new Parser({
    nameResolver: { resolve: (module: string, name: string) => resolveGlobal(module, name, subject) },
    unpicklingTypeOfDictionary: 'Map',
    unpicklingTypeOfSet: 'array',
  })
  try {
    const value = parser.read<PickleValue>(new StrictReader(bytes instanceof Uint8Array ? memorySource(bytes) : bytes))
    if (value === undefined) throw new PickleError('it ends without a value')
    return value instanceof PendingArray ? value.done() : value
  } catch (error) {
    if (error instanceof TaplineError) throw error
    const reason = error instanceof PickleError ? error.message : `its instructions make no sense (${(error as Error).message})`
    throw new TaplineError(
      'bad-file',
      subject,
      `not a pickle that can be read: ${reason}`,
      'Write it again, or export the tracks as .npz or CSV.',
      {
        cause: error,
      },
    )
  }
}

function resolveGlobal(module: string, name: string, subject: string): (...values: unknown[]) => unknown {
  const known = typeof module === 'string' && typeof name === 'string' ? GLOBALS.get(`${module}.${name}`) : undefined
  if (known) return known
  throw new TaplineError(
    'bad-file',
    subject,
    `this pickle asks for ${String(module)}.${String(name)}, which is none of the NumPy reconstructors that a track file needs; nothing was run`,
    'Do not load it in Python unless you trust its maker; ask for the tracks as .npz or CSV.',
  )
}

/** `numpy.dtype(...)` while it is being built. */
class PendingDtype {
  dtype: Dtype

  constructor(text: unknown) {
    const dtype = typeof text === 'string' ? parseDtype(text) : undefined
    if (!dtype) throw new PickleError(`arrays of type ${String(text)} are not read`)
    this.dtype = dtype
  }

  /** State: (version, byte order, subdtype, names, fields, item size, alignment, flags). */
  __setstate__(state: unknown): void {
    if (!Array.isArray(state) || typeof state[1] !== 'string') throw new PickleError('a dtype has a state that NumPy does not write')
    if (state[2] !== null || state[3] !== null || state[4] !== null) throw new PickleError('structured arrays are not read')
    const { kind, size } = this.dtype
    this.dtype = { kind, size: size === 0 && Number.isSafeInteger(state[5]) && state[5] > 0 ? state[5] : size, bigEndian: state[1] === '>' }
  }
}

/** `numpy.ndarray` while it is being built. It takes NdArray's shape once its state has come. */
class PendingArray implements NdArray {
  dtype: Dtype = { kind: 'u', size: 1, bigEndian: false }
  shape: readonly number[] = [0]
  fortran = false
  bytes = new Uint8Array(0)
  items: readonly unknown[] | null = null
  stored: StoredBytes | null = null

  /** State: (version, shape, dtype, Fortran order, bytes or list of objects). */
  __setstate__(state: unknown): void {
    if (!Array.isArray(state) || state.length !== 5) throw new PickleError('an array has a state that NumPy does not write')
    this.#take(state[2], state[1], state[3] === true, state[4])
  }

  static from(dtype: unknown, shape: unknown, fortran: boolean, content: unknown): PendingArray {
    const array = new PendingArray()
    array.#take(dtype, shape, fortran, content)
    return array
  }

  #take(dtype: unknown, shape: unknown, fortran: boolean, content: unknown): void {
    if (!(dtype instanceof PendingDtype) || !Array.isArray(shape)) throw new PickleError('an array has no dtype or shape')
    if (content instanceof StoredBytes && this.#leave(dtype.dtype, shape, fortran, content)) return
    // Python 2 wrote bytes as strings, one character for each byte.
    const data = typeof content === 'string' ? latin1(content) : content instanceof StoredBytes ? content.read() : content
    if (!(data instanceof Uint8Array) && !Array.isArray(data)) throw new PickleError('an array has no data')
    const made = makeArray(dtype.dtype, shape, fortran, data)
    if (typeof made === 'string') throw new PickleError(made)
    Object.assign(this, made)
  }

  /** Frames of a clip are left where they lie. False for all else, and for what does not fit: that is read, and refused as ever. */
  #leave(dtype: Dtype, shape: readonly unknown[], fortran: boolean, content: StoredBytes): boolean {
    const sides = shape.filter((side): side is number => Number.isSafeInteger(side) && (side as number) >= 0)
    if (dtype.kind !== 'u' || dtype.size !== 1 || fortran || sides.length !== 4 || shape.length !== 4 || elementCount(sides) !== content.count) return false
    Object.assign(this, { dtype, shape: sides, fortran, stored: content })
    return true
  }

  done(): NdArray {
    return this
  }
}

/** Where an array's bytes lie when they were left in their source; its `bytes` are empty then. */
export function storedBytes(array: NdArray): StoredBytes | null {
  return array instanceof PendingArray ? array.stored : null
}

/** NumPy arrays among the values of a pickle. */
export function isArray(value: unknown): value is NdArray {
  return value instanceof PendingArray
}

const reconstruct = () => new PendingArray()

const scalar = (dtype: unknown, data: unknown) => {
  const array = PendingArray.from(dtype, [], false, data)
  const numbers = toNumbers(array)
  if (!numbers) throw new PickleError('a NumPy scalar is not a number')
  return array.dtype.kind === 'b' ? numbers[0] !== 0 : numbers[0]
}

const frombuffer = (data: unknown, dtype: unknown, shape: unknown, order: unknown) => PendingArray.from(dtype, shape, order === 'F', data)

const ndarray = () => {
  throw new PickleError('it calls numpy.ndarray itself, which NumPy does not write')
}

const dtype = (text: unknown) => new PendingDtype(text)

/** How protocol 2 carries bytes: `_codecs.encode('…', 'latin1')`. */
const encode = (text: unknown, encoding: unknown) => {
  if (typeof text !== 'string' || encoding !== 'latin1') throw new PickleError(`it encodes text as ${String(encoding)}`)
  return latin1(text)
}

function latin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let k = 0; k < text.length; k++) {
    const code = text.charCodeAt(k)
    if (code > 255) throw new PickleError('its bytes are not Latin-1 text')
    bytes[k] = code
  }
  return bytes
}

// Arrow functions cannot be constructed, and frozen they take no state: NEWOBJ and BUILD have no hold on them.
const GLOBALS: ReadonlyMap<string, (...values: unknown[]) => unknown> = new Map<string, (...values: unknown[]) => unknown>([
  ['numpy.core.multiarray._reconstruct', reconstruct],
  ['numpy._core.multiarray._reconstruct', reconstruct],
  ['numpy.core.multiarray.scalar', scalar],
  ['numpy._core.multiarray.scalar', scalar],
  ['numpy.core.numeric._frombuffer', frombuffer],
  ['numpy._core.numeric._frombuffer', frombuffer],
  ['numpy.ndarray', ndarray],
  ['numpy.dtype', dtype],
  ['_codecs.encode', encode],
])
for (const known of GLOBALS.values()) Object.freeze(known)

/** The parser's view of the bytes: never past the end, never backwards. */
class StrictReader {
  readonly #source: PickleSource
  readonly #utf8 = new TextDecoder('utf-8')
  #at = 0
  #opcodeNext = false
  #lastOpcode = 0

  constructor(source: PickleSource) {
    this.#source = source
  }

  #take(length: number): number {
    const at = this.#at
    if (!Number.isSafeInteger(length) || length < 0) throw new PickleError(`at byte ${at} it claims a length of ${length}`)
    if (at + length > this.#source.length) {
      throw new PickleError(
        `at byte ${at} it claims ${length} more bytes, but the file ends after ${this.#source.length - at}; it is cut short or damaged`,
      )
    }
    this.#at = at + length
    return at
  }

  #view(length: number): DataView {
    const bytes = this.#source.view(this.#take(length), length)
    return new DataView(bytes.buffer, bytes.byteOffset, length)
  }

  /** The parser asks this before every opcode, and only then. */
  hasNext(): boolean {
    this.#opcodeNext = true
    if (this.#at >= this.#source.length)
      throw new PickleError(`the file ends after ${this.#at} bytes, before the pickle does; it is cut short`)
    return true
  }

  byte(): number {
    const value = this.#source.view(this.#take(1), 1)[0]
    if (this.#opcodeNext) this.#passOpcode(value)
    this.#opcodeNext = false
    return value
  }

  #passOpcode(opcode: number): void {
    if (REFUSED[opcode]) throw new PickleError(`it uses the opcode ${REFUSED[opcode]}, which NumPy's arrays do not need`)
    if (opcode === BUILD && !MAKES_TUPLE.has(this.#lastOpcode))
      throw new PickleError('it sets the state of an object, which NumPy does not do')
    if (!LEAVES_STACK.has(opcode)) this.#lastOpcode = opcode
  }

  bytes(length: number): Uint8Array {
    const at = this.#take(length)
    return length >= this.#source.storedFrom ? new StoredBytes(this.#source, at, length) : this.#source.take(at, length)
  }

  uint16(): number {
    return this.#view(2).getUint16(0, true)
  }

  int32(): number {
    // The parser takes the length of BINBYTES for signed; it is not, and videos of 2 to 4 GiB have it.
    const view = this.#view(4)
    return this.#lastOpcode === BINBYTES ? view.getUint32(0, true) : view.getInt32(0, true)
  }

  uint32(): number {
    return this.#view(4).getUint32(0, true)
  }

  uint64(): number {
    return Number(this.#view(8).getBigUint64(0, true))
  }

  float64(): number {
    return this.#view(8).getFloat64(0, false)
  }

  skip(length: number): void {
    this.#take(length)
  }

  string(length: number, encoding: 'ascii' | 'utf-8'): string {
    const data = this.#source.view(this.#take(length), length)
    if (encoding === 'utf-8') return this.#utf8.decode(data)
    // Python 2's strings: bytes, kept one to a character.
    let text = ''
    for (let k = 0; k < data.length; k += 8192) text += String.fromCharCode(...data.subarray(k, k + 8192))
    return text
  }

  line(): string {
    const rest = this.#source.length - this.#at
    for (let length = Math.min(rest, 1024); ; length = Math.min(rest, 2 * length)) {
      const end = this.#source.view(this.#at, length).indexOf(0x0a)
      if (end >= 0) {
        const text = this.string(end, 'utf-8')
        this.#take(1)
        return text
      }
      if (length === rest) throw new PickleError(`at byte ${this.#at} a line does not end; it is cut short or damaged`)
    }
  }
}
