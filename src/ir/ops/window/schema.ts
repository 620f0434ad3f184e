import { Type } from 'typebox';

/** A pair of positive integers: rows, columns. */
const positivePair = Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })]);

/** Schema fields of every op with a sliding window. */
export const slidingSchema = { kernel: positivePair, stride: positivePair, dilation: positivePair };

/** Padding: top, left, bottom, right. */
export const padsSchema = Type.Tuple([
  Type.Integer({ minimum: 0 }),
  Type.Integer({ minimum: 0 }),
  Type.Integer({ minimum: 0 }),
  Type.Integer({ minimum: 0 }),
]);
