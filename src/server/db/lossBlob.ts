/**
 * Layout of losses over time as a blob: records of 28 bytes, little-endian, by ascending step:
 * uint32 step, then float32 total, pixel, depth, prior, occlusion, longTerm.
 */
import type { LossPoint } from '../../shared/projectRecords.ts'

const RECORD = 28
const terms = ['total', 'pixel', 'depth', 'prior', 'occlusion', 'longTerm'] as const

export function encodeLosses(points: readonly LossPoint[]): Uint8Array {
  const blob = new Uint8Array(points.length * RECORD)
  const view = new DataView(blob.buffer)
  points.forEach((point, i) => {
    view.setUint32(i * RECORD, point.step, true)
    terms.forEach((term, k) => view.setFloat32(i * RECORD + 4 + k * 4, point.losses[term], true))
  })
  return blob
}

/** @throws Error when the blob's length is not a whole number of records. */
export function decodeLosses(blob: Uint8Array): LossPoint[] {
  if (blob.length % RECORD !== 0) throw new Error('a loss blob is cut short')
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  return Array.from({ length: blob.length / RECORD }, (_, i) => {
    const [total, pixel, depth, prior, occlusion, longTerm] = terms.map((_term, k) => view.getFloat32(i * RECORD + 4 + k * 4, true))
    return { step: view.getUint32(i * RECORD, true), losses: { total, pixel, depth, prior, occlusion, longTerm } }
  })
}
