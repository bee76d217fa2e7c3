/** The frame size that a JPEG file states in its header. Not a decoder. */
import type { Size } from '../../shared/units.ts'

/** Walks the markers up to the frame header (SOF); undefined where there is none. */
export function jpegSize(bytes: Uint8Array): Size | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined
  let at = 2
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1]
    if (marker === 0xff) {
      at++
      continue
    }
    // SOF0 to SOF15, less DHT (C4), JPG (C8) and DAC (CC).
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { height: bytes[at + 5] * 256 + bytes[at + 6], width: bytes[at + 7] * 256 + bytes[at + 8] }
    }
    at += 2 + bytes[at + 2] * 256 + bytes[at + 3]
  }
  return undefined
}
