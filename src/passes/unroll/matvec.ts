import type { NetlistBuilder } from '../../netlist/builder.ts';
import { signedDigits, sumOfParts } from './csd.ts';
import type { Term } from './term.ts';

/** `y = W · x` with the `rows` × x.length integers of W, row-major: a tree of shift-adds for each row. */
export function matVec(b: NetlistBuilder, w: ArrayLike<number>, x: readonly Term[], rows: number): Term[] {
  return Array.from({ length: rows }, (_, r) => {
    let offset = 0;
    const parts = x.flatMap(({ value, shift, offset: own }, c) => {
      const weight = w[r * x.length + c] as number;
      offset += weight * own;
      if (value === undefined) return [];
      return signedDigits(weight).map((d) => ({ value, shift: d.shift + shift, sign: d.sign }));
    });
    return sumOfParts(b, parts, offset);
  });
}
