import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import type { Attrs, Const } from '../../graph.ts';
import { type Bounds, defineOp, type OpContext } from '../../op.ts';
import { channelsOf, mapBounds, rowProblems, rowsOf } from '../rows.ts';
import { applySteps, orderProblems, type StepFunctions, stepAt } from './count.ts';

/** `base`: the value below all thresholds; `step`: what each threshold passed adds. */
export type ThresholdsAttrs = { readonly base: number; readonly step: number };

/** The step functions of a node with these attributes and constants. */
export function stepFunctions(attrs: ThresholdsAttrs & Attrs, consts: OpContext['consts']): StepFunctions {
  const { base, step } = attrs;
  return { thresholds: consts['thresholds'] as Const, descending: consts['descending'], base, step };
}

/** Sentences about the constants of a node with that many channels. */
export function stepProblems(f: StepFunctions, channels: number): string[] {
  const shape = [
    ...rowProblems('thresholds', f.thresholds, 2, channels),
    ...rowProblems('descending', f.descending, 1, channels),
  ];
  if (f.thresholds.shape[1] === 0) shape.push('thresholds has no columns');
  if (f.descending && rowsOf(f.descending) > rowsOf(f.thresholds)) {
    shape.push('descending per channel needs thresholds per channel');
  }
  return shape.length > 0 ? shape : orderProblems(f);
}

/** Exact output bounds: each step function is monotone. */
export function stepBounds(f: StepFunctions, x: Bounds, channels: number): Bounds {
  return mapBounds(x, rowsOf(f.thresholds), channels, (b, c) => {
    const ends = [stepAt(f, b.lo, c), stepAt(f, b.hi, c)];
    return { lo: Math.min(...ends), hi: Math.max(...ends) };
  });
}

/**
 * Integer step functions per channel (last axis): `y = base + step · #{t : x ≥ thresholds[c][t]}`.
 *
 * `thresholds` is `[C or 1, T]` with ascending rows; channels marked in `descending` (`[C or 1]`, 0 or 1) count
 * `x ≤ t` over a descending row: the images of negative scales.
 */
export const thresholds = defineOp<ThresholdsAttrs>({
  kind: 'thresholds',
  summary: 'Counts the thresholds that each element has passed, per channel.',
  attrs: Type.Object({ base: Type.Integer(), step: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['thresholds'], optional: ['descending'] },
  check: (ctx) => stepProblems(stepFunctions(ctx.attrs, ctx.consts), channelsOf(ctx.inputs[0]?.shape ?? [])),
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx, [x = []]) => [
    stepBounds(stepFunctions(ctx.attrs, ctx.consts), x, channelsOf(ctx.inputs[0]?.shape ?? [])),
  ],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    applySteps(stepFunctions(ctx.attrs, ctx.consts), data, y, channelsOf(shape));
    return [{ shape, data: y }];
  },
});
