/**
 * Writes small ONNX files for tests: just as much of protocol buffers and of ONNX's schema as graphs of a few nodes take. Not a library:
 * float32 and int64 constants, opset 13 where no other is asked for.
 */

export interface GraphNode {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Whole numbers, or lists of them. */
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>
}

export interface GraphConstant {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array | BigInt64Array
}

export interface GraphValue {
  readonly name: string
  /** float32 when left out. */
  readonly type?: 'int64' | 'bool'
  readonly shape: readonly (number | string)[]
}

export interface Graph {
  readonly inputs: readonly GraphValue[]
  readonly outputs: readonly GraphValue[]
  readonly nodes: readonly GraphNode[]
  readonly constants?: readonly GraphConstant[]
  readonly opset?: number
}

const FLOAT = 1
const INT64 = 7
const BOOL = 9

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  return [...bytes, Number(rest)]
}

const number = (field: number, value: number) => [...varint(field << 3), ...varint(value)]
const bytes = (field: number, value: readonly number[] | Uint8Array) => [...varint((field << 3) | 2), ...varint(value.length), ...value]
const text = (field: number, value: string) => bytes(field, new TextEncoder().encode(value))

function tensor({ name, shape, values }: GraphConstant): number[] {
  const type = values instanceof Float32Array ? FLOAT : INT64
  return [...shape.flatMap(n => number(1, n)), ...number(2, type), ...text(8, name), ...bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength))]
}

function valueInfo({ name, shape, type }: GraphValue): number[] {
  const dims = shape.flatMap(n => bytes(1, typeof n === 'number' ? number(1, n) : text(2, n)))
  return [...text(1, name), ...bytes(2, bytes(1, [...number(1, type === 'int64' ? INT64 : type === 'bool' ? BOOL : FLOAT), ...bytes(2, dims)]))]
}

function attribute(name: string, value: number | readonly number[]): number[] {
  return typeof value === 'number' ? [...text(1, name), ...number(3, value), ...number(20, 2)] : [...text(1, name), ...value.flatMap(n => number(8, n)), ...number(20, 7)]
}

/** The bytes of an .onnx file. */
export function onnxGraph({ inputs, outputs, nodes, constants = [], opset = 13 }: Graph): Uint8Array {
  const node = ({ op, inputs: from, outputs: to, attributes = {} }: GraphNode) => [
    ...from.flatMap(name => text(1, name)), ...to.flatMap(name => text(2, name)), ...text(4, op),
    ...Object.entries(attributes).flatMap(([name, value]) => bytes(5, attribute(name, value))),
  ]
  const graph = [
    ...nodes.flatMap(n => bytes(1, node(n))), ...text(2, 'test'), ...constants.flatMap(c => bytes(5, tensor(c))),
    ...inputs.flatMap(v => bytes(11, valueInfo(v))), ...outputs.flatMap(v => bytes(12, valueInfo(v))),
  ]
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, [...text(1, ''), ...number(2, opset)])])
}

export const floats = (name: string, shape: readonly number[], values: readonly number[]): GraphConstant => ({ name, shape, values: Float32Array.from(values) })

export interface FlowGraph {
  /** Width and height; free when left out. */
  readonly size?: readonly [number, number]
  /** What every pixel of the answer is, in the output's two channels. */
  readonly flow: readonly [number, number]
  /** Answers only pictures whose mean is within half of the span of this; others get zero. */
  readonly mean?: { readonly centre: number; readonly span: number }
  readonly names?: readonly [string, string]
}

