import { Type } from 'typebox';
import { defineOp } from '../../op.ts';
import { replayRows } from './rows.ts';

/** `rows` of the result; `groups` equal parts of a row, such as heads, across which the hardware does not fold. */
export type ReplayAttrs = { readonly rows: number; readonly groups: number };

const positive = Type.Integer({ minimum: 1 });

/** A matrix's rows over and over, `[M, C] → [rows, C]`: row t is row t mod M of the input. */
export const replay = defineOp<ReplayAttrs>({
  kind: 'replay',
  summary: "A matrix's rows over and over, until so many have come.",
  attrs: Type.Object({ rows: positive, groups: positive }, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: ({ attrs, inputs }) => {
    const shape = inputs[0]?.shape ?? [];
    if (shape.length !== 2) return [`needs a matrix [M, C], got [${shape.join(', ')}]`];
    const [rows = 0, channels = 0] = shape;
    if (channels % attrs.groups !== 0) return [`groups=${attrs.groups} does not divide rows of ${channels}`];
    return attrs.rows < rows ? [`rows=${attrs.rows} would leave out some of the ${rows} rows`] : [];
  },
  shapes: ({ attrs, inputs }) => [[attrs.rows, inputs[0]?.shape[1] ?? 0]],
  bounds: (_ctx, [x = []]) => [x],
  reference: ({ attrs, inputs }, [x], [type]) => (x ? [replayRows(x, attrs.rows, inputs[0]?.shape[1] ?? 0, type)] : []),
});
