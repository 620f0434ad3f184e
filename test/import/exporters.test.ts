/** Forms that quantisers' exporters write, against what their definitions give, worked out here. */
import { expect, it } from 'vitest';
import { importOnnx } from '../../src/import/onnx/import.ts';
import { roundNumber } from '../../src/num/rounding.ts';
import { type ConstSpec, type NodeSpec, onnxModel } from '../fuzz/onnx.ts';
import { floatResults, importedResults, type Samples } from '../fuzz/oracle.ts';

const scalar = (v: number): ConstSpec => ({ dtype: 'float32', shape: [], data: [v] });
const node = (op: string, inputs: string[], output: string, attrs: NodeSpec['attrs'] = {}): NodeSpec => ({
  op,
  inputs,
  outputs: [output],
  attrs,
});

/** x [1, n] → 8-bit Quant of scale 1 → `nodes` (from `q` to `y`), on all of `x`: imported, and by the host. −0 counts as 0. */
function run(x: readonly number[], nodes: readonly NodeSpec[], consts: { [name: string]: ConstSpec }): number[][] {
  const quant = node('Quant', ['x', 'one', 'zero', 'eight'], 'q', { signed: 1 });
  const bytes = onnxModel({
    inputs: [{ name: 'x', shape: [1, x.length] }],
    outputs: ['y'],
    nodes: [quant, ...nodes],
    consts: { one: scalar(1), zero: scalar(0), eight: scalar(8), ...consts },
  });
  const samples: Samples = new Map([['x', [Float64Array.from(x)]]]);
  return [importedResults(importOnnx(bytes), samples), floatResults(bytes, samples)].map((r) => [
    ...(r[0]?.get('y')?.data ?? []).map((v) => v + 0),
  ]);
}

const CODES = Array.from({ length: 256 }, (_, i) => i - 128);
const clamp = (v: number, lo: number, hi: number): number => Math.min(Math.max(v, lo), hi);

it('Trunc with five inputs drops bits and keeps the scale', () => {
  const consts = { from: scalar(8), to: scalar(6) };
  const trunc = node('Trunc', ['q', 'one', 'zero', 'from', 'to'], 'y', { rounding_mode: 'FLOOR' });
  const want = CODES.map((v) => Math.floor(v / 4));
  expect(run(CODES, [trunc], consts)).toEqual([want, want]);
});

it('Trunc with six inputs divides by the ratio of its scales and saturates at its output width', () => {
  const consts = { from: scalar(8), out: scalar(8), to: scalar(4) };
  const inputs = ['q', 'one', 'zero', 'from', 'out', 'to'];
  for (const [attrs, lo, hi] of [
    [{ signed: 1, narrow: 0 }, -8, 7],
    [{ signed: 1, narrow: 1 }, -7, 7],
    [{ signed: 0, narrow: 0 }, 0, 15],
    [{ signed: 0, narrow: 1 }, 0, 14],
  ] as const) {
    const down = CODES.map((v) => 0 + 8 * clamp(Math.floor(v / 8), lo, hi));
    expect(run(CODES, [node('Trunc', inputs, 'y', { ...attrs, rounding_mode: 'FLOOR' })], consts)).toEqual([
      down,
      down,
    ]);
    const up = CODES.map((v) => 0 + 8 * clamp(Math.ceil(v / 8), lo, hi));
    expect(run(CODES, [node('Trunc', inputs, 'y', { ...attrs, rounding_mode: 'CEIL' })], consts)).toEqual([up, up]);
  }
});

