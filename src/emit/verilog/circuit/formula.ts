/**
 * Truth tables of one bit as formulas.
 *
 * Shannon's expansion f = x ? f1 : f0 over the variable that gives the fewest operators, where constant and
 * complementary halves make it an and, an or or an exclusive or.
 */

/** Most variables of a table that becomes a formula. */
export const MOST_VARIABLES = 6;

type Kind = 'leaf' | 'and' | 'or' | 'xor' | 'mux';

/** An expression of variables, whatever their names. Equal ones are the same object. */
export interface Formula {
  readonly kind: Kind;
  /** The variable that a leaf is, or that is an operand, and whether inverted. */
  readonly variable: number;
  readonly invert: boolean;
  /** The other operands: of a mux, where the variable is 1, then where it is 0. A leaf has none; without a variable it is a constant. */
  readonly others: readonly Formula[];
  readonly operators: number;
}

/** Bits of a table of n variables, entry 0 lowest, in two halves of at most 32 entries. */
interface Truth {
  readonly lo: number;
  readonly hi: number;
}

/** The entries of a half where variable 0 … 4 is 1; variable 5 chooses the half. */
const WHERE = [0xaaaaaaaa, 0xcccccccc, 0xf0f0f0f0, 0xff00ff00, 0xffff0000];

const same = (a: Truth, b: Truth): boolean => a.lo >>> 0 === b.lo >>> 0 && a.hi >>> 0 === b.hi >>> 0;
const not = (a: Truth): Truth => ({ lo: ~a.lo, hi: ~a.hi });
const ZERO: Truth = { lo: 0, hi: 0 };
const ONE: Truth = { lo: -1, hi: -1 };

/** The table where variable v has a value, as a table that does not depend on v. */
function half({ lo, hi }: Truth, v: number, value: 0 | 1): Truth {
  if (v === 5) return value === 1 ? { lo: hi, hi } : { lo, hi: lo };
  const by = 2 ** v;
  const mask = WHERE[v] ?? 0;
  const spread = (w: number): number => {
    if (value === 1) return (w & mask) | ((w & mask) >>> by);
    return (w & ~mask) | ((w & ~mask) << by);
  };
  return { lo: spread(lo), hi: spread(hi) };
}

/** The variable of a leaf that is 0 or, inverted, 1. */
export const CONSTANT = -1;

const leaf = (variable: number, invert: boolean): Formula => ({
  kind: 'leaf',
  variable,
  invert,
  others: [],
  operators: 0,
});

const node = (kind: Kind, variable: number, invert: boolean, ...others: readonly Formula[]): Formula => ({
  kind,
  variable,
  invert,
  others,
  operators: others.reduce((sum, f) => sum + f.operators, 1),
});

/** What a variable chooses: f1 where it is 1, f0 where it is 0; not the same. */
function choice(v: number, f1: Truth, f0: Truth): Formula {
  if (same(f0, ZERO)) return same(f1, ONE) ? leaf(v, false) : node('and', v, false, formulaOf(f1));
  if (same(f1, ZERO)) return same(f0, ONE) ? leaf(v, true) : node('and', v, true, formulaOf(f0));
  if (same(f1, ONE)) return node('or', v, false, formulaOf(f0));
  if (same(f0, ONE)) return node('or', v, true, formulaOf(f1));
  if (same(f1, not(f0))) return node('xor', v, false, formulaOf(f0));
  return node('mux', v, false, formulaOf(f1), formulaOf(f0));
}

/** By table: those of adders come again and again. Forgotten when they are too many. */
const known = new Map<string, Formula>();
const MOST_KNOWN = 300_000;

/** A table's formula of the fewest operators. */
export function formulaOf(t: Truth): Formula {
  const key = `${t.lo >>> 0},${t.hi >>> 0}`;
  const found = known.get(key);
  if (found) return found;
  let best = leaf(CONSTANT, same(t, ONE));
  for (let v = 0; v < MOST_VARIABLES; v++) {
    const [f1, f0] = [half(t, v, 1), half(t, v, 0)];
    if (same(f1, f0)) continue;
    const f = choice(v, f1, f0);
    if (best.variable === CONSTANT || f.operators < best.operators) best = f;
  }
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, best);
  return best;
}

/** The entries of a table over at most six variables. */
export function truthOf(entries: readonly (0 | 1)[]): Truth {
  const word = (first: number): number => {
    let w = 0;
    for (let i = 0; i < 32; i++) w |= (entries[(first + i) % entries.length] ?? 0) << i;
    return w;
  };
  return { lo: word(0), hi: word(32) };
}
