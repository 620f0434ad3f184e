import { add, compare, fromNumber, mul, parse, type Rational, rational, toNumber } from '../../../src/num/rational.ts';
import { roundRational } from '../../../src/num/rounding.ts';
import { SCALAR_FUNCTIONS } from '../../../src/num/scalar/functions.ts';
import type { ScalarStep, ScalarSteps } from '../../../src/num/scalar.ts';

const at = <T>(list: readonly T[], c: number): T => list[list.length === 1 ? 0 : c] as T;

function num(text: string): Rational {
  const v = parse(text);
  if (!v) throw new Error(`bad rational ${text}`);
  return v;
}

function apply(step: ScalarStep, c: number, x: Rational): Rational {
  switch (step.kind) {
    case 'affine':
      return add(mul(num(at(step.a, c)), x), num(at(step.b, c)));
    case 'leaky':
      return x.num < 0n ? mul(num(at(step.slope, c)), x) : x;
    case 'clip': {
      let y = x;
      if (step.lo !== null && compare(y, num(step.lo)) < 0) y = num(step.lo);
      if (step.hi !== null && compare(y, num(step.hi)) > 0) y = num(step.hi);
      return y;
    }
    case 'round': {
      const [lo, hi] = [rational(BigInt(step.lo)), rational(BigInt(step.hi))];
      const y = compare(x, lo) < 0 ? lo : compare(x, hi) > 0 ? hi : x;
      return rational(roundRational(y, step.mode));
    }
    case 'sign':
      return rational(x.num >= 0n ? 1n : -1n);
    case 'count':
      return rational(BigInt(at(step.thresholds, c).filter((t) => compare(num(t), x) <= 0).length));
    case 'function':
      return fromNumber((SCALAR_FUNCTIONS.get(step.name) ?? Number.NaN.valueOf)(toNumber(x)));
  }
}

/** The definition of `ScalarStep`, step by step in lowest terms: slow, and sharing nothing with the code under test. */
export function oracle(steps: ScalarSteps, channel: number, x: number): number {
  let v = rational(BigInt(x));
  for (const s of steps) v = apply(s, channel, v);
  if (v.den !== 1n) throw new Error(`not an integer: ${v.num}/${v.den}`);
  return Number(v.num);
}
