import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import type { Attrs, Const } from '../../graph.ts';
import { defineOp, type OpContext } from '../../op.ts';
import { channelsOf } from '../rows.ts';
import { applyLookup, type Lookup, lookupBounds, lookupProblems } from './lookup.ts';

/** `offset`: the input value of the first entry. */
export type TableAttrs = { readonly offset: number };

/** The tables of a node with these attributes and constants. */
export function lookupOf(attrs: TableAttrs & Attrs, consts: OpContext['consts']): Lookup {
  return { table: consts['table'] as Const, offset: attrs.offset };
}

/** Any function of one element by table: `y = table[c][x − offset]`. `table` is `[C or 1, N]`. */
export const table = defineOp<TableAttrs>({
  kind: 'table',
  summary: 'Looks up each element in a table, one for all channels or one per channel.',
  attrs: Type.Object({ offset: Type.Integer() }, { additionalProperties: false }),
  batch: 'leading',
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['table'], optional: [] },
  check: (ctx) => lookupProblems(lookupOf(ctx.attrs, ctx.consts), channelsOf(ctx.inputs[0]?.shape ?? [])),
  shapes: (ctx) => [ctx.inputs[0]?.shape ?? []],
  bounds: (ctx, [x = []]) => [lookupBounds(lookupOf(ctx.attrs, ctx.consts), x, channelsOf(ctx.inputs[0]?.shape ?? []))],
  reference: (ctx, [x], [type]) => {
    const { shape, data } = x as IntTensor;
    const y = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    applyLookup(lookupOf(ctx.attrs, ctx.consts), data, y, channelsOf(shape));
    return [{ shape, data: y }];
  },
});
