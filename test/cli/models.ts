/** Small ONNX models that are no networks for hardware, each for its own reason. */
import { type NodeSpec, onnxModel } from '../fuzz/onnx.ts';

const one = { dtype: 'float32', shape: [], data: [1] } as const;
const zero = { dtype: 'float32', shape: [], data: [0] } as const;
const four = { dtype: 'float32', shape: [], data: [4] } as const;
const weight = { dtype: 'float32', shape: [6, 3], data: Array.from({ length: 18 }, (_, i) => (i % 7) - 3.5) } as const;

const quant: NodeSpec = { op: 'Quant', name: 'quant', inputs: ['x', 'one', 'zero', 'four'], outputs: ['q'] };

/** Two operators that are not supported, between quantisers. */
export const UNSUPPORTED = onnxModel({
  inputs: [{ name: 'x', shape: [1, 6] }],
  outputs: ['y'],
  nodes: [
    quant,
    { op: 'Det', name: 'volume', inputs: ['q'], outputs: ['a'] },
    { op: 'Unique', name: 'distinct', inputs: ['a'], outputs: ['b'] },
    { op: 'Quant', name: 'requant', inputs: ['b', 'one', 'zero', 'four'], outputs: ['y'] },
  ],
  consts: { one, zero, four },
});

/** An input with two open axes. */
export const OPEN_SHAPE = onnxModel({
  inputs: [{ name: 'x', shape: ['batch', 'width'] }],
  outputs: ['q'],
  nodes: [quant],
  consts: { one, zero, four },
});

/** Weights without a quantiser. */
export const FLOAT_MODEL = onnxModel({
  inputs: [{ name: 'x', shape: [1, 6] }],
  outputs: ['y'],
  nodes: [quant, { op: 'MatMul', name: 'fc', inputs: ['q', 'w'], outputs: ['y'] }],
  consts: { one, zero, four, w: { ...weight, data: weight.data.map((v, i) => v + 1 / (i + 3)) } },
});

/** A float network: a product, nothing quantised. */
export const FLAT = onnxModel({
  inputs: [{ name: 'x', shape: [1, 6] }],
  outputs: ['y'],
  nodes: [{ op: 'MatMul', name: 'fc', inputs: ['x', 'w'], outputs: ['y'] }],
  consts: { w: weight },
});

/** A float network without weights. */
export const WEIGHTLESS = onnxModel({
  inputs: [{ name: 'x', shape: [1, 6] }],
  outputs: ['y'],
  nodes: [{ op: 'Relu', name: 'relu', inputs: ['x'], outputs: ['y'] }],
  consts: {},
});

/** A small network that can be built: six inputs, three sums of products, quantised again. */
export const TINY = onnxModel({
  inputs: [{ name: 'x', shape: [1, 6] }],
  outputs: ['y'],
  nodes: [
    quant,
    { op: 'Quant', name: 'weights', inputs: ['w', 'one', 'zero', 'four'], outputs: ['wq'] },
    { op: 'MatMul', name: 'fc', inputs: ['q', 'wq'], outputs: ['s'] },
    { op: 'Relu', name: 'relu', inputs: ['s'], outputs: ['r'] },
    { op: 'Quant', name: 'requant', inputs: ['r', 'one', 'zero', 'four'], outputs: ['y'] },
  ],
  consts: { one, zero, four, w: { ...weight, data: weight.data.map((v) => Math.round(v)) } },
});
