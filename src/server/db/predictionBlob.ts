/**
 * Layout of one track's predictions as a blob, little-endian:
 *
 *     offset  type             content
 *     0       4 bytes          'TPPR'
 *     4       uint16           version, 1
 *     6       uint16           flags; bit 0: uncertainty is present
 *     8       uint32           F, number of frames
 *     12      uint32           0
 *     16      float32 [F, 2]   x, y in raster pixels of the clip
 *     …       float32 [F]      standard deviation in clip pixels (NaN: unknown), when flag 0 is set
 *     …       uint8 [F]        TrackState
 *
 * 100 frames take 1.3 kB. The platforms we run on are all little-endian, so arrays are copied as they are.
 */

const MAGIC = 0x52505054 // 'TPPR'
const HEADER = 16
const HAS_UNCERTAINTY = 1

export interface TrackPrediction {
  /** [frames, 2] */
  readonly positions: Float32Array
  /** [frames] NaN where unknown. */
  readonly uncertainty: Float32Array
  /** [frames] TrackState */
  readonly states: Uint8Array
}

export function encodePrediction(prediction: TrackPrediction): Uint8Array {
  const frames = prediction.states.length
  if (prediction.positions.length !== frames * 2 || prediction.uncertainty.length !== frames) throw new Error('encodePrediction: lengths disagree')
  const withUncertainty = prediction.uncertainty.some((u) => !Number.isNaN(u))
  const blob = new Uint8Array(HEADER + frames * (withUncertainty ? 13 : 9))
  const view = new DataView(blob.buffer)
  view.setUint32(0, MAGIC, true)
  view.setUint16(4, 1, true)
  view.setUint16(6, withUncertainty ? HAS_UNCERTAINTY : 0, true)
  view.setUint32(8, frames, true)
  new Float32Array(blob.buffer, HEADER, frames * 2).set(prediction.positions)
  if (withUncertainty) new Float32Array(blob.buffer, HEADER + frames * 8, frames).set(prediction.uncertainty)
  blob.set(prediction.states, blob.length - frames)
  return blob
}

/** @throws Error when the blob is not of this layout or its length disagrees with its header. */
export function decodePrediction(blob: Uint8Array): TrackPrediction {
  const bytes = Uint8Array.from(blob) // Aligned: a row's bytes start anywhere. Not slice(): a Node Buffer's is a view.
  const view = new DataView(bytes.buffer)
  if (bytes.length < HEADER || view.getUint32(0, true) !== MAGIC || view.getUint16(4, true) !== 1) throw new Error('not a prediction blob of version 1')
  const frames = view.getUint32(8, true)
  const withUncertainty = (view.getUint16(6, true) & HAS_UNCERTAINTY) !== 0
  if (bytes.length !== HEADER + frames * (withUncertainty ? 13 : 9)) throw new Error('a prediction blob is cut short')
  return {
    positions: new Float32Array(bytes.buffer, HEADER, frames * 2),
    uncertainty: withUncertainty ? new Float32Array(bytes.buffer, HEADER + frames * 8, frames) : new Float32Array(frames).fill(Number.NaN),
    states: bytes.subarray(bytes.length - frames),
  }
}
