import { Type } from 'typebox';
import { allocate, type IntTensor, numel } from '../../../num/tensor.ts';
import { defineOp, type OpContext } from '../../op.ts';
import { channelsOf } from '../rows.ts';
import { putBefore, withRows } from './before.ts';

type NoAttrs = { readonly [key: string]: never };

const rowsIn = (ctx: OpContext<NoAttrs>) => {
  const { rows } = ctx.consts;
  if (!rows) throw new RangeError('insert has no rows');
  return rows;
};

/** Constant rows before those of a stream: `[N, C]` with `rows` `[K, C]` to `[K + N, C]`, as a class token stands. */
export const insert = defineOp<NoAttrs>({
  kind: 'insert',
  summary: 'Puts constant rows before the rows of a tensor, such as a class token.',
  attrs: Type.Object({}, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: ['rows'], optional: [] },
  check: (ctx) => {
    const shape = ctx.inputs[0]?.shape ?? [];
    const { shape: rows } = rowsIn(ctx);
    const fits = shape.length === 2 && rows.length === 2 && rows[1] === shape[1];
    return fits ? [] : [`rows [${rows.join(', ')}] before [${shape.join(', ')}]: both must be matrices of one width`];
  },
  shapes: (ctx) => {
    const [n = 0, c = 1] = ctx.inputs[0]?.shape ?? [];
    return [[n + (rowsIn(ctx).shape[0] ?? 0), c]];
  },
  bounds: (ctx, [x = []]) => [withRows(rowsIn(ctx), channelsOf(ctx.inputs[0]?.shape ?? []), x)],
  reference: (ctx, [x], [type]) => {
    const shape = type?.shape ?? [];
    const data = allocate(numel(shape), type?.elem ?? { kind: 'int', bits: 53 });
    putBefore(rowsIn(ctx), (x as IntTensor).data, data);
    return [{ shape, data }];
  },
});
