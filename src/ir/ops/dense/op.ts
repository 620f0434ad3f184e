import { Type } from 'typebox';
import type { Interval } from '../../../num/elem.ts';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { type Bounds, defineOp, type OpContext } from '../../op.ts';
import { dotBounds } from './bounds.ts';
import { matVec } from './matvec.ts';

/** `groups`: the last axis is split into that many equal parts, each multiplied by its own rows of the weights. */
export type DenseAttrs = { readonly groups: number };

const lastAxis = (shape: readonly number[]): number => shape[shape.length - 1] ?? 1;
const weightOf = (ctx: OpContext<DenseAttrs>): Const => ctx.consts['weight'] as Const;

/**
 * Matrix–vector product at every position: `[…, K] → […, M]`, `y[m] = Σ_k weight[m, k] · x[g(m), k]`.
 *
 * `weight` is `[M, K / groups]`; rows are ordered by group. A convolution is a `window` followed by this.
 */
export const dense = defineOp<DenseAttrs>({
  kind: 'dense',
  summary: 'Product of a constant matrix with the last axis, at every position; optionally in groups.',
  attrs: Type.Object({ groups: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['weight'], optional: [] },
  check: (ctx) => {
    const k = lastAxis(ctx.inputs[0]?.shape ?? []);
    const [m = 0, kw = 0] = weightOf(ctx).shape;
    const { groups } = ctx.attrs;
    const problems: string[] = [];
    if (m % groups !== 0) problems.push(`groups=${groups} does not divide the ${m} rows of the weights`);
    if (kw * groups !== k)
      problems.push(`weights of [${m}, ${kw}] in ${groups} group(s) do not fit a last axis of ${k}`);
    return problems;
  },
  shapes: (ctx) => [[...(ctx.inputs[0]?.shape ?? []).slice(0, -1), weightOf(ctx).shape[0] ?? 0]],
  bounds: (ctx, [x = []]) => [rowBounds(weightOf(ctx), ctx.attrs.groups, x)],
  reference: (ctx, [x], [type]) => {
    const input = x as IntTensor;
    const w = weightOf(ctx);
    const [m = 0, k = 0] = w.shape;
    const shape = type?.shape ?? [];
    const data = type ? allocate(numel(shape), type.elem) : new Int32Array(0);
    matVec(input.data, w.data, data, { rows: m, cols: k, groups: ctx.attrs.groups });
    return [{ shape, data }];
  },
});

/** Worst-case row sums over the actual weights: the exact bounds of each output channel. */
function rowBounds(w: Const, groups: number, x: Bounds): Interval[] {
  const [m = 0, k = 0] = w.shape;
  const rowsPerGroup = m / groups;
  const out: Interval[] = [];
  for (let r = 0; r < m; r++) {
    out.push(dotBounds(w.data.subarray(r * k, (r + 1) * k), x, Math.floor(r / rowsPerGroup) * k));
  }
  return out;
}
