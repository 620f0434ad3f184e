/** Elements of streams where they enter a circuit and leave it. */
import type { NetlistBuilder } from '../../netlist/builder.ts';
import type { ElemType, Interval } from '../../num/elem.ts';
import { materialise, settled, type Term } from './term.ts';

/** Elements that enter, with the range of each. Bipolar ones are bits. */
export function inputTerms(b: NetlistBuilder, name: string, elem: ElemType, ranges: readonly Interval[]): Term[] {
  const bipolar = elem.kind === 'bipolar';
  return ranges.map((range, i) => {
    const value = b.input(`${name}_${i}`, bipolar ? { lo: 0, hi: 1 } : range);
    return bipolar ? settled(b, value, 1, -1) : settled(b, value);
  });
}

/** An element as it leaves: bipolar ones as their bit. */
export function outputValue(b: NetlistBuilder, t: Term, elem: ElemType): number {
  if (elem.kind !== 'bipolar') return materialise(b, t);
  if (t.value !== undefined && t.shift === 1 && t.offset === -1) return t.value;
  return b.atLeast(materialise(b, t), 1);
}
