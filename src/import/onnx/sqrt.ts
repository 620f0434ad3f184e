import { invariant } from '../../diag/diagnostic.ts';
import { type Rational, rational } from '../../num/rational.ts';

/** Binary digits that stand for an irrational root: far beyond what could move any threshold of a real network. */
const DIGITS = 256n;

function isqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt(Math.ceil(n.toString(2).length / 2));
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

/** 1/√x for x > 0: exact where the root is rational, otherwise to a relative 2^-256. */
export function inverseSqrt(x: Rational): Rational {
  invariant(x.num > 0n, 'root of a number that is not positive');
  // 1/√(n/d) = √(d/n) = √(d·n)/n
  const product = x.den * x.num;
  const exact = isqrt(product);
  if (exact * exact === product) return rational(exact, x.num);
  return rational(isqrt(product << (2n * DIGITS)), x.num << DIGITS);
}
