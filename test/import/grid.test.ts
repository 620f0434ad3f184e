/** Sums of streams whose scales have no common grid that hardware could hold. */
import { expect, it } from 'vitest';
import { importOnnx } from '../../src/import/onnx/import.ts';
import { type ConstSpec, type NodeSpec, onnxModel } from '../fuzz/onnx.ts';
import { importedResults, type Samples } from '../fuzz/oracle.ts';

const scalar = (v: number): ConstSpec => ({ dtype: 'float32', shape: [], data: [v] });
const node = (op: string, inputs: string[], output: string, attrs: NodeSpec['attrs'] = {}): NodeSpec => ({
  op,
  inputs,
  outputs: [output],
  attrs,
});

/** round(p · r · x + q · s · y): products of two float32 scales each, so of 48 bits. */
function model(p: number, q: number): Uint8Array {
  const signed = { signed: 1 };
  return onnxModel({
    inputs: [
      { name: 'x', shape: [1, 64] },
      { name: 'y', shape: [1, 64] },
    ],
    outputs: ['z'],
    nodes: [
      node('Quant', ['x', 'one', 'zero', 'eight'], 'qx', signed),
      node('Quant', ['y', 'one', 'zero', 'eight'], 'qy', signed),
      node('Mul', ['qx', 'p'], 'px'),
      node('Mul', ['px', 'r'], 'rx'),
      node('Mul', ['qy', 'q'], 'py'),
      node('Mul', ['py', 's'], 'sy'),
      node('Add', ['rx', 'sy'], 'sum'),
      node('Quant', ['sum', 'one', 'zero', 'eight'], 'z', signed),
    ],
    consts: {
      one: scalar(1),
      zero: scalar(0),
      eight: scalar(8),
      p: scalar(p),
      q: scalar(q),
      r: scalar(1 / 7),
      s: scalar(1 / 11),
    },
  });
}

it('are near, which is said, and rounded as in exact arithmetic', () => {
  for (const [p, q] of [
    [3.3, 5.7],
    [2.1, -1e-3],
  ] as const) {
    const bytes = model(p, q);
    const imported = importOnnx(bytes);
    const [warning, ...more] = imported.warnings;
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ code: 'W0220', subject: 'sum' });
    // At most half a unit of 2^-30 of the larger scale, 128 times.
    const steps = Number(/, ([^,]*) steps of the coarser/.exec(warning?.message ?? '')?.[1]);
    expect(steps).toBeGreaterThan(0);
    expect(steps).toBeLessThanOrEqual(128 / 2 ** 31);
    const [x, y] = [0, 1].map((k) => Float64Array.from({ length: 64 }, (_, i) => ((i * (k ? 53 : 37)) % 256) - 128));
    const samples: Samples = new Map([
      ['x', [x as Float64Array]],
      ['y', [y as Float64Array]],
    ]);
    const [a, b] = [Math.fround(p) * Math.fround(1 / 7), Math.fround(q) * Math.fround(1 / 11)];
    const want = Array.from(x ?? [], (v, i) => {
      const sum = Math.min(127, Math.max(-128, a * v + b * (y?.[i] ?? 0)));
      // No tie is met: the nearest integer is the only one.
      expect(Math.abs(Math.abs(sum % 1) - 0.5)).toBeGreaterThan(1e-6);
      return Math.round(sum) + 0;
    });
    const [got] = importedResults(imported, samples);
    expect([...(got?.get('z')?.data ?? [])].map((v) => v + 0)).toEqual(want);
  }
});

it('a grid that fits is taken as it is', () => {
  expect(importOnnx(model(7, 11 * 2 ** -3)).warnings).toEqual([]);
});
