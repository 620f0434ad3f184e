import { ceilOf, type Fraction, floorOf, fraction, minus, order, over } from './fraction.ts';
import type { Piece } from './normal.ts';
import { beginsAfter, halvesBelow } from './round.ts';

/**
 * A place between two real numbers: just before `at`, or just after it. `lowest` lies below and `highest` above all
 * reals. What a monotone function sends above a cut is again everything above (or, decreasing, below) a cut.
 */
export type Cut = { readonly at: Fraction; readonly after: boolean } | 'lowest' | 'highest';

/** 1 or −1: rising or falling over all reals (constant counts as rising); 0: neither, or not known to be. */
export function direction(pieces: readonly Piece[]): 1 | -1 | 0 {
  let d: 1 | -1 = 1;
  for (const p of pieces) {
    if (p.kind === 'function' || (p.kind === 'leaky' && p.slope.num < 0n)) return 0;
    if (p.kind === 'affine' && p.a.num < 0n) d = d === 1 ? -1 : 1;
  }
  return d;
}

/** The cut in the input whose image is just below the integer `level` of the output. Needs a direction. */
export function cutBefore(pieces: readonly Piece[], level: bigint): Cut {
  let cut: Cut = { at: fraction(level), after: false };
  for (let i = pieces.length - 1; i >= 0; i--) cut = preimage(pieces[i] as Piece, cut);
  return cut;
}

/** The smallest integer above a cut; undefined at the two ends. */
export function firstAbove(cut: Cut): bigint | undefined {
  if (cut === 'lowest' || cut === 'highest') return undefined;
  return cut.after ? floorOf(cut.at) + 1n : ceilOf(cut.at);
}

function isAbove(v: Fraction, cut: Cut): boolean {
  if (cut === 'lowest' || cut === 'highest') return cut === 'lowest';
  const o = order(v, cut.at);
  return cut.after ? o > 0 : o >= 0;
}

function preimage(p: Piece, cut: Cut): Cut {
  switch (p.kind) {
    case 'affine':
      if (p.a.num === 0n) return isAbove(p.b, cut) ? 'lowest' : 'highest';
      return throughAffine(p.a, p.b, cut);
    case 'leaky':
      // Only rising slopes come here: the negative side is stretched, the positive one kept.
      if (cut === 'lowest' || cut === 'highest' || cut.at.num >= 0n) return cut;
      return { at: over(cut.at, p.slope), after: cut.after };
    case 'clip': {
      if (p.hi && !isAbove(p.hi, cut)) return 'highest';
      return p.lo && isAbove(p.lo, cut) ? 'lowest' : cut;
    }
    case 'round': {
      const first = firstAbove(cut);
      if (first === undefined) return cut;
      const k = first - p.offset;
      if (p.hi !== null && k > p.hi) return 'highest';
      if (p.lo !== null && k <= p.lo) return 'lowest';
      return { at: fraction(2n * k - halvesBelow(p.mode, k), 2n), after: beginsAfter(p.mode, k) };
    }
    case 'count': {
      const first = firstAbove(cut);
      if (first === undefined) return cut;
      const needed = ceilOf(fraction(first - p.base, p.step));
      if (needed <= 0n) return 'lowest';
      const at = p.thresholds[Number(needed) - 1];
      return at ? { at, after: false } : 'highest';
    }
    case 'function':
      throw new RangeError(`${p.name} has no exact inverse`);
  }
}

function throughAffine(a: Fraction, b: Fraction, cut: Cut): Cut {
  const falls = a.num < 0n;
  if (cut === 'lowest' || cut === 'highest') return falls === (cut === 'lowest') ? 'highest' : 'lowest';
  return { at: over(minus(cut.at, b), a), after: cut.after !== falls };
}
