import { isBelowTop, type Lines, type Point, type Slopes, smallestMultiplier } from './slopes.ts';

/** The addends that one channel allows with a multiplier and a shift; null = no bound. */
export interface Addends {
  readonly lo: bigint | null;
  readonly hi: bigint | null;
}

interface Bound {
  readonly add: bigint;
  readonly at: Point;
}

/** The smallest multiplier at this shift that leaves every channel an addend; `slopes`: what the channels have in common. */
export function smallestFit(all: readonly Lines[], slopes: Slopes, shift: number): bigint | undefined {
  let m = smallestMultiplier(slopes, shift);
  while (m !== undefined && isBelowTop(slopes, m, shift)) {
    const next = raised(all, m, shift);
    if (next === m) return m;
    m = next;
  }
  return undefined;
}

/**
 * M itself where all channels have an addend with it, else a larger one below which some channel has none. The two
 * bounds that cross say how M must change: it can only grow, since all smaller ones are out already.
 */
function raised(all: readonly Lines[], m: bigint, shift: number): bigint | undefined {
  let most = m;
  for (const l of all) {
    const { low, high } = tightest(l, most, shift);
    if (!low || !high || low.add <= high.add) continue;
    const run = BigInt(low.at.u - high.at.u);
    if (run <= 0n) return undefined;
    most += (low.add - high.add + run - 1n) / run;
  }
  return most;
}

export function addendsOf(l: Lines, mul: bigint, shift: number): Addends {
  const { low, high } = tightest(l, mul, shift);
  return { lo: low?.add ?? null, hi: high?.add ?? null };
}

function tightest(l: Lines, mul: bigint, shift: number): { readonly low?: Bound; readonly high?: Bound } {
  // The least sum that is shifted to k, less the product.
  const rest = (p: Point): bigint => (BigInt(p.k) << BigInt(shift)) + BigInt(p.late) - BigInt(p.u) * mul;
  let low: Bound | undefined;
  let high: Bound | undefined;
  for (const at of l.reach) {
    const add = rest(at);
    if (!low || add > low.add) low = { add, at };
  }
  for (const at of l.miss) {
    const add = rest(at) - 1n;
    if (!high || add < high.add) high = { add, at };
  }
  return { ...(low ? { low } : {}), ...(high ? { high } : {}) };
}

export function intersect(all: readonly Addends[]): Addends | undefined {
  let lo: bigint | null = null;
  let hi: bigint | null = null;
  for (const a of all) {
    if (a.lo !== null && (lo === null || a.lo > lo)) lo = a.lo;
    if (a.hi !== null && (hi === null || a.hi < hi)) hi = a.hi;
  }
  return lo !== null && hi !== null && lo > hi ? undefined : { lo, hi };
}

/** The one nearest to 0: the fewest bits. */
export function smallest({ lo, hi }: Addends): bigint {
  if (lo !== null && lo > 0n) return lo;
  return hi !== null && hi < 0n ? hi : 0n;
}
