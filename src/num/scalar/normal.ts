import type { Rounding } from '../rounding.ts';
import type { ScalarStep, ScalarSteps } from '../scalar.ts';
import { type Fraction, fraction, integral, isValue, order, parseFraction, plus, times } from './fraction.ts';
import { roundFraction } from './round.ts';

/** One step of one channel, parsed. */
export type Piece =
  | { readonly kind: 'affine'; readonly a: Fraction; readonly b: Fraction }
  | { readonly kind: 'leaky'; readonly slope: Fraction }
  | { readonly kind: 'clip'; readonly lo: Fraction | null; readonly hi: Fraction | null }
  /** x → min(max(round(x), lo), hi) + offset; null = unbounded */
  | RoundPiece
  /** x → base + step · #{thresholds ≤ x}; ascending, step > 0 */
  | { readonly kind: 'count'; readonly thresholds: readonly Fraction[]; readonly base: bigint; readonly step: bigint }
  | { readonly kind: 'function'; readonly name: string };

export interface RoundPiece {
  readonly kind: 'round';
  readonly mode: Rounding;
  readonly lo: bigint | null;
  readonly hi: bigint | null;
  readonly offset: bigint;
}

type Clip = Extract<Piece, { kind: 'clip' }>;
type Affine = Extract<Piece, { kind: 'affine' }>;

const ZERO = fraction(0n);

/** The entry of one channel of a list with one entry or one per channel. */
const entryAt = <T>(list: readonly T[], channel: number): T | undefined =>
  list.length === 1 ? list[0] : list[channel];

function number(text: string | undefined): Fraction {
  const v = parseFraction(text ?? '');
  if (!v) throw new RangeError(`"${text}" is not a rational`);
  return v;
}

/** One step as it stands. */
export function parsePiece(step: ScalarStep, channel: number): Piece {
  switch (step.kind) {
    case 'affine':
      return { kind: 'affine', a: number(entryAt(step.a, channel)), b: number(entryAt(step.b, channel)) };
    case 'leaky':
      return { kind: 'leaky', slope: number(entryAt(step.slope, channel)) };
    case 'clip':
      return clipPiece(step.lo === null ? null : number(step.lo), step.hi === null ? null : number(step.hi));
    case 'round':
      return { kind: 'round', mode: step.mode, lo: BigInt(step.lo), hi: BigInt(step.hi), offset: 0n };
    case 'sign':
      return { kind: 'count', thresholds: [ZERO], base: -1n, step: 2n };
    case 'count': {
      const row = (entryAt(step.thresholds, channel) ?? []).map(number).sort(order);
      return { kind: 'count', thresholds: row, base: 0n, step: 1n };
    }
    case 'function':
      return step;
  }
}

/**
 * The steps of one channel as the fewest pieces: affine maps are fused, clips move behind them and into the next
 * rounding. The usual chain of scales, biases, batch normalisation and ReLU before a quantiser becomes one affine map
 * and one rounding. The last piece is a rounding or a count whenever the chain's result is an integer.
 */
export function normalForm(steps: ScalarSteps, channel: number): readonly Piece[] {
  let pieces: readonly Piece[] = [];
  for (const step of steps) pieces = append(pieces, parsePiece(step, channel));
  const last = pieces[pieces.length - 1];
  if (last?.kind === 'round' || last?.kind === 'count' || !isIntegral(pieces)) return pieces;
  return append(pieces, { kind: 'round', mode: 'FLOOR', lo: null, hi: null, offset: 0n }, true);
}

/** True when integers in give integers out, as the form of the pieces shows. */
function isIntegral(pieces: readonly Piece[]): boolean {
  const last = pieces[pieces.length - 1];
  if (!last || last.kind === 'round' || last.kind === 'count') return true;
  if (last.kind === 'affine') return integral(last.a) && integral(last.b) && isIntegral(pieces.slice(0, -1));
  if (last.kind !== 'clip') return false;
  return (!last.lo || integral(last.lo)) && (!last.hi || integral(last.hi)) && isIntegral(pieces.slice(0, -1));
}

