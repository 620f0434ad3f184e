/** What ops that stand for a real function have in common. */
import { Type } from 'typebox';
import type { OpContext } from '../op.ts';

/** `scale`: the real value of one input unit. `fraction`: F, the output is 2^F times the real value. */
export type RealAttrs = { readonly scale: number; readonly fraction: number };

/** Schema of {@link RealAttrs}. */
export const realSchema = {
  scale: Type.Number({ exclusiveMinimum: 0 }),
  fraction: Type.Integer({ minimum: -32, maximum: 40 }),
};

/** Sentences about a design that lacks one of its tables, or a table without a design. */
export function designProblems(ctx: OpContext, design: object | undefined, roles: readonly string[]): string[] {
  return roles
    .filter((role) => (ctx.consts[role] !== undefined) !== (design !== undefined))
    .map((role) =>
      design ? `it is designed, but has no constant ${role}` : `it has a constant ${role}, but no design`,
    );
}
