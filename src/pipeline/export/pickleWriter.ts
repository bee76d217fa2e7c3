/**
 * Writes the few Python values that track files are made of as pickle opcodes (protocol 4), in pieces, so that a video of
 * many gigabytes streams through. Values that come later are written where they stand: there is no memo.
 * Not here: which values a file holds (tapvidPickle.ts).
 *
 * Arrays name `numpy.core.multiarray._reconstruct`, which every NumPy since 1.0 answers to, 2.x included.
 */

export const pickleStart: Uint8Array = Uint8Array.of(0x80, 4)
export const pickleEnd: Uint8Array = ascii('.')
export const emptyDict: Uint8Array = ascii('}')
export const emptyList: Uint8Array = ascii(']')
/** Pops a key and a value, adds them to the dict beneath. */
export const setItem: Uint8Array = ascii('s')
/** Pops a value, appends it to the list beneath. */
export const appendItem: Uint8Array = ascii('a')

/** Element types that we write: NumPy's name and byte order. */
const DTYPES = { uint8: ['u1', '|'], bool: ['b1', '|'], float32: ['f4', '<'] } as const
export type PickleDtype = keyof typeof DTYPES

const BYTES: Readonly<Record<PickleDtype, number>> = { uint8: 1, bool: 1, float32: 4 }

export function pickleString(text: string): Uint8Array {
  const utf8 = new TextEncoder().encode(text)
  return concat(opcodeWithUint32('X', utf8.length), utf8)
}

/** Everything of an array that comes before its bytes. Its bytes, C order, must follow, then `arrayEnd`. */
export function arrayStart(dtype: PickleDtype, shape: readonly number[]): Uint8Array {
  const [name, order] = DTYPES[dtype]
  const length = shape.reduce((product, side) => product * side, BYTES[dtype])
  const bytes = new Uint8Array(9)
  bytes[0] = 0x8e // BINBYTES8
  new DataView(bytes.buffer).setBigUint64(1, BigInt(length), true)
  return concat(
    global('numpy.core.multiarray', '_reconstruct'),
    global('numpy', 'ndarray'),
    tuple(pickleInt(0)),
    Uint8Array.of(0x43, 1, 0x62), // b'b', which _reconstruct wants for a dtype; BUILD sets the true one
    Uint8Array.of(0x87), // TUPLE3
    ascii('R'),
    ascii('('),
    pickleInt(1),
    tuple(...shape.map(pickleInt)),
    global('numpy', 'dtype'),
    tuple(pickleString(name), FALSE, TRUE),
    ascii('R'),
    tuple(pickleInt(3), pickleString(order), NONE, NONE, NONE, pickleInt(-1), pickleInt(-1), pickleInt(0)),
    ascii('b'),
    FALSE, // C order
    bytes,
  )
}

export const arrayEnd: Uint8Array = ascii('tb')

/** A whole small array. `bytes` are little-endian, C order. */
export function pickleArray(dtype: PickleDtype, shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const length = shape.reduce((product, side) => product * side, BYTES[dtype])
  if (bytes.length !== length) throw new Error(`an array [${shape.join(', ')}] of ${dtype} needs ${length} bytes, not ${bytes.length}`)
  return concat(arrayStart(dtype, shape), bytes, arrayEnd)
}

const NONE = ascii('N')
const TRUE = Uint8Array.of(0x88)
const FALSE = Uint8Array.of(0x89)

function global(module: string, name: string): Uint8Array {
  return concat(pickleString(module), pickleString(name), Uint8Array.of(0x93))
}

function tuple(...items: readonly Uint8Array[]): Uint8Array {
  return concat(ascii('('), ...items, ascii('t'))
}

function pickleInt(value: number): Uint8Array {
  const out = ascii('J0000')
  new DataView(out.buffer).setInt32(1, value, true)
  return out
}

function opcodeWithUint32(opcode: string, value: number): Uint8Array {
  const out = ascii(`${opcode}0000`)
  new DataView(out.buffer).setUint32(1, value, true)
  return out
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
