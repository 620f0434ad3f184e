import { Type } from 'typebox';
import { bitLength } from '../../../num/elem.ts';
import type { Const } from '../../graph.ts';

export type AttendAttrs = {
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly stepBits: number;
  readonly reciprocalBits: number;
  readonly fraction: number;
};

const positive = Type.Integer({ minimum: 1 });

/** Schema of {@link AttendAttrs}, shared with the kernel. */
export const attendSchema = {
  queries: positive,
  keys: positive,
  heads: positive,
  stepBits: Type.Integer({ minimum: 1, maximum: 10 }),
  reciprocalBits: Type.Integer({ minimum: 2, maximum: 52 }),
  fraction: Type.Integer({ minimum: 0, maximum: 16 }),
};

/** What is wrong with the constants of an `attend`; `vBits` bits of a value. */
export function weighingProblems(a: AttendAttrs, table: Const, vBits: number): string[] {
  const problems: string[] = [];
  const { data, elem, shape } = table;
  if (shape.length !== 1 || shape[0] !== 2 ** a.stepBits)
    problems.push(`mantissas of [${shape}] are not the ${2 ** a.stepBits} of stepBits=${a.stepBits}`);
  if (elem.kind !== 'uint' || data.some((m) => bitLength(m) !== elem.bits))
    problems.push('mantissas are unsigned and have their upper bit set');
  if (a.reciprocalBits - a.fraction < 1 || a.reciprocalBits < elem.bits)
    problems.push(
      `reciprocalBits=${a.reciprocalBits} must be more than fraction=${a.fraction} and at least ${elem.bits}`,
    );
  if (a.reciprocalBits + vBits > 51)
    problems.push(`reciprocalBits=${a.reciprocalBits} with values of ${vBits} bits: 51 together at most are exact`);
  if (vBits + a.fraction > 30)
    problems.push(`values of ${vBits} bits and fraction=${a.fraction}: results take more than 31 bits`);
  return problems;
}
