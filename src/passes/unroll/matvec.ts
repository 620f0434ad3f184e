import type { NetlistBuilder } from '../../netlist/builder.ts';
import { signedDigits, sumOfParts } from './csd.ts';
import { settled, type Term } from './term.ts';

/**
 * y = W · x with the `rows` × x.length integers of W, row-major. `wanted` says which constant a reader of each row adds next:
 * it is added here, where it costs least, and taken back in the term.
 */
export function matVec(
  b: NetlistBuilder,
  w: ArrayLike<number>,
  x: readonly Term[],
  rows: number,
  wanted: (row: number) => number | undefined = () => undefined,
): Term[] {
  return Array.from({ length: rows }, (_, r) => {
    let offset = 0;
    const parts = x.flatMap(({ value, shift, offset: own }, c) => {
      const weight = w[r * x.length + c] as number;
      offset += weight * own;
      if (value === undefined) return [];
      return signedDigits(weight).map((d) => ({ value, shift: d.shift + shift, sign: d.sign }));
    });
    const sum = sumOfParts(b, parts, 0);
    const bias = wanted(r);
    if (bias === undefined || sum.value === undefined) return { ...sum, offset: sum.offset + offset };
    const added = b.add(sum.value, sum.shift, b.constant(offset + bias), 0);
    return settled(b, added, 0, -bias);
  });
}
