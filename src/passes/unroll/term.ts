import type { NetlistBuilder } from '../../netlist/builder.ts';
import type { Interval } from '../../num/elem.ts';

/**
 * An element of a tensor while it is unrolled: (value << shift) + offset, or the integer `offset` alone where `value` is
 * undefined. What is left out of the netlist costs nothing where a constant follows: a threshold, a bias, a clip.
 */
export interface Term {
  readonly value: number | undefined;
  readonly shift: number;
  readonly offset: number;
}

const term = (value: number, shift = 0, offset = 0): Term => ({ value, shift, offset });
export const known = (offset: number): Term => ({ value: undefined, shift: 0, offset });

/** A value of the netlist as a term; one that is known at compile time is none of it. */
export function settled(b: NetlistBuilder, value: number, shift = 0, offset = 0): Term {
  const { lo, hi } = b.range(value);
  return lo === hi ? known(lo * 2 ** shift + offset) : term(value, shift, offset);
}

export function rangeOf(b: NetlistBuilder, t: Term): Interval {
  if (t.value === undefined) return { lo: t.offset, hi: t.offset };
  const { lo, hi } = b.range(t.value);
  return { lo: lo * 2 ** t.shift + t.offset, hi: hi * 2 ** t.shift + t.offset };
}

/** The element as a value of the netlist: the offset costs an adder. */
export function materialise(b: NetlistBuilder, t: Term): number {
  if (t.value === undefined) return b.constant(t.offset);
  return b.add(t.value, t.shift, b.constant(t.offset), 0);
}