it('Trunc with six inputs: the zero point shrinks with the codes, equal scales only saturate', () => {
  const inputs = ['q', 'one', 'z', 'from', 'out', 'to'];
  const consts = { z: scalar(6), from: scalar(9), out: scalar(4), to: scalar(8) };
  const attrs = { signed: 0, narrow: 0, rounding_mode: 'FLOOR' };
  const want = CODES.map((v) => 4 * (clamp(Math.floor((v + 6) / 4), 0, 255) - 1.5));
  expect(run(CODES, [node('Trunc', inputs, 'y', attrs)], consts)).toEqual([want, want]);
  const same = { ...consts, out: scalar(1), to: scalar(4) };
  const kept = CODES.map((v) => clamp(v + 6, 0, 15) - 6);
  expect(run(CODES, [node('Trunc', inputs, 'y', attrs)], same)).toEqual([kept, kept]);
});

const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

it('activations between two quantisers: Elu, HardSwish, Mish and SiLU as x · sigmoid(x)', () => {
  const quarter = { quarter: scalar(0.25), sixteen: scalar(1 / 16) };
  const input = node('Mul', ['q', 'sixteen'], 'r');
  const output = node('Quant', ['a', 'quarter', 'zero', 'eight'], 'y', { signed: 1 });
  const silu = (a: string, b: string): NodeSpec[] => [node('Sigmoid', ['r'], 's'), node('Mul', [a, b], 'a')];
  const forms: [NodeSpec[], (v: number) => number][] = [
    [[node('Elu', ['r'], 'a')], (v) => (v < 0 ? Math.expm1(v) : v)],
    [[node('HardSwish', ['r'], 'a')], (v) => (v * clamp(v + 3, 0, 6)) / 6],
    [[node('Mish', ['r'], 'a')], (v) => v * Math.tanh(Math.log1p(Math.exp(v)))],
    [silu('r', 's'), (v) => v * sigmoid(v)],
    [silu('s', 'r'), (v) => v * sigmoid(v)],
  ];
  for (const [nodes, f] of forms) {
    const want = CODES.map((v) => roundNumber(4 * f(v / 16), 'ROUND') / 4 + 0);
    expect(run(CODES, [input, ...nodes, output], quarter)).toEqual([want, want]);
  }
});

it('a product with the sigmoid of something else, and an Elu with an alpha, are no such activations', () => {
  const output = node('Quant', ['a', 'fine', 'zero', 'sixteen'], 'y', { signed: 1 });
  const consts = { fine: scalar(1 / 1024), sixteen: scalar(16) };
  const other = [node('Neg', ['q'], 'n'), node('Sigmoid', ['n'], 's'), node('Mul', ['q', 's'], 'a')];
  const elu = [node('Elu', ['q'], 'a', { alpha: 0.5 })];
  const rounded = (v: number): number => clamp(roundNumber(1024 * v, 'ROUND'), -32768, 32767) / 1024 + 0;
  const products = CODES.map((v) => rounded(v * sigmoid(-v)));
  expect(run(CODES, [...other, output], consts)).toEqual([products, products]);
  const elus = CODES.map((v) => rounded(v < 0 ? 0.5 * Math.expm1(v) : v));
  expect(run(CODES, [...elu, output], consts)).toEqual([elus, elus]);
});

it('Max and Min with a number on either side, and Abs, with and without a quantiser behind', () => {
  const consts = { low: scalar(-3), high: scalar(40), sixteen: scalar(16), seven: scalar(7) };
  const limits = [node('Max', ['q', 'low'], 'm'), node('Min', ['high', 'm'], 'y')];
  const limited = CODES.map((v) => clamp(v, -3, 40));
  expect(run(CODES, limits, consts)).toEqual([limited, limited]);
  const abs = [node('Sub', ['q', 'seven'], 'd'), node('Abs', ['d'], 'a')];
  const sums = CODES.map((v) => Math.abs(v - 7) + v);
  expect(run(CODES, [...abs, node('Add', ['a', 'q'], 'y')], consts)).toEqual([sums, sums]);
  const output = node('Quant', ['a', 'sixteen', 'zero', 'eight'], 'y', { signed: 0 });
  const coarse = CODES.map((v) => 16 * roundNumber(Math.abs(v - 7) / 16, 'ROUND'));
  expect(run(CODES, [...abs, output], consts)).toEqual([coarse, coarse]);
});
