import type { Interval } from '../../num/elem.ts';

/** The exact range of a product of two independent integers. */
export function productInterval(a: Interval, b: Interval): Interval {
  const corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
  // The sum with 0 makes a plain zero of a negative one.
  return { lo: Math.min(...corners) + 0, hi: Math.max(...corners) + 0 };
}
