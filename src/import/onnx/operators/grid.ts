/** Integer multipliers of the operands of a sum: multiples of a common grid, or close to it where there is none. */
import { farFromGrid } from '../../../diag/messages-import.ts';
import { bitLength, elemRange } from '../../../num/elem.ts';
import { div, gcdOf, mul, type Rational, rational, sign, sub, toNumber } from '../../../num/rational.ts';
import { roundRational } from '../../../num/rounding.ts';
import type { Linear } from '../context.ts';
import { type Call, refuse } from './operator.ts';

/** `a ± b ≈ g · (mulA · x + mulB · y)`, the sign in `mulB`. */
export interface Grid {
  readonly g: Rational;
  readonly mulA: number;
  readonly mulB: number;
}

/** Bits of a sum and of a multiplier, at most. */
const SUM_BITS = 50;
const MULTIPLIER_BITS = 31;
/** Fewer bits of the ratio of two scales are not worth being called near. */
const LEAST_BITS = 16;

/** The coarsest scale of which both are multiples, and the multiples; near ones, with a warning, where these are too wide. */
export function commonGrid(call: Call, x: Linear, y: Linear, factor: 1 | -1): Grid {
  const [sa, sb] = [x.affine.a[0] as Rational, y.affine.a[0] as Rational];
  const g = gcdOf(sa, sb);
  if (sign(g) === 0) refuse(call, 'both of its operands are constant', 'remove it');
  const [mulA, mulB] = [Number(div(sa, g).num), factor * Number(div(sb, g).num)];
  const operands = Math.max(largestOf(call, x), largestOf(call, y));
  const widest = bitLength(operands) + bitLength(Math.max(Math.abs(mulA), Math.abs(mulB))) + 1;
  const multiplier = bitLength(Math.max(Math.abs(mulA), Math.abs(mulB)));
  if (widest <= SUM_BITS && multiplier <= MULTIPLIER_BITS) return { g, mulA, mulB };
  const bits = Math.min(MULTIPLIER_BITS, SUM_BITS - bitLength(operands) - 1) - 1;
  if (bits < LEAST_BITS) {
    const why = `its scales have no common grid within ${SUM_BITS} bits (it takes ${widest})`;
    refuse(call, why, 'give both operands one quantiser');
  }
  return nearGrid(call, x, y, factor, bits);
}

/** The larger scale is 2^bits units of the grid, the other one as many as come nearest. */
function nearGrid(call: Call, x: Linear, y: Linear, factor: 1 | -1, bits: number): Grid {
  const [sa, sb] = [x.affine.a[0] as Rational, y.affine.a[0] as Rational];
  const magnitude = (s: Rational): Rational => (sign(s) < 0 ? rational(-s.num, s.den) : s);
  const larger = sign(sub(magnitude(sa), magnitude(sb))) >= 0 ? magnitude(sa) : magnitude(sb);
  const g = div(larger, rational(1n << BigInt(bits)));
  const [mulA, mulB] = [sa, sb].map((s) => roundRational(div(s, g), 'ROUND')) as [bigint, bigint];
  const off = (s: Rational, m: bigint, l: Linear): number =>
    Math.abs(toNumber(sub(s, mul(g, rational(m))))) * largestOf(call, l);
  const total = off(sa, mulA, x) + off(sb, mulB, y);
  const steps = total / toNumber(larger);
  call.ctx.warnings.push(farFromGrid(call.node.name, total.toPrecision(2), steps.toPrecision(2)));
  return { g, mulA: Number(mulA), mulB: factor * Number(mulB) };
}

/** The largest magnitude that a stream's integers can have. */
function largestOf(call: Call, { value }: Linear): number {
  const { lo, hi } = elemRange(call.ctx.builder.type(value).elem);
  return Math.max(Math.abs(lo), hi);
}
