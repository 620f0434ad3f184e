import { climb, type Staircase } from './staircase.ts';

/** Fewer steps than this are found as fast by halving. */
const FEW = 4;
/** A guess that is off by more steps than this is no better than halving. */
const FAR = 2;

/**
 * `climb` for many numbers. The steps of a rounding lie evenly, so that a straight line says nearly which one it is;
 * comparing with the steps themselves makes it exact.
 */
export function climber(s: Staircase): (x: number) => number {
  const { steps, first, mirrored } = s;
  const n = steps.length;
  const origin = steps[0] ?? 0;
  const slope = (n - 1) / ((steps[n - 1] ?? 0) - origin);
  if (n < FEW || !Number.isFinite(slope)) return (x) => climb(s, x);
  if (steps.some((at, k) => Math.abs((at - origin) * slope - k) > FAR)) return (x) => climb(s, x);
  return (x) => {
    const u = mirrored ? -x : x;
    const guess = Math.floor((u - origin) * slope) + 1;
    let k = Math.max(0, Math.min(guess, n));
    while (k < n && (steps[k] as number) <= u) k++;
    while (k > 0 && (steps[k - 1] as number) > u) k--;
    return first + k;
  };
}