function append(pieces: readonly Piece[], next: Piece, keepRound = false): readonly Piece[] {
  const last = pieces[pieces.length - 1];
  const before = pieces.slice(0, -1);
  switch (next.kind) {
    case 'leaky':
      if (next.slope.num === 0n) return append(pieces, { kind: 'clip', lo: ZERO, hi: null });
      return isValue(next.slope, 1n) ? pieces : [...pieces, next];
    case 'affine':
      if (isValue(next.a, 1n) && next.b.num === 0n) return pieces;
      if (last?.kind === 'affine') return append(before, fuse(last, next));
      if (last?.kind === 'clip') return appendScaledClip(append(before, next), last, next);
      if (last?.kind === 'round' && isValue(next.a, 1n) && integral(next.b)) {
        return [...before, { ...last, offset: last.offset + next.b.num / next.b.den }];
      }
      return [...pieces, next];
    case 'clip':
      if (last?.kind === 'clip') return append(before, clipClip(last, next));
      if (last?.kind === 'round' && isIntegral([next])) return [...before, clipRound(last, next)];
      return next.lo || next.hi ? [...pieces, next] : pieces;
    case 'round':
      if (!keepRound && isIntegral(pieces)) {
        return append(pieces, { kind: 'clip', lo: bound(next.lo), hi: bound(next.hi) });
      }
      return last?.kind === 'clip' ? [...before, roundClip(last, next)] : [...pieces, next];
    default:
      return [...pieces, next];
  }
}

const bound = (v: bigint | null): Fraction | null => (v === null ? null : fraction(v));

const fuse = (f: Affine, g: Affine): Affine => ({
  kind: 'affine',
  a: times(f.a, g.a),
  b: plus(times(g.a, f.b), g.b),
});

/** clip then affine = affine then the clip at the images of its bounds. */
function appendScaledClip(pieces: readonly Piece[], clip: Clip, g: Affine): readonly Piece[] {
  if (g.a.num === 0n) return pieces;
  const map = (v: Fraction | null): Fraction | null => v && plus(times(g.a, v), g.b);
  const [lo, hi] = g.a.num > 0n ? [map(clip.lo), map(clip.hi)] : [map(clip.hi), map(clip.lo)];
  return append(pieces, { kind: 'clip', lo, hi });
}

/** min(max(x, lo), hi) is `hi` everywhere when lo lies above it: then the two are made one. */
function clipPiece(lo: Fraction | null, hi: Fraction | null): Clip {
  return { kind: 'clip', lo: lo && hi && order(lo, hi) > 0 ? hi : lo, hi };
}

export function clipAt(x: Fraction, { lo, hi }: Clip): Fraction {
  if (lo && order(x, lo) < 0) return lo;
  return hi && order(x, hi) > 0 ? hi : x;
}

const clipClip = (first: Clip, then: Clip): Clip => ({
  kind: 'clip',
  lo: first.lo ? clipAt(first.lo, then) : then.lo,
  hi: first.hi ? clipAt(first.hi, then) : then.hi,
});

const roundBounds = (r: RoundPiece, shift: bigint): Clip => ({
  kind: 'clip',
  lo: r.lo === null ? null : fraction(r.lo + shift),
  hi: r.hi === null ? null : fraction(r.hi + shift),
});

function fromClip(r: RoundPiece, c: Clip): RoundPiece {
  const value = (v: Fraction | null): bigint | null => v && v.num / v.den;
  return { ...r, lo: value(c.lo), hi: value(c.hi) };
}

function clipRound(r: RoundPiece, c: Clip): RoundPiece {
  const shift = (v: Fraction | null): Fraction | null => v && plus(v, fraction(-r.offset));
  return fromClip(r, clipClip(roundBounds(r, 0n), { kind: 'clip', lo: shift(c.lo), hi: shift(c.hi) }));
}

/** Rounding is monotone, so it commutes with a clip whose bounds are rounded. */
function roundClip(c: Clip, r: RoundPiece): RoundPiece {
  const rounded = (v: Fraction | null): Fraction | null => v && fraction(roundFraction(v, r.mode));
  return fromClip(r, clipClip({ kind: 'clip', lo: rounded(c.lo), hi: rounded(c.hi) }, roundBounds(r, 0n)));
}
