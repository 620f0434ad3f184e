import { Type } from 'typebox';
import type { ValueType } from '../../ir/graph.ts';
import { hull } from '../../ir/op.ts';
import { type ReduceKind, reduceAxis, reduceInterval, reduceKind } from '../../ir/ops/reduce/arith.ts';
import type { ReduceAttrs } from '../../ir/ops/reduce/op.ts';
import { bitLength } from '../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../num/tensor.ts';
import { calibrated } from '../cost-model.ts';
import { slotModel } from '../cycles.ts';
import { divisors } from '../divisors.ts';
import { castParams } from '../elemcode.ts';
import { defineKernel } from '../kernel.ts';
import { CALIBRATION } from './calibration.ts';

/**
 * `pixels` windows of K positions and C channels, PE channels per beat. The input comes fold by fold, `(pixels, C / PE, K,
 * PE)`: what a sliding-window generator in depthwise order with SIMD = PE sends. The output is `(pixels, C)`.
 */
export type PoolAttrs = {
  readonly kind: ReduceKind;
  readonly pixels: number;
  readonly K: number;
  readonly C: number;
  readonly PE: number;
};

const positive = Type.Integer({ minimum: 1 });
const inputBeats = ({ pixels, K, C, PE }: PoolAttrs): number => (pixels * K * C) / PE;

/** Maximum or sum of every K beats, lane by lane. */
export const pool = defineKernel<PoolAttrs>({
  kind: 'pool',
  summary: 'Maximum or sum over the positions of each window, PE channels at a time.',
  attrs: Type.Object(
    { kind: reduceKind, pixels: positive, K: positive, C: positive, PE: positive },
    { additionalProperties: false },
  ),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ attrs: { pixels, K, C, PE }, inputs }) => {
    const problems: string[] = [];
    if (inputs[0] && numel(inputs[0].shape) !== pixels * K * C) {
      problems.push(`a stream of ${numel(inputs[0].shape)} elements is not ${pixels} windows of ${K}×${C}`);
    }
    if (C % PE !== 0) problems.push(`PE=${PE} does not divide C=${C}`);
    return problems;
  },
  shapes: ({ attrs }) => [[attrs.pixels * attrs.C]],
  bounds: ({ attrs }, [x = []]) => [[reduceInterval(hull(x), attrs.K, attrs.kind)]],
  reference: ({ attrs }, [x], [type]) => {
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    // Fold by fold, a window is K positions of PE channels.
    reduceAxis((x as IntTensor).data, data, attrs.K, attrs.PE, attrs.kind);
    return [{ shape, data }];
  },
  lanes: ({ attrs }) => [attrs.PE],
  inputLanes: ({ attrs }) => [attrs.PE],
  folding: {
    knobs: ['PE'],
    legal: (_knob, { attrs }) => divisors(attrs.C),
    explain: (_knob, value, { attrs }) => `PE=${value} does not divide C=${attrs.C}`,
  },
  busy: ({ attrs }) => inputBeats(attrs),
  cycles: ({ attrs: { K } }) => slotModel(K, (i) => ({ reads: 1, writes: i === K - 1 }), 1),
  ...calibrated<PoolAttrs>(({ attrs, outputs, inputs }) => {
    const bits = attrs.PE * (outputs[0] ?? (inputs[0] as ValueType)).elem.bits;
    const count = bitLength(attrs.K - 1);
    return {
      lut: { [attrs.kind]: bits, count, fixed: 1 },
      ff: { lanes: bits, count, fixed: 1 },
      dsp: 0,
      bram: 0,
    };
  }, CALIBRATION),
  verilog: ({ attrs, inputs, outputs }) => ({
    module: 'sluice_pool',
    files: ['sluice_cast.v', 'sluice_swg_count.v', 'sluice_pool_lanes.v', 'sluice_pool.v'],
    params: {
      K: attrs.K,
      SUM: attrs.kind === 'sum' ? 1 : 0,
      ...castParams(attrs.PE, (inputs[0] as ValueType).elem, (outputs[0] as ValueType).elem),
    },
    memories: [],
  }),
  hls: ({ attrs }) => ({
    function: 'pool',
    headers: ['pool.hpp'],
    args: [(attrs.pixels * attrs.C) / attrs.PE, attrs.K, attrs.kind === 'sum' ? 1 : 0],
    arrays: [],
  }),
  implements: {
    op: 'reduce',
    attrs: (node, inputs) => {
      const shape = inputs[0]?.shape ?? [];
      const [K = 1, C = 1] = shape.slice(-2);
      return {
        kind: (node.attrs as ReduceAttrs).kind,
        pixels: numel(shape.slice(0, -2)),
        K,
        C,
        PE: 1,
      } satisfies PoolAttrs;
    },
  },
});
