/** What ops that stand for a real function have in common. */
import { Type } from 'typebox';

/** `scale`: the real value of one input unit. `fraction`: F, the output is 2^F times the real value. */
export type RealAttrs = { readonly scale: number; readonly fraction: number };

/** Schema of {@link RealAttrs}. */
export const realSchema = {
  scale: Type.Number({ exclusiveMinimum: 0 }),
  fraction: Type.Integer({ minimum: -32, maximum: 40 }),
};
