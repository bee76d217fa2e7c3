// One coupling layer on a block of points: features, perceptron, coupling; and the same backward, mirrored. And the
// whole of Φ and Φ⁻¹.
import * as c from './config'
import { coupleAffine, coupleAffineBackward } from './affine'
import { couple, coupleBackward } from './coupling'
import { multiplyColumns, multiplyRows } from './gemm'
import { planesBackward, readPlanes } from './planes'

// @ts-ignore: decorator
@inline function axisOf(layer: i32): i32 {
  return load<i32>(c.axes + <usize>layer * 4)
}

// @ts-ignore: decorator
@inline function biasOf(base: usize, frame: i32, layer: i32): usize {
  return base + <usize>((frame * c.layers + layer) * c.hidden1) * 4
}

function forwardPass(layer: i32, frame: i32, inverse: bool, rows: i32, tape: usize): void {
  const axis = axisOf(layer)
  const k = <usize>c.features * 4, h1 = <usize>c.hidden1 * 4, h2 = <usize>c.hidden2 * 4, o = <usize>c.outputs * 4
  const w = c.network + <usize>layer * c.layerBytes
  readPlanes(layer, axis == 0 ? 1 : 0, axis == 2 ? 1 : 2, rows, tape)
  const a1 = tape + c.tapeHidden1, a2 = tape + c.tapeHidden2
  multiplyRows(rows, c.features, c.hidden1 >> 2, tape, k, w + c.atW1, h1, a1, h1, biasOf(c.frameBias, frame, layer), 1)
  multiplyRows(rows, c.hidden1, c.hidden2 >> 2, a1, h1, w + c.atW2, h2, a2, h2, w + c.atB2, 1)
  multiplyRows(rows, c.hidden2, c.outputs >> 2, a2, h2, w + c.atW3, o, c.rawOutputs, o, w + c.atB3, 0)
  if (c.affine) coupleAffine(axis, inverse, rows, tape)
  else couple(axis, inverse, rows, tape)
}

// out[n] += Σ_rows a[row][n]
function addColumnSums(rows: i32, vectors: i32, a: usize, stride: usize, out: usize): void {
  for (let n = 0; n < vectors; n++) {
    const at = <usize>n * 16
    let sum = v128.load(out + at)
    let from = a + at
    for (let p = 0; p < rows; p++, from += stride) sum = f32x4.add(sum, v128.load(from))
    v128.store(out + at, sum)
  }
}

function backwardPass(layer: i32, frame: i32, inverse: bool, rows: i32, count: i32, tape: usize): void {
  const axis = axisOf(layer)
  const k = <usize>c.features * 4, h1 = <usize>c.hidden1 * 4, h2 = <usize>c.hidden2 * 4, o = <usize>c.outputs * 4
  const v1 = c.hidden1 >> 2, v2 = c.hidden2 >> 2, v3 = c.outputs >> 2
  const d = c.network + <usize>layer * c.layerBytes + c.toGradient
  const wt = c.transposed + <usize>layer * c.transposedBytes
  const a1 = tape + c.tapeHidden1, a2 = tape + c.tapeHidden2

  if (c.affine) coupleAffineBackward(axis, inverse, rows, tape)
  else coupleBackward(axis, inverse, rows, tape)
  multiplyColumns(c.hidden2, rows, v3, a2, h2, c.rawOutputs, o, d + c.atW3, o)
  addColumnSums(rows, v3, c.rawOutputs, o, d + c.atB3)
  multiplyRows(rows, c.outputs, v2, c.rawOutputs, o, wt + c.atW3t, h2, c.gradHidden2, h2, 0, a2)
  multiplyColumns(c.hidden1, rows, v2, a1, h1, c.gradHidden2, h2, d + c.atW2, h2)
  addColumnSums(rows, v2, c.gradHidden2, h2, d + c.atB2)
  multiplyRows(rows, c.hidden2, v1, c.gradHidden2, h2, wt + c.atW2t, h1, c.gradHidden1, h1, 0, a1)
  multiplyColumns(c.features, rows, v1, tape, k, c.gradHidden1, h1, d + c.atW1, h1)
  addColumnSums(rows, v1, c.gradHidden1, h1, biasOf(c.frameBiasGradient, frame, layer))
  multiplyRows(rows, c.hidden1, c.features >> 2, c.gradHidden1, h1, wt, k, c.gradFeatures, k, 0, 0)
  planesBackward(layer, axis == 0 ? 1 : 0, axis == 2 ? 1 : 2, rows, count, tape)
}

/** Maps the block's positions by Φ at `frame`, or Φ⁻¹; tapes are written from number `firstTape` on. */
export function mapForward(frame: i32, inverse: bool, rows: i32, firstTape: i32): void {
  for (let n = 0; n < c.layers; n++)
    forwardPass(inverse ? c.layers - 1 - n : n, frame, inverse, rows, c.workspace + <usize>(firstTape + n) * c.tapeBytes)
}

/** Takes positionGradient back through mapForward, adding the gradients of all parameters on the way. */
export function mapBackward(frame: i32, inverse: bool, rows: i32, count: i32, firstTape: i32): void {
  for (let n = c.layers - 1; n >= 0; n--)
    backwardPass(inverse ? c.layers - 1 - n : n, frame, inverse, rows, count, c.workspace + <usize>(firstTape + n) * c.tapeBytes)
}

