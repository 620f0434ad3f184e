/** Float networks for tests of quantisation: seeded weights, residual branches, a softmax at the end. */
import { type HostTensor, hostTensor } from '../../src/host/tensor.ts';
import { type ConstSpec, type NodeSpec, onnxModel } from '../fuzz/onnx.ts';

/** Numbers in (−1, 1), the same on every machine. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

const weights = (seed: number, shape: readonly number[]): ConstSpec => {
  const next = noise(seed);
  const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
  const n = (shape[0] ?? 1) * fanIn;
  return { dtype: 'float32', shape, data: Array.from({ length: n }, () => Math.fround(next() * Math.sqrt(3 / fanIn))) };
};

const SHAPE = [1, 1, 6, 6] as const;

/** Two convolutions with a branch around the second, a pool, a product, a softmax. */
export function residual(): Uint8Array {
  const conv = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
  const nodes: NodeSpec[] = [
    { op: 'Conv', name: 'conv1', inputs: ['x', 'w1', 'b1'], outputs: ['c1'], attrs: conv },
    { op: 'Relu', name: 'relu1', inputs: ['c1'], outputs: ['r1'] },
    { op: 'Conv', name: 'conv2', inputs: ['r1', 'w2'], outputs: ['c2'], attrs: conv },
    { op: 'Add', name: 'add', inputs: ['c2', 'r1'], outputs: ['a'] },
    { op: 'Relu', name: 'relu2', inputs: ['a'], outputs: ['r2'] },
    { op: 'MaxPool', name: 'pool', inputs: ['r2'], outputs: ['p'], attrs: { kernel_shape: [2, 2], strides: [2, 2] } },
    { op: 'Flatten', name: 'flatten', inputs: ['p'], outputs: ['f'] },
    { op: 'Gemm', name: 'fc', inputs: ['f', 'w3', 'b3'], outputs: ['g'], attrs: { transB: 1 } },
    { op: 'Softmax', name: 'softmax', inputs: ['g'], outputs: ['y'] },
  ];
  const consts = {
    w1: weights(1, [3, 1, 3, 3]),
    b1: weights(2, [3]),
    w2: weights(3, [3, 3, 3, 3]),
    w3: weights(4, [4, 27]),
    b3: weights(5, [4]),
  };
  return onnxModel({ inputs: [{ name: 'x', shape: SHAPE }], outputs: ['y'], nodes, consts });
}

export function frames(count: number): ReadonlyMap<string, HostTensor>[] {
  const next = noise(99);
  return Array.from(
    { length: count },
    () =>
      new Map([
        [
          'x',
          hostTensor(
            'float32',
            SHAPE,
            Float64Array.from({ length: 36 }, () => Math.fround(next())),
          ),
        ],
      ]),
  );
}
