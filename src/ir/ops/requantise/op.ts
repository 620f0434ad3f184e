import { Type } from 'typebox';
import { TIES, type Ties } from '../../../num/shift.ts';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import type { Attrs, Const } from '../../graph.ts';
import { type Bounds, defineOp, type OpContext } from '../../op.ts';
import { channelsOf, mapBounds, rowProblems, rowsOf } from '../rows.ts';
import { applyScaling, type Scaling, scaleAt } from './scale.ts';

/**
 * `shift`: bits dropped after the multiplication; `ties`: what becomes of a quotient without rest (`up` keeps it, `even`
 * lowers an odd one by 1 and needs a shift of at least 1); `lo`, `hi`: the clamp.
 */
export type RequantiseAttrs = {
  readonly shift: number;
  readonly ties: Ties;
  readonly lo: number;
  readonly hi: number;
};

/** Schema of the attributes, shared with the kernel. Results fit 32 bits. */
export const requantiseSchema = {
  shift: Type.Integer({ minimum: 0, maximum: 62 }),
  ties: Type.Union(TIES.map((t) => Type.Literal(t))),
  lo: Type.Integer({ minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }),
  hi: Type.Integer({ minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }),
};

/** The scaling of a node with these attributes and constants. */
export function scalingOf(attrs: RequantiseAttrs & Attrs, consts: OpContext['consts']): Scaling {
  const { shift, ties, lo, hi } = attrs;
  return { mul: consts['mul'] as Const, add: consts['add'] as Const, shift, ties, lo, hi };
}

/** 1 when one row of constants serves all channels. */
export const scalingRows = (f: Scaling): number => Math.max(rowsOf(f.mul), rowsOf(f.add));

/** Sentences about the constants of a node with that many channels. */
export function scalingProblems(f: Scaling, channels: number): string[] {
  const problems = [...rowProblems('mul', f.mul, 1, channels), ...rowProblems('add', f.add, 1, channels)];
  if (f.ties === 'even' && f.shift === 0) problems.push('ties=even needs a shift of at least 1');
  if (f.lo > f.hi) problems.push(`lo=${f.lo} is above hi=${f.hi}`);
  return problems;
}

/** Exact output bounds: the function is monotone, in the direction of its multiplier. */
export function scalingBounds(f: Scaling, x: Bounds, channels: number): Bounds {
  return mapBounds(x, scalingRows(f), channels, (b, c) => {
    const ends = [scaleAt(f, b.lo, c), scaleAt(f, b.hi, c)];
    return { lo: Math.min(...ends), hi: Math.max(...ends) };
  });
}

/**
 * Multiply, add, shift, clamp, per channel (last axis): `y = clamp(floor((x · mul[c] + add[c]) / 2^shift), lo, hi)`.
 *
 * `ties` = `even` rounds half to even, given an addend that contains the half: where the division leaves no rest and its
 * quotient is odd, the result is one less. `mul` and `add` are `[C]` or `[1]`. Exact for products of any size.
 */
export const requantise = defineOp<RequantiseAttrs>({
  kind: 'requantise',
  summary: 'Scales each element by an integer multiplier and a shift, then clamps.',
  attrs: Type.Object(requantiseSchema, { additionalProperties: false }),
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['mul', 'add'], optional: [] },
  check: (ctx) => scalingProblems(scalingOf(ctx.attrs, ctx.consts), channelsOf(ctx.inputs[0]?.shape ?? [])),
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx, [x = []]) => [
    scalingBounds(scalingOf(ctx.attrs, ctx.consts), x, channelsOf(ctx.inputs[0]?.shape ?? [])),
  ],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    applyScaling(scalingOf(ctx.attrs, ctx.consts), data, y, channelsOf(shape));
    return [{ shape, data: y }];
  },
});
