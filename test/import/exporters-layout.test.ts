/** QONNX's channels-last operators, where the image is as high as it has channels: a wrong axis would still fit. */
import { expect, it } from 'vitest';
import { importOnnx } from '../../src/import/onnx/import.ts';
import { type ConstSpec, type NodeSpec, onnxModel } from '../fuzz/onnx.ts';
import { importedResults } from '../fuzz/oracle.ts';

const scalar = (v: number): ConstSpec => ({ dtype: 'float32', shape: [], data: [v] });
const vector = (data: readonly number[]): ConstSpec => ({ dtype: 'float32', shape: [data.length], data });
const C = 3;
/** x[h, w, c] of a 3×3 image: integers, so that nothing rounds. */
const IMAGE = Array.from({ length: C ** 3 }, (_, i) => ((i * 7) % 23) - 11);

const domain = 'qonnx.custom_op.channels_last';
const quant: NodeSpec = { op: 'Quant', inputs: ['x', 'one', 'zero', 'bits'], outputs: ['q'], attrs: { signed: 1 } };
const norm = (input: string, output: string): NodeSpec => ({
  op: 'BatchNormalization',
  domain,
  inputs: [input, 'gain', 'bias', 'mean', 'variance'],
  outputs: [output],
  attrs: { epsilon: { float: 0 } },
});
const GAIN = [2, -3, 5];
const BIAS = [1, 0, -7];
const NORM = { gain: vector(GAIN), bias: vector(BIAS), mean: vector([0, 1, 0]), variance: vector([1, 1, 4]) };
const normed = IMAGE.map((v, i) => [2 * v + 1, -3 * (v - 1), (5 * v) / 2 - 7][i % C] ?? 0);

function run(nodes: readonly NodeSpec[], consts: { [name: string]: ConstSpec }, image = IMAGE): number[] {
  const bytes = onnxModel({
    inputs: [{ name: 'x', shape: [1, C, C, C] }],
    outputs: ['y'],
    nodes,
    consts: { one: scalar(1), zero: scalar(0), bits: scalar(8), ...consts },
  });
  const samples = new Map([['x', [Float64Array.from(image)]]]);
  return [...(importedResults(importOnnx(bytes), samples)[0]?.get('y')?.data ?? [])];
}

it('BatchNormalization behind a quantiser', () => {
  expect(run([quant, norm('q', 'y')], NORM)).toEqual(normed);
});

it('BatchNormalization on the host, before the first quantiser', () => {
  const rounded = { ...quant, inputs: ['n', 'half', 'zero', 'bits'], outputs: ['y'] };
  expect(run([norm('x', 'n'), rounded], { ...NORM, half: scalar(0.5) })).toEqual(
    normed.map((v) => Math.min(Math.max(v, -64), 63.5)),
  );
});

it('Conv, its weights [O, …k, I], and MaxPool', () => {
  const weights = [1, -2, 3, 0, 5, -1];
  const consts: { [name: string]: ConstSpec } = {
    w: { dtype: 'float32', shape: [2, 1, 1, C], data: weights },
    b: vector([10, -20]),
  };
  const nodes: NodeSpec[] = [
    quant,
    { op: 'Quant', inputs: ['w', 'one', 'zero', 'bits'], outputs: ['wq'], attrs: { signed: 1 } },
    { op: 'Conv', domain, inputs: ['q', 'wq', 'b'], outputs: ['c'], attrs: { kernel_shape: [1, 1] } },
    { op: 'MaxPool', domain, inputs: ['c'], outputs: ['y'], attrs: { kernel_shape: [2, 3], strides: [1, 1] } },
  ];
  const conv = (h: number, w: number, o: number): number =>
    [0, 1, 2].reduce((s, i) => s + (weights[o * C + i] ?? 0) * (IMAGE[(h * C + w) * C + i] ?? 0), [10, -20][o] ?? 0);
  const window = (h: number): readonly (readonly [number, number])[] =>
    [h, h + 1].flatMap((r) => [0, 1, 2].map((w) => [r, w] as const));
  const want = [0, 1].flatMap((h) => [0, 1].map((o) => Math.max(...window(h).map(([r, w]) => conv(r, w, o)))));
  expect(run(nodes, consts)).toEqual(want);
});
