import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { importOnnx } from '../../src/import/onnx/import.ts';
import { readNpy, writeNpy } from '../../src/num/npy.ts';
import { framesOf, type NamedArray } from '../../src/run/frames.ts';
import { type ConstSpec, type ModelSpec, type NodeSpec, onnxModel } from '../fuzz/onnx.ts';

/** A mistake that users make: running it must end in diagnostics. */
export interface BadInput {
  readonly name: string;
  readonly run: () => void;
}

const scalar = (v: number): ConstSpec => ({ dtype: 'float32', shape: [], data: [v] });
const matrix = (rows: number, cols: number, at = (i: number): number => (i % 7) - 3): ConstSpec => ({
  dtype: 'float32',
  shape: [rows, cols],
  data: Array.from({ length: rows * cols }, (_, i) => at(i)),
});

/** A named node with one output, which has the node's name in lower case. */
const node = (op: string, name: string, inputs: string[], attrs: NodeSpec['attrs'] = {}): NodeSpec => ({
  op,
  name,
  inputs,
  outputs: [`${name}_out`],
  attrs,
});

const BASE = { one: scalar(1), zero: scalar(0), four: scalar(4), w: matrix(6, 3) };
const quant = node('Quant', 'quant_in', ['x', 'one', 'zero', 'four']);

function network(nodes: readonly NodeSpec[], change: Partial<ModelSpec> = {}): Uint8Array {
  const output = nodes.at(-1)?.outputs[0] ?? '';
  const spec = {
    inputs: [{ name: 'x', shape: [1, 6] as (number | string)[] }],
    outputs: [output],
    nodes,
    consts: BASE,
  };
  return onnxModel({ ...spec, ...change });
}

const fc = node('MatMul', 'fc', ['quant_in_out', 'w']);
const sound = (): Uint8Array => network([quant, fc]);

const scaled = (value: number) => (): void => {
  importOnnx(network([quant, fc], { consts: { ...BASE, one: scalar(value) } }));
};

/** Runs the sound network on arrays. */
const run = (arrays: { readonly [name: string]: NamedArray }): void => {
  framesOf(importOnnx(sound()).model, new Map(Object.entries(arrays)));
};
const array = (shape: readonly number[], data: Float32Array | Int32Array): NamedArray => ({
  file: 'x.npy',
  array: readNpy(writeNpy(shape, data), 'x.npy'),
});
const npy = writeNpy([2, 6], new Float32Array(12));
/** The same file with another element type in its header, of as many letters. */
const npyOf = (descr: string): Uint8Array =>
  Buffer.from(Buffer.from(npy).toString('latin1').replace("'<f4'", `'${descr}'`), 'latin1');

const example = readFileSync(join(resolve(import.meta.dirname, '../..'), 'examples/digits-mlp/model.onnx'));
const image = { inputs: [{ name: 'x', shape: [1, 2, 6, 6] }] };
const kernel: ConstSpec = { dtype: 'float32', shape: [4, 2, 3, 3], data: matrix(8, 9).data };
const conv = (attrs: NodeSpec['attrs']): (() => void) => {
  const nodes = [quant, node('Conv', 'conv1', ['quant_in_out', 'k'], attrs)];
  return () => void importOnnx(network(nodes, { ...image, consts: { ...BASE, k: kernel } }));
};

