import { channelsOf, scalarProblems } from '../../../num/scalar/check.ts';
import type { ScalarSteps } from '../../../num/scalar.ts';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import { boundsAt, defineOp } from '../../op.ts';
import { channelEvaluators, channelFunctions, functionBounds } from './channels.ts';
import { quantiseSchema } from './schema.ts';

/** `steps`: an exact real function with an integer result, the same for all channels (last axis) or one for each. */
export type QuantiseAttrs = { readonly steps: ScalarSteps };

const lastAxis = (shape: readonly number[] | undefined): number => shape?.[shape.length - 1] ?? 1;

/**
 * `y[…, c] = f_c(x[…, c])`: what the model computes between an accumulator and its next quantiser, in exact arithmetic.
 *
 * The importer's op; it has no hardware. A pass replaces it with thresholds, a requantisation or a table that is equal
 * on the whole range of the input.
 */
export const quantise = defineOp<QuantiseAttrs>({
  kind: 'quantise',
  summary: 'An exact real function of each element that ends in an integer: scales, activations and roundings.',
  attrs: quantiseSchema,
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: (ctx) => scalarProblems(ctx.attrs.steps, lastAxis(ctx.inputs[0]?.shape)),
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx, [x = []]) => {
    const functions = channelFunctions(ctx.attrs.steps);
    const channels = Math.max(functions.length, x.length);
    const at = (c: number) => functions[functions.length === 1 ? 0 : c] ?? [];
    return [Array.from({ length: channels }, (_, c) => functionBounds(at(c), boundsAt(x, c)))];
  },
  reference: (ctx, [x], [type]) => {
    const input = x as IntTensor;
    const steps = ctx.attrs.steps;
    const fs = channelEvaluators(steps, ctx.inputs[0]?.elem ?? { kind: 'int', bits: 1 });
    const data = type ? allocate(numel(type.shape), type.elem) : new Int32Array(0);
    const channels = channelsOf(steps);
    for (let c = 0; c < channels; c++) {
      const f = fs[c] as (v: number) => number;
      for (let i = c; i < data.length; i += channels) data[i] = f(input.data[i] as number);
    }
    return [{ shape: type?.shape ?? input.shape, data }];
  },
});
