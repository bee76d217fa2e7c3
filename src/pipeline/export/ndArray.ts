/**
 * NumPy arrays as they lie in files: dtype, shape, order, bytes. Shared by the pickle and .npy readers.
 * Not a numerics library: it converts whole arrays to plain typed arrays in C order, and nothing else.
 */

export interface Dtype {
  /** NumPy's letters: float, signed, unsigned, bool, byte string, unicode string, Python object. */
  readonly kind: 'f' | 'i' | 'u' | 'b' | 'S' | 'U' | 'O'
  /** Bytes of one element. */
  readonly size: number
  readonly bigEndian: boolean
}

export interface NdArray {
  readonly dtype: Dtype
  readonly shape: readonly number[]
  /** Column-major: the first index runs fastest. */
  readonly fortran: boolean
  readonly bytes: Uint8Array
  /** Elements of a Python object array, in C order; null for all others. */
  readonly items: readonly unknown[] | null
}

const SIZES: Readonly<Record<string, readonly number[]>> = { f: [4, 8], i: [1, 2, 4, 8], u: [1, 2, 4, 8], b: [1] }

/** Parses '<f4', '|b1', 'u1', '>f8', '|S90', '<U13', 'O8'; undefined for every other type. */
export function parseDtype(text: string): Dtype | undefined {
  const found = /^([<>|=]?)([fiubSUO])(\d*)$/.exec(text)
  if (!found) return undefined
  const kind = found[2] as Dtype['kind']
  const count = Number(found[3] || '0')
  const size = kind === 'U' ? count * 4 : count
  if (SIZES[kind] && !SIZES[kind].includes(size)) return undefined
  return { kind, size, bigEndian: found[1] === '>' }
}

export function dtypeName({ kind, size, bigEndian }: Dtype): string {
  return kind === 'O' ? 'object' : `${bigEndian ? '>' : ''}${kind}${kind === 'U' ? size / 4 : size}`
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1)
}

/** Makes an array, or returns why its parts do not fit. No memory is taken on the word of a shape: the bytes must be there. */
export function makeArray(
  dtype: Dtype,
  shape: readonly unknown[],
  fortran: boolean,
  content: Uint8Array | readonly unknown[],
): NdArray | string {
  if (!shape.every((side): side is number => Number.isSafeInteger(side) && (side as number) >= 0))
    return `its shape is not made of whole numbers`
  const count = elementCount(shape)
  if (content instanceof Uint8Array) {
    if (dtype.kind === 'O') return 'an object array has no list of items'
    if (content.length !== count * dtype.size) {
      return `an array of shape [${shape.join(', ')}] and type ${dtypeName(dtype)} needs ${count * dtype.size} bytes, but ${content.length} are there`
    }
    return { dtype, shape, fortran, bytes: content, items: null }
  }
  if (dtype.kind !== 'O' || content.length !== count) return `an object array of shape [${shape.join(', ')}] has ${content.length} items`
  return { dtype, shape, fortran: false, bytes: new Uint8Array(0), items: content }
}

/** Bytes in C order: the array's own where it is in that order already, else a copy. */
export function cOrderBytes({ shape, fortran, bytes, dtype }: NdArray): Uint8Array {
  if (!fortran || shape.length < 2) return bytes
  const { size } = dtype
  const out = new Uint8Array(bytes.length)
  const strides = new Array<number>(shape.length)
  shape.reduce((stride, side, axis) => ((strides[axis] = stride), stride * side), size)
  const index = new Array<number>(shape.length).fill(0)
  for (let to = 0, from = 0; to < out.length; to += size) {
    for (let k = 0; k < size; k++) out[to + k] = bytes[from + k]
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]
      if (++index[axis] < shape[axis]) break
      from -= strides[axis] * shape[axis]
      index[axis] = 0
    }
  }
  return out
}

/** Elements of a numeric or bool array as float64, in C order; undefined for other types. */
export function toNumbers(array: NdArray): Float64Array | undefined {
  const read = numberReader(array.dtype)
  if (!read) return undefined
  const bytes = cOrderBytes(array)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { size } = array.dtype
  return Float64Array.from({ length: bytes.length / size }, (_, k) => read(view, k * size))
}

function numberReader({ kind, size, bigEndian }: Dtype): ((view: DataView, at: number) => number) | undefined {
  const little = !bigEndian
  switch (`${kind}${size}`) {
    case 'f4':
      return (view, at) => view.getFloat32(at, little)
    case 'f8':
      return (view, at) => view.getFloat64(at, little)
    case 'b1':
    case 'u1':
      return (view, at) => view.getUint8(at)
    case 'i1':
      return (view, at) => view.getInt8(at)
    case 'u2':
      return (view, at) => view.getUint16(at, little)
    case 'i2':
      return (view, at) => view.getInt16(at, little)
    case 'u4':
      return (view, at) => view.getUint32(at, little)
    case 'i4':
      return (view, at) => view.getInt32(at, little)
    case 'u8':
      return (view, at) => Number(view.getBigUint64(at, little))
    case 'i8':
      return (view, at) => Number(view.getBigInt64(at, little))
    default:
      return undefined
  }
}

/** Elements of a byte-string array, or of an object array of byte strings, without trailing zeros as NumPy gives them; else undefined. */
export function toByteStrings({ dtype, bytes, items, shape }: NdArray): Uint8Array[] | undefined {
  if (dtype.kind === 'O') return items?.every((item) => item instanceof Uint8Array) ? [...(items as Uint8Array[])] : undefined
  if (dtype.kind !== 'S') return undefined
  return Array.from({ length: elementCount(shape) }, (_, k) => {
    const cell = bytes.subarray(k * dtype.size, (k + 1) * dtype.size)
    let end = cell.length
    while (end > 0 && cell[end - 1] === 0) end--
    return cell.subarray(0, end)
  })
}

/** Elements of a string array (unicode, bytes as Latin-1, or objects that are strings); else undefined. */
export function toStrings(array: NdArray): string[] | undefined {
  const { dtype, bytes, items, shape } = array
  if (dtype.kind === 'O') return items?.every((item) => typeof item === 'string') ? [...(items as string[])] : undefined
  if (dtype.kind === 'S') return toByteStrings(array)!.map((cell) => String.fromCharCode(...cell))
  if (dtype.kind !== 'U') return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: elementCount(shape) }, (_, k) => {
    let text = ''
    for (let at = k * dtype.size; at < (k + 1) * dtype.size; at += 4) {
      const code = view.getUint32(at, !dtype.bigEndian)
      if (code > 0 && code <= 0x10ffff) text += String.fromCodePoint(code)
    }
    return text
  })
}