/** A flow network that answers the same motion everywhere, if its pictures are in the range that it wants. */
export function flowGraph({ size, flow, mean, names = ['image1', 'image2'] }: FlowGraph): Uint8Array {
  const shape = size ? [1, 3, size[1], size[0]] : [1, 3, 'H', 'W']
  const { centre, span } = mean ?? { centre: 0, span: 1e9 }
  return onnxGraph({
    inputs: names.map(name => ({ name, shape })),
    outputs: [{ name: 'flow', shape: [1, 2, 'h', 'w'] }],
    constants: [floats('zero', [1], [0]), floats('one', [1], [1]), floats('low', [], [0]), floats('high', [], [1]), floats('motion', [1, 2, 1, 1], flow), floats('centre', [1], [centre]), floats('gain', [1], [4 / span])],
    nodes: [
      { op: 'ReduceMean', inputs: [names[0]], outputs: ['level'], attributes: { axes: [1, 2, 3], keepdims: 1 } },
      { op: 'Sub', inputs: ['level', 'centre'], outputs: ['off'] },
      { op: 'Abs', inputs: ['off'], outputs: ['distance'] },
      { op: 'Mul', inputs: ['distance', 'gain'], outputs: ['far'] },
      // 1 up to a quarter of the span away, 0 from a half on.
      { op: 'Sub', inputs: ['one', 'far'], outputs: ['slope'] },
      { op: 'Add', inputs: ['slope', 'one'], outputs: ['raised'] },
      { op: 'Clip', inputs: ['raised', 'low', 'high'], outputs: ['answers'] },
      { op: 'Mul', inputs: ['motion', 'answers'], outputs: ['answer'] },
      { op: 'Add', inputs: [names[0], names[1]], outputs: ['both'] },
      { op: 'ReduceMean', inputs: ['both'], outputs: ['grey'], attributes: { axes: [1], keepdims: 1 } },
      { op: 'Mul', inputs: ['grey', 'zero'], outputs: ['nothing'] },
      { op: 'Add', inputs: ['nothing', 'answer'], outputs: ['flow'] },
    ],
  })
}

/** Depth that is the mean of a picture's channels, at a fixed or free size. */
export function depthGraph(size?: readonly [number, number]): Uint8Array {
  return onnxGraph({
    inputs: [{ name: 'image', shape: size ? [1, 3, size[1], size[0]] : [1, 3, 'H', 'W'] }],
    outputs: [{ name: 'depth', shape: [1, 1, 'h', 'w'] }],
    nodes: [{ op: 'ReduceMean', inputs: ['image'], outputs: ['depth'], attributes: { axes: [1], keepdims: 1 } }],
  })
}

/** Features that are fixed random projections of cells of 8×8 pixels: [1, channels, H/8, W/8], or as tokens after one class token. */
export function featureGraph(channels: number, layout: 'map' | 'tokens', weight: (k: number) => number): Uint8Array {
  const map: GraphNode = { op: 'Conv', inputs: ['image', 'weights'], outputs: [layout === 'map' ? 'features' : 'map'], attributes: { kernel_shape: [8, 8], strides: [8, 8] } }
  const weights: GraphConstant = { name: 'weights', shape: [channels, 3, 8, 8], values: Float32Array.from({ length: channels * 192 }, (_, k) => weight(k)) }
  const inputs: GraphValue[] = [{ name: 'image', shape: [1, 3, 'H', 'W'] }]
  if (layout === 'map') return onnxGraph({ inputs, outputs: [{ name: 'features', shape: [1, channels, 'h', 'w'] }], nodes: [map], constants: [weights] })
  return onnxGraph({
    inputs,
    outputs: [{ name: 'tokens', shape: [1, 'n', channels] }],
    constants: [weights, { name: 'flat', shape: [3], values: BigInt64Array.from([1n, BigInt(channels), -1n]) }, floats('class', [1, 1, channels], Array.from({ length: channels }, () => 9))],
    nodes: [
      map,
      { op: 'Reshape', inputs: ['map', 'flat'], outputs: ['rows'] },
      { op: 'Transpose', inputs: ['rows'], outputs: ['patches'], attributes: { perm: [0, 2, 1] } },
      { op: 'Concat', inputs: ['class', 'patches'], outputs: ['tokens'], attributes: { axis: 1 } },
    ],
  })
}
