import type { NetlistBuilder } from '../../netlist/builder.ts';
import { known, settled, type Term } from './term.ts';

/** One digit of a canonical signed-digit number: sign · 2^shift. */
export interface Digit {
  readonly shift: number;
  readonly sign: 1 | -1;
}

/** The canonical signed digits of an integer, lowest first: no two neighbours, the fewest there are. */
export function signedDigits(v: number): Digit[] {
  const digits: Digit[] = [];
  let rest = Math.abs(v);
  const flip = v < 0 ? -1 : 1;
  for (let shift = 0; rest > 0; shift++) {
    if (rest % 2 === 1) {
      const sign = rest % 4 === 1 ? 1 : -1;
      digits.push({ shift, sign: (sign * flip) as 1 | -1 });
      rest -= sign;
    }
    rest /= 2;
  }
  return digits;
}

interface Part {
  readonly value: number;
  readonly shift: number;
  readonly sign: 1 | -1;
  readonly level: number;
}

/** Σ sign · (value << shift) as a tree: always the two parts that are ready first, so that it is as shallow as can be. */
export function sumOfParts(b: NetlistBuilder, parts: readonly Omit<Part, 'level'>[], offset: number): Term {
  const open: Part[] = parts.map((p) => ({ ...p, level: 0 }));
  if (open.length === 0) return known(offset);
  while (open.length > 1) {
    open.sort((x, y) => x.level - y.level || x.shift - y.shift);
    const [x, y] = open.splice(0, 2) as [Part, Part];
    open.push(joined(b, x, y));
  }
  const [last] = open as [Part];
  if (last.sign > 0) return settled(b, last.value, last.shift, offset);
  return settled(b, b.negate(last.value), last.shift, offset);
}

function joined(b: NetlistBuilder, x: Part, y: Part): Part {
  const shift = Math.min(x.shift, y.shift);
  const level = 1 + Math.max(x.level, y.level);
  const [sx, sy] = [x.shift - shift, y.shift - shift];
  if (x.sign === y.sign) return { value: b.add(x.value, sx, y.value, sy), shift, sign: x.sign, level };
  const [plus, minus] =
    x.sign > 0
      ? ([
          [x, sx],
          [y, sy],
        ] as const)
      : ([
          [y, sy],
          [x, sx],
        ] as const);
  return { value: b.sub(plus[0].value, plus[1], minus[0].value, minus[1]), shift, sign: 1, level };
}

/** A term times a constant. */
export function times(b: NetlistBuilder, t: Term, by: number): Term {
  const { value } = t;
  if (value === undefined || by === 0) return known(t.offset * by);
  const parts = signedDigits(by).map(({ shift, sign }) => ({ value, shift: shift + t.shift, sign }));
  return sumOfParts(b, parts, t.offset * by);
}
