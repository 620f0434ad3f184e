import { elemFor } from '../../num/elem.ts';
import type { NetlistBuilder } from '../builder.ts';
import type { Pin } from '../pins.ts';

/** A signal of one bit. */
export type Wire = Exclude<Pin, number>;

/** A value as bits of positive weight: Σ wire · 2^position − offset. What is signed becomes an offset, so that no sign is ever extended. */
export interface Word {
  readonly wires: readonly (Wire | undefined)[];
  readonly offset: number;
  /** When each bit is there, in levels. */
  readonly levels: readonly number[];
}

/** The bits of a value of a netlist. */
export function wordOf(b: NetlistBuilder, value: number, level: number): Word {
  const range = b.range(value);
  if (range.lo === range.hi) return { wires: [], offset: -range.lo, levels: [] };
  const { kind, bits } = elemFor(range);
  const zeros = Math.min(b.known.zeros(value), bits);
  const signed = kind === 'int';
  const wires = Array.from({ length: bits }, (_, bit) =>
    bit < zeros ? undefined : { value, bit, invert: signed && bit === bits - 1 },
  );
  return { wires, offset: signed ? 2 ** (bits - 1) : 0, levels: wires.map(() => level) };
}
