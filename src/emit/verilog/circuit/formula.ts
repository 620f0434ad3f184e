/**
 * Truth tables as formulas. A synthesiser opens an index into a constant into a tree of multiplexers before it looks at
 * the constant: for thousands of tables, more memory than machines have. A formula is there from the start.
 *
 * Shannon's expansion f = x ? f1 : f0 over the variable that gives the fewest operators, where constant and
 * complementary halves make it an and, an or or an exclusive or.
 */

/** Most variables of a table that becomes a formula. */
export const MOST_VARIABLES = 6;

type Kind = 'leaf' | 'and' | 'or' | 'xor' | 'mux';

interface Formula {
  readonly text: string;
  readonly kind: Kind;
  readonly operators: number;
}

/** Bits of a table of n variables, entry 0 lowest, in two halves of at most 32 entries. */
interface Truth {
  readonly lo: number;
  readonly hi: number;
}

/** Entry by entry where variable 0 … 5 is 1. */
const WHERE: readonly Truth[] = [
  { lo: 0xaaaaaaaa, hi: 0xaaaaaaaa },
  { lo: 0xcccccccc, hi: 0xcccccccc },
  { lo: 0xf0f0f0f0, hi: 0xf0f0f0f0 },
  { lo: 0xff00ff00, hi: 0xff00ff00 },
  { lo: 0xffff0000, hi: 0xffff0000 },
  { lo: 0, hi: 0xffffffff },
];

const same = (a: Truth, b: Truth): boolean => a.lo >>> 0 === b.lo >>> 0 && a.hi >>> 0 === b.hi >>> 0;
const not = (a: Truth): Truth => ({ lo: ~a.lo, hi: ~a.hi });
const ZERO: Truth = { lo: 0, hi: 0 };
const ONE: Truth = { lo: -1, hi: -1 };

/** The table where variable v has a value, as a table that does not depend on v. */
function half({ lo, hi }: Truth, v: number, value: 0 | 1): Truth {
  if (v === 5) return value === 1 ? { lo: hi, hi } : { lo, hi: lo };
  const by = 2 ** v;
  const mask = WHERE[v]?.lo ?? 0;
  const spread = (w: number): number => {
    if (value === 1) return (w & mask) | ((w & mask) >>> by);
    return (w & ~mask) | ((w & ~mask) << by);
  };
  return { lo: spread(lo), hi: spread(hi) };
}

const wrap = (f: Formula, ...free: readonly Kind[]): string =>
  f.kind === 'leaf' || free.includes(f.kind) ? f.text : `(${f.text})`;

const leaf = (text: string): Formula => ({ text, kind: 'leaf', operators: 0 });

const inverse = (pin: string): string => (pin.startsWith('~') ? pin.slice(1) : `~${pin}`);

const joined = (kind: 'and' | 'or' | 'xor', symbol: string, pin: string, f: Formula): Formula => ({
  text: `${pin} ${symbol} ${wrap(f, kind)}`,
  kind,
  operators: f.operators + 1,
});

/** f, where pin is 1, else g; both known not to be the same. */
function choice(pin: string, [f1, f0]: readonly [Truth, Truth], of: (t: Truth) => Formula): Formula {
  if (same(f0, ZERO)) return same(f1, ONE) ? leaf(pin) : joined('and', '&', pin, of(f1));
  if (same(f1, ZERO)) return same(f0, ONE) ? leaf(inverse(pin)) : joined('and', '&', inverse(pin), of(f0));
  if (same(f1, ONE)) return joined('or', '|', pin, of(f0));
  if (same(f0, ONE)) return joined('or', '|', inverse(pin), of(f1));
  if (same(f1, not(f0))) return joined('xor', '^', pin, of(f0));
  const [a, b] = [of(f1), of(f0)];
  return { text: `${pin} ? ${wrap(a)} : ${wrap(b)}`, kind: 'mux', operators: a.operators + b.operators + 1 };
}

/** Formulas of tables over the same pins: each an expression of one bit, or `~` of one. Pins are bits, inverted or not. */
export function formulasOf(pins: readonly string[]): (entries: readonly (0 | 1)[]) => string {
  const known = new Map<string, Formula>();
  const of = (t: Truth): Formula => {
    if (same(t, ZERO)) return leaf("1'b0");
    if (same(t, ONE)) return leaf("1'b1");
    const key = `${t.lo >>> 0},${t.hi >>> 0}`;
    const found = known.get(key);
    if (found) return found;
    let best: Formula | undefined;
    for (const [v, pin] of pins.entries()) {
      const halves = [half(t, v, 1), half(t, v, 0)] as const;
      if (same(...halves)) continue;
      const f = choice(pin, halves, of);
      if (best === undefined || f.operators < best.operators) best = f;
    }
    const made = best ?? leaf("1'b0");
    known.set(key, made);
    return made;
  };
  return (entries) => {
    const at = (i: number): number => entries[i % entries.length] ?? 0;
    const word = (first: number): number =>
      Array.from({ length: 32 }, (_, i) => at(first + i)).reduce((w: number, b, i) => w | (b << i), 0);
    return of({ lo: word(0), hi: word(32) }).text;
  };
}
