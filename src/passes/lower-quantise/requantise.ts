import type { Interval } from '../../num/elem.ts';
import type { Staircase } from '../../num/scalar/staircase.ts';
import { fitsInt32 } from '../../num/tensor.ts';
import { requantiseByAlgebra } from './algebra.ts';
import { proveRequantise } from './proof.ts';
import type { Requantisation } from './requantisation.ts';
import { commonSlopes, type Lines, linesOf, smallestMultiplier } from './slopes.ts';
import { type Subject, staircasesOf } from './subject.ts';

const MAX_SHIFT = 48;
/** Products and sums that the hardware carries. */
const MAX_SUM = 1n << 61n;

/** Equal requantisations with the smallest shift and multipliers: one multiplier for all channels, one for each. Results fit 32 bits. */
export function requantisations(s: Subject): readonly Requantisation[] {
  const stairs = staircasesOf(s);
  if (!s.range || !fitsInt32(s.range)) return [];
  if (!stairs) return requantiseByAlgebra(s);
  const clamp = s.range;
  const lines: Lines[] = [];
  for (const c of stairs) {
    const l = linesOf(c, clamp);
    if (!l) return [];
    lines.push(l);
  }
  const found = [shared(stairs, lines), separate(lines)].flatMap((m) => {
    const r = m && withAddends(stairs, lines, m, clamp);
    return r ? [r] : [];
  });
  return found.filter((r) => stairs.every((c, i) => proveRequantise(c, r, i)));
}

interface Multipliers {
  readonly shift: number;
  /** In the direction of each staircase: never negative. */
  readonly mul: readonly bigint[];
}

function shared(stairs: readonly Staircase[], lines: readonly Lines[]): Multipliers | undefined {
  if (stairs.some((s) => s.mirrored !== stairs[0]?.mirrored)) return undefined;
  const slopes = commonSlopes(lines);
  for (let shift = 0; slopes && shift <= MAX_SHIFT; shift++) {
    const m = smallestMultiplier(slopes, shift);
    if (m !== undefined) return { shift, mul: lines.map(() => m) };
  }
  return undefined;
}

/** What fits with one shift fits, doubled, with the next: the largest of the channels' smallest shifts serves all. */
function separate(lines: readonly Lines[]): Multipliers | undefined {
  let shift = 0;
  for (const l of lines) while (shift <= MAX_SHIFT && smallestMultiplier(l, shift) === undefined) shift++;
  const mul = lines.flatMap((l) => smallestMultiplier(l, shift) ?? []);
  return shift <= MAX_SHIFT ? { shift, mul } : undefined;
}

/** An interval of addends; null = no bound. */
interface Addends {
  readonly lo: bigint | null;
  readonly hi: bigint | null;
}

function withAddends(
  stairs: readonly Staircase[],
  lines: readonly Lines[],
  { shift, mul }: Multipliers,
  clamp: Interval,
): Requantisation | undefined {
  const options = lines.map((l, i) => addendsOf(l, mul[i] as bigint, BigInt(shift)));
  const common = intersect(options);
  const add = common ? [smallest(common)] : options.map(smallest);
  const fits = stairs.every((s, i) => {
    const reach = BigInt(Math.max(Math.abs(s.domain.lo), Math.abs(s.domain.hi)));
    const a = magnitude(add[add.length === 1 ? 0 : i] as bigint);
    return reach * (mul[i] as bigint) + a < MAX_SUM && a < 1n << 52n && (mul[i] as bigint) < 1n << 52n;
  });
  if (!fits) return undefined;
  const signed = stairs.map((s, i) => 0 + Number(mul[i]) * (s.mirrored && mul[i] !== 0n ? -1 : 1));
  const same = signed.every((m) => m === signed[0]);
  return { mul: same ? signed.slice(0, 1) : signed, add: add.map(Number), shift, ...clamp };
}

function addendsOf(l: Lines, mul: bigint, shift: bigint): Addends {
  let lo: bigint | null = null;
  let hi: bigint | null = null;
  for (const p of l.reach) {
    const a = (BigInt(p.k) << shift) - BigInt(p.u) * mul;
    if (lo === null || a > lo) lo = a;
  }
  for (const p of l.miss) {
    const a = (BigInt(p.k) << shift) - BigInt(p.u) * mul - 1n;
    if (hi === null || a < hi) hi = a;
  }
  return { lo, hi };
}

function intersect(all: readonly Addends[]): Addends | undefined {
  let lo: bigint | null = null;
  let hi: bigint | null = null;
  for (const a of all) {
    if (a.lo !== null && (lo === null || a.lo > lo)) lo = a.lo;
    if (a.hi !== null && (hi === null || a.hi < hi)) hi = a.hi;
  }
  return lo !== null && hi !== null && lo > hi ? undefined : { lo, hi };
}

/** The one nearest to 0: the fewest bits. */
function smallest({ lo, hi }: Addends): bigint {
  if (lo !== null && lo > 0n) return lo;
  return hi !== null && hi < 0n ? hi : 0n;
}

const magnitude = (v: bigint): bigint => (v < 0n ? -v : v);
