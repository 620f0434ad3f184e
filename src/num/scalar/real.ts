import { fromNumber, toNumber } from '../rational.ts';
import { roundNumber } from '../rounding.ts';
import type { ScalarSteps } from '../scalar.ts';
import { evaluateFraction } from './evaluate.ts';
import { SCALAR_FUNCTIONS } from './functions.ts';
import { type Piece, parsePiece } from './normal.ts';

/** Nearer than this (relative) to a rounding boundary, a double cannot be trusted and rationals decide. */
const DOUBT = 1e-9;

/** real → integer, exact, for one channel: doubles where they are beyond doubt, rationals where not. */
export function quantiser(steps: ScalarSteps, channel: number): (x: number) => number {
  const pieces = steps.map((s) => parsePiece(s, channel));
  const exact = (x: number): number => toNumber(evaluateFraction(pieces, fromNumber(x)));
  const at = pieces[0]?.kind === 'affine' ? 1 : 0;
  const [head, round] = [pieces[0], pieces[at]];
  if (round?.kind !== 'round' || round.mode !== 'ROUND') return exact;
  const [a, b] = at === 1 && head?.kind === 'affine' ? [toNumber(head.a), toNumber(head.b)] : [1, 0];
  const lo = round.lo === null ? Number.NEGATIVE_INFINITY : Number(round.lo);
  const hi = round.hi === null ? Number.POSITIVE_INFINITY : Number(round.hi);
  const rest = pieces.slice(at + 1).map(realPiece);
  return (x) => {
    const y = a * x + b;
    if (Math.abs(y - Math.floor(y) - 0.5) < DOUBT * Math.max(1, Math.abs(y))) return exact(x);
    return rest.reduce((v, f) => f(v), Math.min(Math.max(roundNumber(y, 'ROUND'), lo), hi));
  };
}

/** integer → real in double precision, for one channel. */
export function realiser(steps: ScalarSteps, channel: number): (q: number) => number {
  const fs = steps.map((s) => realPiece(parsePiece(s, channel)));
  return (q) => fs.reduce((v, f) => f(v), q);
}

function realPiece(p: Piece): (x: number) => number {
  switch (p.kind) {
    case 'affine': {
      const [a, b] = [toNumber(p.a), toNumber(p.b)];
      return (x) => a * x + b;
    }
    case 'leaky': {
      const slope = toNumber(p.slope);
      return (x) => (x < 0 ? slope * x : x);
    }
    case 'clip': {
      const lo = p.lo ? toNumber(p.lo) : Number.NEGATIVE_INFINITY;
      const hi = p.hi ? toNumber(p.hi) : Number.POSITIVE_INFINITY;
      return (x) => Math.min(Math.max(x, lo), hi);
    }
    case 'function':
      return SCALAR_FUNCTIONS.get(p.name) ?? (() => Number.NaN);
    default:
      return (x) => toNumber(evaluateFraction([p], fromNumber(x)));
  }
}
