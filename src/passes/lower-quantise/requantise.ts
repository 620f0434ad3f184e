import type { Interval } from '../../num/elem.ts';
import type { Staircase } from '../../num/scalar/staircase.ts';
import { TIES, type Ties } from '../../num/shift.ts';
import { fitsInt32 } from '../../num/tensor.ts';
import { requantiseByAlgebra } from './algebra.ts';
import { addendsOf, intersect, smallest, smallestFit } from './fit.ts';
import { proveRequantise } from './proof.ts';
import { MAX_SHIFT, MAX_SUM, type Requantisation } from './requantisation.ts';
import { commonSlopes, type Lines, linesOf } from './slopes.ts';
import { type Subject, staircasesOf } from './subject.ts';

/**
 * Equal requantisations with the smallest shift and multipliers: one multiplier for all channels, one for each; with
 * ties up and with ties to even. Results fit 32 bits.
 */
export function requantisations(s: Subject): readonly Requantisation[] {
  const stairs = staircasesOf(s);
  const clamp = s.range;
  if (!clamp || !fitsInt32(clamp)) return [];
  if (!stairs) return requantiseByAlgebra(s);
  const found: Requantisation[] = [];
  for (const ties of TIES) {
    // Ties to even cost a little; they can only help where the multiplier is not free already.
    if (!found.some(isFree)) found.push(...withTies(stairs, clamp, ties));
  }
  return found;
}

const isFree = ({ mul }: Requantisation): boolean =>
  mul.length === 1 && Number.isInteger(Math.log2(Math.abs(mul[0] ?? 0)));

function withTies(stairs: readonly Staircase[], clamp: Interval, ties: Ties): readonly Requantisation[] {
  const lines: Lines[] = [];
  for (const c of stairs) {
    const l = linesOf(c, clamp, ties);
    if (!l) return [];
    lines.push(l);
  }
  const found = [shared(stairs, lines, ties), separate(lines, ties)].flatMap((m) => {
    const r = m && withAddends(stairs, lines, m, clamp);
    return r ? [{ ...r, ties }] : [];
  });
  return found.filter((r) => stairs.every((c, i) => proveRequantise(c, r, i)));
}

interface Multipliers {
  readonly shift: number;
  /** In the direction of each staircase: never negative. */
  readonly mul: readonly bigint[];
}

/** Without a dropped bit there is no tie. */
const leastShift = (ties: Ties): number => (ties === 'even' ? 1 : 0);

function shared(stairs: readonly Staircase[], lines: readonly Lines[], ties: Ties): Multipliers | undefined {
  if (stairs.some((s) => s.mirrored !== stairs[0]?.mirrored)) return undefined;
  const slopes = commonSlopes(lines);
  for (let shift = leastShift(ties); slopes && shift <= MAX_SHIFT; shift++) {
    const m = smallestFit(lines, slopes, shift);
    if (m !== undefined) return { shift, mul: lines.map(() => m) };
  }
  return undefined;
}

/** What fits with one shift fits, doubled, with the next: the largest of the channels' smallest shifts serves all. */
function separate(lines: readonly Lines[], ties: Ties): Multipliers | undefined {
  let shift = leastShift(ties);
  for (const l of lines) while (shift <= MAX_SHIFT && smallestFit([l], l, shift) === undefined) shift++;
  const mul = lines.flatMap((l) => smallestFit([l], l, shift) ?? []);
  return shift <= MAX_SHIFT ? { shift, mul } : undefined;
}

function withAddends(
  stairs: readonly Staircase[],
  lines: readonly Lines[],
  { shift, mul }: Multipliers,
  clamp: Interval,
): Omit<Requantisation, 'ties'> | undefined {
  const options = lines.map((l, i) => addendsOf(l, mul[i] as bigint, shift));
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

const magnitude = (v: bigint): bigint => (v < 0n ? -v : v);
