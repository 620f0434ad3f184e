/** onnxruntime's quantised operators against their definitions: dequantise, compute, divide by the output scale, round. */
import { expect, it } from 'vitest';
import { importOnnx } from '../../src/import/onnx/import.ts';
import { roundNumber } from '../../src/num/rounding.ts';
import { type ConstSpec, type NodeSpec, onnxModel } from '../fuzz/onnx.ts';
import { importedResults } from '../fuzz/oracle.ts';

type Consts = { readonly [name: string]: ConstSpec };

const real = (v: number): ConstSpec => ({ dtype: 'float32', shape: [], data: [v] });
const byte = (v: number): ConstSpec => ({ dtype: 'uint8', shape: [], data: [v] });

/** One node on a uint8 input x [1, n]: every frame's codes. */
function run(n: number, node: Omit<NodeSpec, 'outputs'>, consts: Consts, frames: readonly number[][]): number[][] {
  const bytes = onnxModel({
    inputs: [{ name: 'x', dtype: 'uint8', shape: [1, n] }],
    outputs: ['y'],
    nodes: [{ ...node, outputs: ['y'], domain: 'com.microsoft' }],
    consts,
  });
  const samples = new Map([['x', frames.map((f) => Float64Array.from(f))]]);
  return importedResults(importOnnx(bytes), samples).map((r) => [...(r.get('y')?.data ?? [])]);
}

/** Real → uint8 code. */
const code = (v: number, scale: number, zero: number): number =>
  Math.min(Math.max(roundNumber(v / scale, 'ROUND') + zero, 0), 255);

const RAMPS = [0, 90, 180].map((k) => Array.from({ length: 64 }, (_, i) => (k + i) % 256));
const TRIPLES = [0, 1, 2, 3].map((k) => [(k * 91 + 7) % 256, (k * 33 + 200) % 256, k * 60]);

it('QGemm: both orders of B, a bias in units of the product, alpha, with and without an output scale', () => {
  const b = [
    [3, -5],
    [-7, 2],
    [1, 4],
  ];
  const [alpha, bias, bScale] = [0.5, [10, -20], [0.25, 0.5]];
  const product = (x: readonly number[]): number[] =>
    [0, 1].map((m) => {
      const sum = x.reduce((acc, v, k) => acc + (v - 9) * ((b[k]?.[m] ?? 0) - 1), bias[m] ?? 0);
      return alpha * 0.5 * (bScale[m] ?? 1) * sum;
    });
  for (const transB of [0, 1]) {
    const data = transB === 1 ? [0, 1].flatMap((m) => b.map((row) => row[m] ?? 0)) : b.flat();
    const consts: Consts = {
      xs: real(0.5),
      xz: byte(9),
      b: { dtype: 'int8', shape: transB === 1 ? [2, 3] : [3, 2], data },
      bs: { dtype: 'float32', shape: [2], data: bScale },
      bz: { dtype: 'int8', shape: [2], data: [1, 1] },
      c: { dtype: 'int32', shape: [2], data: bias },
      ys: real(4),
      yz: byte(128),
    };
    const inputs = ['x', 'xs', 'xz', 'b', 'bs', 'bz', 'c'];
    const attrs = { alpha: { float: alpha }, transB };
    const whole = run(3, { op: 'QGemm', inputs: [...inputs, 'ys', 'yz'], attrs }, consts, TRIPLES);
    expect(whole).toEqual(TRIPLES.map((x) => product(x).map((v) => code(v, 4, 128))));
    expect(run(3, { op: 'QGemm', inputs, attrs }, consts, TRIPLES)).toEqual(TRIPLES.map(product));
  }
});

it('QLinearConcat of parts with scales of their own', () => {
  const consts = { s: real(0.5), z: byte(3), t: real(0.75), u: byte(250), ys: real(0.625), yz: byte(100) };
  const inputs = ['ys', 'yz', 'x', 's', 'z', 'x', 't', 'u'];
  const want = RAMPS.map((f) => [
    ...f.map((q) => code(0.5 * (q - 3), 0.625, 100)),
    ...f.map((q) => code(0.75 * (q - 250), 0.625, 100)),
  ]);
  expect(run(64, { op: 'QLinearConcat', inputs, attrs: { axis: 1 } }, consts, RAMPS)).toEqual(want);
});

it('QLinearLeakyRelu and QLinearSigmoid', () => {
  const consts = { s: real(0.0625), z: byte(120), ys: real(1 / 256), yz: byte(0), ls: real(0.125), lz: byte(30) };
  const x = (q: number): number => 0.0625 * (q - 120);
  const sigmoid = run(64, { op: 'QLinearSigmoid', inputs: ['x', 's', 'z', 'ys', 'yz'] }, consts, RAMPS);
  expect(sigmoid).toEqual(RAMPS.map((f) => f.map((q) => code(1 / (1 + Math.exp(-x(q))), 1 / 256, 0))));
  const node = { op: 'QLinearLeakyRelu', inputs: ['x', 's', 'z', 'ls', 'lz'], attrs: { alpha: { float: 0.25 } } };
  const leaky = RAMPS.map((f) => f.map((q) => code(Math.max(x(q), 0.25 * x(q)), 0.125, 30)));
  expect(run(64, node, consts, RAMPS)).toEqual(leaky);
});

it('QLinearMul and QLinearAdd with a constant', () => {
  const consts: Consts = {
    s: real(0.5),
    z: byte(3),
    b: { dtype: 'uint8', shape: [], data: [7] },
    bs: real(0.25),
    bz: byte(1),
    ys: real(0.75),
    yz: byte(5),
  };
  const inputs = ['x', 's', 'z', 'b', 'bs', 'bz', 'ys', 'yz'];
  const want = (f: (x: number) => number): number[][] =>
    RAMPS.map((r) => r.map((q) => code(f(0.5 * (q - 3)), 0.75, 5)));
  expect(run(64, { op: 'QLinearMul', inputs }, consts, RAMPS)).toEqual(want((v) => v * 1.5));
  expect(run(64, { op: 'QLinearAdd', inputs }, consts, RAMPS)).toEqual(want((v) => v + 1.5));
});

it('QLinearMul of two activations', () => {
  const consts = { s: real(0.5), z: byte(3), fine: real(0.75), zero: byte(5) };
  const inputs = ['x', 's', 'z', 'x', 's', 'z', 'fine', 'zero'];
  const want = RAMPS.map((r) => r.map((q) => code((0.5 * (q - 3)) ** 2, 0.75, 5)));
  expect(run(64, { op: 'QLinearMul', inputs }, consts, RAMPS)).toEqual(want);
});

it('pools whose channels come last are refused, not computed along the wrong axes', () => {
  const bytes = onnxModel({
    inputs: [{ name: 'x', dtype: 'uint8', shape: [1, 4, 4, 2] }],
    outputs: ['y'],
    nodes: [
      {
        op: 'QLinearGlobalAveragePool',
        inputs: ['x', 's', 'z', 's', 'z'],
        outputs: ['y'],
        attrs: { channels_last: 1 },
      },
    ],
    consts: { s: real(1), z: byte(0) },
  });
  expect(() => importOnnx(bytes)).toThrow('its channels come last');
});
