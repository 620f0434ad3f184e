/** onnxruntime's MoE and QMoE against plain loops. */
import { expect, it } from 'vitest';
import { importOnnx } from '../../src/import/onnx/import.ts';
import { roundNumber } from '../../src/num/rounding.ts';
import { type ConstSpec, type NodeSpec, onnxModel } from '../fuzz/onnx.ts';
import { importedResults } from '../fuzz/oracle.ts';
import { node, opsOf, quant, reals, scalar } from './transformer.ts';

const [N, D, E, H, K] = [5, 6, 4, 8, 2];
const code = (i: number, seed: number): number => ((((i + seed) * 73) % 15) - 7) / 8;
const of = (shape: readonly number[], f: (i: number) => number): ConstSpec =>
  reals(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => f(i)),
  );

/** `[E, out, in]`. */
const up = of([E, H, D], (i) => code(i, 5));
const down = of([E, D, H], (i) => code(i, 7));
const b1 = of([E, H], (i) => (i % 5) / 8);
const b2 = of([E, D], (i) => (i % 7) / 64);
const gate = of([D, E], (i) => code(i, 3));
const base = { in: scalar(1 / 16), unit: scalar(1 / 32), zero: scalar(0), eight: scalar(8), gate };

const X = Array.from({ length: N * D }, (_, i) => ((i * 37) % 101) - 50);

function model(op: NodeSpec, consts: { [name: string]: ConstSpec }): Uint8Array {
  const nodes = [quant('x', 'q', 'in'), node('MatMul', ['q', 'gate'], 'l0'), quant('l0', 'l'), op, quant('m', 'y')];
  return onnxModel({ inputs: [{ name: 'x', shape: [N, D] }], outputs: ['y'], nodes, consts: { ...base, ...consts } });
}

/** The operator in doubles; hidden values rounded to multiples of `step`, gates to 2^-12. */
function plain(renormalise: boolean, step: number, act: (v: number) => number): number[] {
  const grid = (v: number): number => roundNumber(v / step, 'ROUND') * step;
  const out: number[] = [];
  for (let n = 0; n < N; n++) {
    const x = X.slice(n * D, (n + 1) * D).map((v) => v / 16);
    const logit = (e: number): number => {
      const sum = x.reduce((s, v, d) => s + v * (gate.data[d * E + e] as number), 0);
      return Math.max(-128, Math.min(127, roundNumber(sum * 32, 'ROUND'))) / 32;
    };
    const logits = Array.from({ length: E }, (_, e) => logit(e));
    const best = [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b).slice(0, K);
    const total = (renormalise ? best.map((e) => logits[e] as number) : logits).reduce((s, v) => s + Math.exp(v), 0);
    const y = new Array<number>(D).fill(0);
    for (const e of best) {
      const g = Math.floor((Math.exp(logits[e] as number) / total) * 4096 + 0.5) / 4096;
      const h = Array.from({ length: H }, (_, j) => {
        const sum = x.reduce(
          (s, v, d) => s + v * (up.data[(e * H + j) * D + d] as number),
          b1.data[e * H + j] as number,
        );
        return grid(act(grid(sum)));
      });
      for (let d = 0; d < D; d++)
        y[d] =
          (y[d] as number) +
          g * h.reduce((s, v, j) => s + v * (down.data[(e * D + d) * H + j] as number), b2.data[e * D + d] as number);
    }
    out.push(...y.map((v) => Math.max(-128, Math.min(127, roundNumber(v * 32, 'ROUND'))) / 32 + 0));
  }
  return out;
}

function imported(bytes: Uint8Array): { readonly y: number[]; readonly ops: string[]; readonly step: number } {
  const result = importOnnx(bytes);
  const [warning] = result.warnings;
  expect(result.warnings.map((w) => w.code)).toEqual(['W0218']);
  const step = Number(/12 bits, (\S+) apart/.exec(warning?.message ?? '')?.[1]);
  const samples = new Map([['x', [Float64Array.from(X, (v) => v / 16)]]]);
  const y = [...(importedResults(result, samples)[0]?.get('y')?.data ?? [])].map((v) => v + 0);
  return { y, ops: opsOf(result.model.graph), step };
}

const relu = (v: number): number => Math.max(v, 0);
const attrs = { k: K, activation_type: 'relu' };

it.each([0, 1])('MoE, normalize_routing_weights=%i, in both orders of its weights', (normal) => {
  const transposed = (t: ConstSpec): ConstSpec => {
    const [e = 1, a = 1, b = 1] = t.shape;
    return of([e, b, a], (i) => {
      const [x, rest] = [Math.floor(i / (a * b)), i % (a * b)];
      return t.data[x * a * b + (rest % a) * b + Math.floor(rest / a)] as number;
    });
  };
  for (const [first, second] of [
    [up, down],
    [transposed(up), transposed(down)],
  ] as const) {
    const op = node('MoE', ['q', 'l', 'up', 'b1', 'down', 'b2'], 'm', { ...attrs, normalize_routing_weights: normal });
    const { y, ops, step } = imported(model(op, { up: first, down: second, b1, b2 }));
    expect(ops.slice(-3)).toEqual(['route', 'experts', 'quantise']);
    expect(y).toEqual(plain(normal === 1, step, relu));
  }
});

it.each([4, 8])('QMoE with weights of %i bits', (bits) => {
  const packed = (t: ConstSpec): ConstSpec => {
    const codes = t.data.map((v) => v * 8 + 2 ** (bits - 1));
    const [e = 1, a = 1, b = 1] = t.shape;
    const per = 8 / bits;
    const bytes = Array.from({ length: codes.length / per }, (_, i) =>
      Array.from({ length: per }, (_x, j) => (codes[i * per + j] as number) * 2 ** (bits * j)).reduce(
        (p, q) => p + q,
        0,
      ),
    );
    return { dtype: 'uint8', shape: [e, a, b / per], data: bytes };
  };
  const scales = { s1: of([E, H], () => 1 / 8), s2: of([E, D], () => 1 / 8) };
  const op = node('QMoE', ['q', 'l', 'up', 's1', 'b1', 'down', 's2', 'b2'], 'm', {
    ...attrs,
    expert_weight_bits: bits,
  });
  const { y, step } = imported(model(op, { up: packed(up), down: packed(down), b1, b2, ...scales }));
  expect(y).toEqual(plain(true, step, relu));
});

it('gated experts are refused by name', () => {
  const op = node('MoE', ['q', 'l', 'up', 'b1', 'down', 'b2', 'up'], 'm', attrs);
  expect(() => importOnnx(model(op, { up, down, b1, b2 }))).toThrow('it has a third product');
});
