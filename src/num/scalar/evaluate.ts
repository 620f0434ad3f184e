import { type Fraction, fraction, fromDouble, order, plus, times, toDouble } from './fraction.ts';
import { SCALAR_FUNCTIONS } from './functions.ts';
import { clipAt, type Piece } from './normal.ts';
import { roundFraction } from './round.ts';

/** The exact value of a chain at an integer. Throws a RangeError where a function is undefined or the result no integer. */
export function evaluateExact(pieces: readonly Piece[], x: number | bigint): bigint {
  const v = evaluateFraction(pieces, fraction(BigInt(x)));
  if (v.num % v.den !== 0n) throw new RangeError(`the chain gives ${v.num}/${v.den} at ${x}, not an integer`);
  return v.num / v.den;
}

/** The exact value of a chain at a real. */
export function evaluateFraction(pieces: readonly Piece[], x: Fraction): Fraction {
  let v = x;
  for (const p of pieces) v = applyPiece(p, v);
  return v;
}

function applyPiece(p: Piece, x: Fraction): Fraction {
  switch (p.kind) {
    case 'affine':
      return plus(times(p.a, x), p.b);
    case 'leaky':
      return x.num < 0n ? times(p.slope, x) : x;
    case 'clip':
      return clipAt(x, p);
    case 'round': {
      const r = roundFraction(x, p.mode);
      const raised = p.lo !== null && r < p.lo ? p.lo : r;
      return fraction((p.hi !== null && raised > p.hi ? p.hi : raised) + p.offset);
    }
    case 'count':
      return fraction(p.base + p.step * BigInt(countAtMost(p.thresholds, x)));
    case 'function': {
      const f = SCALAR_FUNCTIONS.get(p.name);
      const y = f?.(toDouble(x)) ?? Number.NaN;
      if (!Number.isFinite(y)) throw new RangeError(`${p.name}(${toDouble(x)}) is ${y}`);
      return fromDouble(y);
    }
  }
}

/** How many of the ascending thresholds are ≤ x. */
function countAtMost(thresholds: readonly Fraction[], x: Fraction): number {
  let lo = 0;
  let hi = thresholds.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (order(thresholds[mid] as Fraction, x) <= 0) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}
