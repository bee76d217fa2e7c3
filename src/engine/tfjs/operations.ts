/**
 * What TensorFlow.js lacks for the field, each with its derivative: rows of a table (their gradient is a scatter-add, which every backend
 * has; that of tf.gather walks through all rows on some), the absolute value with slope 0 at 0, and values that carry no gradient.
 */
import * as tf from '@tensorflow/tfjs-core'

type Scalars = tf.Tensor1D

/** Rows `indices` (int32 [n]) of a table [rows, width]: [n, width]. */
export function gatherRows(table: tf.Tensor2D, indices: Scalars): tf.Tensor2D {
  const op = tf.customGrad((x, save) => {
    const from = x as tf.Tensor2D
    const keep = save as tf.GradSaveFunc
    keep([indices])
    return {
      value: tf.gather(from, indices),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.scatterND(tf.expandDims(saved[0], 1), dy, from.shape),
    }
  })
  return op(table) as tf.Tensor2D
}

/** Elements `indices` (int32, any shape) of a vector, in the shape of the indices. */
export function gatherElements(vector: Scalars, indices: tf.Tensor): tf.Tensor {
  return tf.reshape(gatherRows(tf.reshape(vector, [-1, 1]), tf.reshape(indices, [-1])), indices.shape)
}

/** |x|, slope 0 at 0. */
export function magnitude<T extends tf.Tensor>(x: T): T {
  const op = tf.customGrad((input, save) => {
    const value = input as T
    const keep = save as tf.GradSaveFunc
    keep([value])
    return { value: tf.abs(value), gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.sign(saved[0])) }
  })
  return op(x) as T
}

/** What `compute` makes of the tensors, as constants: no gradient flows back. */
export function detached<T extends tf.Tensor>(inputs: readonly tf.Tensor[], compute: (...tensors: tf.Tensor[]) => T): T {
  const shapes = inputs.map(({ shape }) => shape)
  const op = tf.customGrad((...tensors) => ({
    value: compute(...(tensors.slice(0, -1) as tf.Tensor[])),
    gradFunc: () => shapes.map(shape => tf.zeros(shape)),
  }))
  return op(...inputs) as T
}

/** The cell of a grid that a coordinate lies in, 0 … last; NaN lies in the first. */
export function cellOf<T extends tf.Tensor>(coordinate: T, last: tf.Tensor | number): T {
  return detached([coordinate], x => tf.where(tf.greaterEqual(x, 0), tf.minimum(tf.floor(x), last), tf.zerosLike(x)) as T)
}
