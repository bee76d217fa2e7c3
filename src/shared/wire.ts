/**
 * One message of the contract as bytes, for WebSocket frames: JSON with its typed arrays beside it, not inside it. Layout,
 * little endian: uint32 length of the JSON, the JSON padded with spaces to 8 bytes, then each array's bytes padded to 8.
 * In the JSON an array stands as {"$array": type, "at": byte offset after the JSON, "length": elements}; NaN and infinities
 * (which JSON lacks) as {"$number": "NaN"}. Not here: what the messages are (rpc.ts).
 */
const types = { Float32Array, Float64Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array, Uint8Array } as const
type TypeName = keyof typeof types
type WireArray = InstanceType<(typeof types)[TypeName]>

const pad8 = (n: number) => (n + 7) & ~7

/** Keys of ours that a message may not use itself. */
const reserved = (value: object) => '$array' in value || '$number' in value

export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  const arrays: WireArray[] = []
  let at = 0
  // JSON.stringify calls toJSON before the replacer, but typed arrays have none, so they arrive whole.
  const json = JSON.stringify(message, (_key, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) }
    if (typeof value !== 'object' || value === null) return value
    if (ArrayBuffer.isView(value)) {
      const array = value as WireArray
      const name = Object.prototype.toString.call(array).slice(8, -1)
      if (!Object.hasOwn(types, name)) throw new TypeError(`a message cannot carry a ${name}`)
      arrays.push(array)
      const entry = { $array: name, at, length: array.length }
      at += pad8(array.byteLength)
      return entry
    }
    return value
  })
  const head = new TextEncoder().encode(json)
  const start = pad8(4 + head.length)
  const out = new Uint8Array(start + at)
  new DataView(out.buffer).setUint32(0, head.length, true)
  out.set(head, 4)
  let to = start
  for (const array of arrays) {
    out.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), to)
    to += pad8(array.byteLength)
  }
  return out
}

/** Reads what encodeMessage wrote; arrays own their memory. @throws TypeError where the bytes are not such a message. */
export function decodeMessage(bytes: Uint8Array): unknown {
  const bad = () => new TypeError('not a message of Tapline')
  if (bytes.byteLength < 4) throw bad()
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true)
  if (4 + length > bytes.byteLength) throw bad()
  const start = pad8(4 + length)
  return JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !reserved(value)) return value
    if ('$number' in value) return Number((value as { $number: string }).$number)
    const { $array, at, length: count } = value as { $array: TypeName; at: number; length: number }
    const type = Object.hasOwn(types, $array) ? types[$array] : undefined
    if (!type || !Number.isInteger(at) || !Number.isInteger(count) || at < 0 || count < 0) throw bad()
    const from = start + at
    const size = count * type.BYTES_PER_ELEMENT
    if (from + size > bytes.byteLength) throw bad()
    // A copy: the bytes may lie unaligned in a larger buffer. Not slice(): a Node Buffer's is a view.
    return new type(Uint8Array.from(bytes.subarray(from, from + size)).buffer)
  })
}
