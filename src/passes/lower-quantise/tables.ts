import type { Interval } from '../../num/elem.ts';
import { evaluator } from '../../num/scalar/evaluator.ts';
import { climb } from '../../num/scalar/staircase.ts';
import type { Channel, Subject } from './subject.ts';

/** Values of all channels over the whole domain of the node, one row per channel. */
export function tableRows(s: Subject): readonly Float64Array[] {
  return s.channels.map((c) => tableRow(c, s.domain));
}

/** Inputs that cannot reach this channel repeat the nearest value that can. */
function tableRow(c: Channel, all: Interval): Float64Array {
  const { stairs } = c;
  const f = stairs ? (x: number): number => climb(stairs, x) : evaluator(c.pieces, c.domain);
  const inside = (x: number): number => Math.min(Math.max(x, c.domain.lo), c.domain.hi);
  return Float64Array.from({ length: all.hi - all.lo + 1 }, (_, i) => f(inside(all.lo + i)));
}
