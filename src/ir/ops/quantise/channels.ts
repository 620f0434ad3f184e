import { type ElemType, elemRange, type Interval } from '../../../num/elem.ts';
import { channelsOf } from '../../../num/scalar/check.ts';
import { direction } from '../../../num/scalar/cut.ts';
import { evaluateExact } from '../../../num/scalar/evaluate.ts';
import { evaluator, tabulate } from '../../../num/scalar/evaluator.ts';
import { normalForm, type Piece } from '../../../num/scalar/normal.ts';
import type { ScalarSteps } from '../../../num/scalar.ts';
import { valueRange } from '../../../num/tensor.ts';

/** A function that rises and falls is scanned for its bounds up to this many inputs. */
const SCANNED = 1 << 16;
const LARGEST = Number.MAX_SAFE_INTEGER;

/** The functions of the channels (one entry when all are the same), parsed once per attribute object. */
export const channelFunctions = remember((steps: ScalarSteps): readonly (readonly Piece[])[] =>
  Array.from({ length: channelsOf(steps) }, (_, c) => normalForm(steps, c)),
);

const evaluators = remember(() => new Map<string, readonly ((x: number) => number)[]>());

/** Fast exact evaluators of the channels for every value of an element type. */
export function channelEvaluators(steps: ScalarSteps, elem: ElemType): readonly ((x: number) => number)[] {
  const known = evaluators(steps);
  const key = `${elem.kind}${elem.bits}`;
  let all = known.get(key);
  if (!all) {
    const range = elemRange(elem);
    all = channelFunctions(steps).map((pieces) => evaluator(pieces, range));
    known.set(key, all);
  }
  return all;
}

/** Exact bounds of one channel: the values at the ends of a monotone function, a scan or the last rounding's otherwise. */
export function functionBounds(pieces: readonly Piece[], x: Interval): Interval {
  const d = direction(pieces);
  if (d !== 0) {
    const a = Number(evaluateExact(pieces, x.lo));
    const b = Number(evaluateExact(pieces, x.hi));
    return d > 0 ? { lo: a, hi: b } : { lo: b, hi: a };
  }
  const last = lastBounds(pieces[pieces.length - 1]);
  return (x.hi - x.lo < SCANNED && scan(pieces, x)) || last;
}

/** Undefined where a function has no value, such as the logarithm of 0. */
function scan(pieces: readonly Piece[], x: Interval): Interval | undefined {
  try {
    return valueRange(tabulate(pieces, x));
  } catch (e) {
    if (e instanceof RangeError) return undefined;
    throw e;
  }
}

function lastBounds(last: Piece | undefined): Interval {
  if (last?.kind === 'count') {
    return { lo: Number(last.base), hi: Number(last.base + last.step * BigInt(last.thresholds.length)) };
  }
  if (last?.kind !== 'round') return { lo: -LARGEST, hi: LARGEST };
  return {
    lo: last.lo === null ? -LARGEST : Number(last.lo + last.offset),
    hi: last.hi === null ? LARGEST : Number(last.hi + last.offset),
  };
}

/** Attributes are frozen data, so that whatever follows from them alone may be kept with them. */
function remember<T>(make: (steps: ScalarSteps) => T): (steps: ScalarSteps) => T {
  const known = new WeakMap<ScalarSteps, T>();
  return (steps) => {
    let v = known.get(steps);
    if (v === undefined) {
      v = make(steps);
      known.set(steps, v);
    }
    return v;
  };
}