export const CASES: readonly BadInput[] = [
  { name: 'not-onnx', run: () => void importOnnx(new TextEncoder().encode('import torch\nprint("hello")\n')) },
  { name: 'empty', run: () => void importOnnx(new Uint8Array()) },
  { name: 'truncated', run: () => void importOnnx(example.subarray(0, example.length >> 1)) },
  {
    name: 'unsupported-operators',
    run: () =>
      void importOnnx(
        network([
          quant,
          node('FancyAttention', 'block1', ['quant_in_out']),
          node('Relu', 'relu1', ['block1_out']),
          // Behind an operator that failed: named all the same.
          node('FancyAttention', 'block2', ['relu1_out']),
          node('NonMaxSuppression', 'nms', ['quant_in_out']),
        ]),
      ),
  },
  {
    name: 'dynamic-shape',
    run: () => void importOnnx(network([quant, fc], { inputs: [{ name: 'x', shape: ['N', 'K'] }] })),
  },
  {
    name: 'shape-for-unknown-input',
    run: () => void importOnnx(sound(), { shapes: { images: [1, 6] } }),
  },
  { name: 'shape-of-wrong-rank', run: () => void importOnnx(sound(), { shapes: { x: [1, 2, 3] } }) },
  {
    name: 'missing-initializer',
    run: () => void importOnnx(network([quant, node('MatMul', 'fc', ['quant_in_out', 'fc.weight'])])),
  },
  {
    name: 'float-weights',
    run: () =>
      void importOnnx(network([quant, fc], { consts: { ...BASE, w: matrix(6, 3, (i) => Math.fround(Math.sin(i))) } })),
  },
  {
    name: 'nan-weights',
    run: () =>
      void importOnnx(
        network([quant, fc], { consts: { ...BASE, w: matrix(6, 3, (i) => (i === 4 ? Number.NaN : i)) } }),
      ),
  },
  { name: 'float-network', run: () => void importOnnx(network([node('Relu', 'relu1', ['x'])])) },
  { name: 'scale-nan', run: scaled(Number.NaN) },
  { name: 'scale-zero', run: scaled(0) },
  { name: 'scale-negative', run: scaled(-0.5) },
  { name: 'scale-infinite', run: scaled(Number.POSITIVE_INFINITY) },
  {
    name: 'weight-scale-nan',
    run: () =>
      void importOnnx(
        network(
          [
            quant,
            node('Quant', 'quant_w', ['w', 'bad', 'zero', 'four']),
            node('MatMul', 'fc', ['quant_in_out', 'quant_w_out']),
          ],
          {
            consts: { ...BASE, bad: scalar(Number.NaN) },
          },
        ),
      ),
  },
  {
    name: 'no-quantiser-between',
    run: () =>
      void importOnnx(
        network([quant, fc, node('Sigmoid', 'act', ['fc_out']), node('MatMul', 'fc2', ['act_out', 'w2'])], {
          consts: { ...BASE, w2: matrix(3, 2) },
        }),
      ),
  },
  {
    name: 'hardware-after-softmax',
    run: () =>
      void importOnnx(
        network([quant, fc, node('Softmax', 'attend', ['fc_out']), node('MatMul', 'fc2', ['attend_out', 'w2'])], {
          consts: { ...BASE, w2: matrix(3, 2) },
        }),
      ),
  },
  {
    name: 'matmul-shapes',
    run: () => void importOnnx(network([quant, fc], { inputs: [{ name: 'x', shape: [1, 5] }] })),
  },
  { name: 'conv-groups', run: conv({ group: 3 }) },
  { name: 'conv-negative-pads', run: conv({ pads: [-1, 0, 0, 0] }) },
  { name: 'conv-window-too-large', run: conv({ dilations: [4, 4] }) },
  { name: 'conv-zero-stride', run: conv({ strides: [0, 1] }) },
  {
    name: 'batch-of-two',
    run: () =>
      void importOnnx(
        network([quant, node('Conv', 'conv1', ['quant_in_out', 'k'])], {
          inputs: [{ name: 'x', shape: [2, 2, 6, 6] }],
          consts: { ...BASE, k: kernel },
        }),
      ),
  },
  {
    name: 'input-of-text',
    run: () => void importOnnx(network([quant, fc], { inputs: [{ name: 'x', dtype: 'string', shape: [1, 6] }] })),
  },
  {
    name: 'huge-input',
    run: () => void importOnnx(network([quant, fc], { inputs: [{ name: 'x', shape: [1, 2 ** 40] }] })),
  },
  { name: 'npy-not-numpy', run: () => void readNpy(new TextEncoder().encode('1.0,2.0,3.0\n'), 'x.csv') },
  { name: 'npy-truncated', run: () => void readNpy(npy.subarray(0, npy.length - 9), 'x.npy') },
  { name: 'npy-complex', run: () => void readNpy(npyOf('<c8'), 'x.npy') },
  { name: 'npy-half', run: () => void readNpy(npyOf('<f2'), 'x.npy') },
  { name: 'npy-wrong-shape', run: () => run({ x: array([2, 5], new Float32Array(10)) }) },
  { name: 'npy-no-sample-axis', run: () => run({ x: array([6], new Float32Array(6)) }) },
  { name: 'npy-no-samples', run: () => run({ x: array([0, 6], new Float32Array(0)) }) },
  { name: 'npy-nan', run: () => run({ x: array([2, 6], new Float32Array(12).fill(Number.NaN, 7, 8)) }) },
  { name: 'npy-codes-out-of-range', run: () => run({ x: array([1, 6], Int32Array.of(0, 1, 7, 8, -8, 2)) }) },
  {
    name: 'unknown-input',
    run: () => run({ x: array([1, 6], new Float32Array(6)), image: array([1, 6], new Float32Array(6)) }),
  },
  { name: 'missing-input', run: () => run({}) },
  {
    name: 'different-sample-counts',
    run: () => {
      const second = node('Quant', 'quant_b', ['b', 'one', 'zero', 'four']);
      const add = node('Add', 'add', ['quant_in_out', 'quant_b_out']);
      const inputs = ['x', 'b'].map((name) => ({ name, shape: [1, 6] }));
      const { model } = importOnnx(network([quant, second, add], { inputs }));
      const arrays = { x: array([2, 6], new Float32Array(12)), b: array([3, 6], new Float32Array(18)) };
      framesOf(model, new Map(Object.entries(arrays)));
    },
  },
];
