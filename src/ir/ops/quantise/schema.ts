import { Type } from 'typebox';
import { ROUNDINGS } from '../../../num/rounding.ts';

const closed = { additionalProperties: false };
const rational = Type.String({ pattern: '^-?[0-9]+(/[1-9][0-9]*)?$' });
const perChannel = Type.Array(rational, { minItems: 1 });
const limit = Type.Union([rational, Type.Null()]);

/** JSON schema of `ScalarStep`. */
const step = Type.Union([
  Type.Object({ kind: Type.Literal('affine'), a: perChannel, b: perChannel }, closed),
  Type.Object({ kind: Type.Literal('leaky'), slope: perChannel }, closed),
  Type.Object({ kind: Type.Literal('clip'), lo: limit, hi: limit }, closed),
  Type.Object(
    {
      kind: Type.Literal('round'),
      mode: Type.Union(ROUNDINGS.map((m) => Type.Literal(m))),
      lo: Type.Integer(),
      hi: Type.Integer(),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('sign') }, closed),
  Type.Object({ kind: Type.Literal('count'), thresholds: Type.Array(Type.Array(rational), { minItems: 1 }) }, closed),
  Type.Object({ kind: Type.Literal('function'), name: Type.String() }, closed),
]);

export const quantiseSchema = Type.Object({ steps: Type.Array(step) }, closed);
