import { integerInput, integerOutput } from '../../../src/ir/build-ops.ts';
import { constant, GraphBuilder } from '../../../src/ir/builder.ts';
import type { Attrs, Const, Graph } from '../../../src/ir/graph.ts';
import { mantissas } from '../../../src/ir/ops/exponential.ts';
import { type ElemType, int, uint } from '../../../src/num/elem.ts';
import { numel } from '../../../src/num/tensor.ts';

const filled = (shape: readonly number[], f: (i: number) => number): Const =>
  constant(
    shape,
    Int32Array.from({ length: numel(shape) }, (_, i) => f(i)),
  );
interface Sample {
  readonly inputs: readonly (readonly number[])[];
  /** Element types of the inputs, where they are not i4. */
  readonly elems?: readonly ElemType[];
  readonly attrs: Attrs;
  readonly consts?: { readonly [role: string]: Const };
}
const image: Sample = { inputs: [[4, 4, 2]], attrs: {} };
const sliding = { kernel: [2, 2], stride: [2, 2], dilation: [1, 1] };
const pool: Sample = { ...image, attrs: { ...sliding, pads: [0, 1, 0, 1], padValue: -3 } };
/** One legal node of every tensor op. */
export const SAMPLES: { readonly [op: string]: Sample } = {
  dense: { inputs: [[3, 4]], attrs: { groups: 2 }, consts: { weight: filled([6, 2], (i) => (i % 3) - 1) } },
  depthwise: { inputs: [[5, 3, 2]], attrs: {}, consts: { weight: filled([2, 3], (i) => i - 2) } },
  conv: {
    ...image,
    attrs: { ...sliding, pads: [1, 1, 1, 1], padValue: 0, groups: 1 },
    // More elements than stand in the text.
    consts: { weight: filled([10, 2, 2, 2], (i) => (i % 7) - 3) },
  },
  maxpool: pool,
  sumpool: pool,
  window: { ...image, attrs: { ...sliding, groups: 1, order: 'dense' } },
  pad: { ...image, attrs: { pads: [1, 0, 2, 0], value: -1 } },
  reduce: { inputs: [[3, 4, 2]], attrs: { kind: 'max' } },
  globalreduce: { ...image, attrs: { kind: 'sum' } },
  quantise: {
    inputs: [[2]],
    attrs: {
      steps: [
        { kind: 'affine', a: ['1/3', '-2'], b: ['0', '7/5'] },
        { kind: 'leaky', slope: ['1/10'] },
        { kind: 'clip', lo: null, hi: '11/2' },
        { kind: 'round', mode: 'HALF_UP', lo: -4, hi: 3 },
      ],
    },
  },
  thresholds: {
    inputs: [[2, 3]],
    attrs: { base: 0, step: 1 },
    consts: { thresholds: filled([3, 2], (i) => i % 2), descending: constant([3], Int32Array.of(0, 0, 0), uint(1)) },
  },
  requantise: {
    inputs: [[3]],
    attrs: { shift: 3, ties: 'up', lo: 0, hi: 7 },
    consts: { mul: filled([3], (i) => i + 1), add: constant([1], Float64Array.of(2 ** 40)) },
  },
  table: { inputs: [[4]], attrs: { offset: -8 }, consts: { table: filled([1, 16], (i) => i * i) } },
  add: { inputs: [[3], [3]], attrs: { mulA: 2, mulB: -1, offset: 5 } },
  concat: {
    inputs: [
      [2, 3],
      [2, 1],
    ],
    attrs: {},
  },
  gate: {
    inputs: [[3, 2], [1]],
    elems: [int(4), uint(1)],
    attrs: {},
    consts: { weight: filled([2, 4, 2], (i) => (i % 5) - 2) },
  },
  route: {
    inputs: [[3, 4]],
    attrs: {
      k: 2,
      renormalise: false,
      scale: 0.125,
      fraction: 6,
      design: { mul: 23, add: 2080, shift: 6, bits: 6, stepBits: 1, mantissaBits: 8 },
    },
    consts: { mantissas: filled([2], (i) => 128 + 53 * i) },
  },
  experts: {
    inputs: [
      [3, 2],
      [3, 2],
    ],
    elems: [int(4), uint(9)],
    attrs: { fraction: 6, shift: 2, ties: 'up', lo: -8, hi: 7 },
    consts: {
      up: filled([4, 3, 2], (i) => (i % 5) - 2),
      down: filled([4, 2, 3], (i) => (i % 7) - 3),
      mul: filled([1, 3], (i) => i + 1),
      add: filled([4, 1], (i) => i),
      table: filled([16], (i) => Math.max(i - 8, 0)),
      bias: filled([4, 2], (i) => i),
    },
  },
  insert: { inputs: [[2, 3]], attrs: {}, consts: { rows: filled([1, 3], (i) => i - 1) } },
  slice: { inputs: [[3, 4]], attrs: { axis: 1, start: 1, size: 2 } },
  reorder: { inputs: [[6]], attrs: { shape: [2, 3], perm: [1, 0] } },
  reshape: { inputs: [[2, 3]], attrs: { shape: [6] } },
  multiply: { inputs: [[3], [3]], attrs: {} },
  matmul: {
    inputs: [
      [3, 4],
      [5, 4],
    ],
    attrs: { heads: 2, transposeB: true },
  },
  curve: { inputs: [[3]], attrs: { name: 'gelu', scale: 0.1, fraction: 8 } },
  softmax: { inputs: [[2, 3]], attrs: { scale: 0.25, fraction: 8, method: 'online' } },
  layernorm: { inputs: [[2, 3]], attrs: { scale: 0.5, epsilon: 1e-5, fraction: 6, center: true } },
  attention: {
    inputs: [
      [3, 4],
      [4, 4],
      [4, 2],
    ],
    attrs: {
      ...{ heads: 2, scale: 0.1, fraction: 2, causal: true, slots: 0, scoreBits: 8, stepBits: 0, mantissaBits: 9 },
      design: { slots: 2, mul: 300, add: 66000, shift: 9, bits: 8, stepBits: 5, reciprocalBits: 30 },
    },
    consts: { mantissas: mantissas(5, 9), mask: filled([3, 4], (i) => i % 2) },
  },
  replay: { inputs: [[3, 4]], attrs: { rows: 7, groups: 2 } },
  scores: {
    inputs: [
      [3, 4],
      [8, 4],
    ],
    attrs: { ...{ heads: 2, keys: 4, slots: 2, causal: false }, mul: 300, add: 66000, shift: 9, bits: 8 },
    consts: { mask: filled([3, 4], (i) => i % 2) },
  },
  attend: {
    inputs: [
      [8, 2, 2],
      [8, 4],
    ],
    elems: [uint(8), int(4)],
    attrs: { queries: 3, keys: 4, heads: 2, stepBits: 5, reciprocalBits: 30, fraction: 2 },
    consts: { mantissas: mantissas(5, 9) },
  },
};
/** A graph of one node. */
export function single(op: string, sample: Sample): Graph {
  const b = new GraphBuilder(`one_${op}`);
  const inputs = sample.inputs.map((shape, i) => integerInput(b, `x${i}`, shape, sample.elems?.[i] ?? int(4)));
  const consts = sample.consts ?? {};
  integerOutput(b, 'y', b.node({ op, name: `${op}0`, attrs: sample.attrs, inputs, consts, origin: [`/onnx/${op}`] }));
  return b.finish();
}
