/**
 * Tables of several bits as circuits of few operators. What all bits need of some of the variables is often a number of
 * fewer bits (Ashenhurst and Curtis: f(x, y) = g(h(x), y)): in a count of five ones, how many of the first three there are. So h is
 * a table of its own, and stands once.
 */
import { type Formula, formulaOf, truthOf } from './formula.ts';

/** The entries of a table, variable 0 the lowest bit of the index. */
export type Bits = readonly (0 | 1)[];

/** Equal for tables of the same bits. */
export const tableKey = (rows: readonly Bits[]): string => rows.map((bits) => bits.join('')).join();

/** A table of several bits: formulas over its variables; or two tables, where `outer` reads the bits of `inner`, then the other variables. */
export type Plan =
  | { readonly kind: 'formulas'; readonly formulas: readonly Formula[]; readonly operators: number }
  | {
      readonly kind: 'split';
      readonly inner: Plan;
      readonly outer: Plan;
      readonly bound: readonly number[];
      readonly others: readonly number[];
      readonly operators: number;
    };

/** Bits of h at most. With more, there are too many ways to number what it distinguishes. */
const MOST_BITS = 2;

/** By table. Forgotten when they are too many. */
const known = new Map<string, Plan>();
const MOST_KNOWN = 20_000;

/** The plan of fewest operators that was found for a table of at most six variables; `rows`: its bits. */
export function planOf(rows: readonly Bits[]): Plan {
  const key = tableKey(rows);
  const found = known.get(key);
  if (found) return found;
  const whole = inFormulas(rows);
  const split = bestSplit(rows, whole.operators);
  const plan = split ? inTwo(split) : whole;
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, plan);
  return plan;
}

function inFormulas(rows: readonly Bits[]): Plan {
  const formulas = rows.map((bits) => formulaOf(truthOf(bits)));
  return { kind: 'formulas', formulas, operators: operatorsOf(formulas) };
}

/** Operators of some formulas, where what is equal stands once. */
function operatorsOf(formulas: readonly Formula[]): number {
  const seen = new Set<Formula>();
  const walk = (f: Formula): void => {
    if (f.kind === 'leaf' || seen.has(f)) return;
    seen.add(f);
    f.others.forEach(walk);
  };
  formulas.forEach(walk);
  return seen.size;
}

interface Split {
  readonly bound: readonly number[];
  readonly others: readonly number[];
  readonly inner: readonly Bits[];
  readonly outer: readonly Bits[];
}

function inTwo({ bound, others, inner, outer }: Split): Plan {
  const [first, second] = [planOf(inner), planOf(outer)];
  const operators = first.operators + second.operators;
  return { kind: 'split', inner: first, outer: second, bound, others, operators };
}

/** The split of fewest operators, when both tables are written as formulas; undefined where none has fewer than `limit`. */
function bestSplit(rows: readonly Bits[], limit: number): Split | undefined {
  const n = Math.log2(rows[0]?.length ?? 1);
  let best: Split | undefined;
  let least = limit;
  for (let set = 1; set < 2 ** n - 1; set++) {
    const bound = Array.from({ length: n }, (_, v) => v).filter((v) => (set >> v) & 1);
    if (bound.length < 2) continue;
    const others = Array.from({ length: n }, (_, v) => v).filter((v) => !((set >> v) & 1));
    for (const split of splitsAt(rows, bound, others)) {
      const operators = inFormulas(split.inner).operators + inFormulas(split.outer).operators;
      if (operators < least) [best, least] = [split, operators];
    }
  }
  return best;
}

/** All ways to number what the bound variables distinguish. */
function splitsAt(rows: readonly Bits[], bound: readonly number[], others: readonly number[]): Split[] {
  const at = (b: number, o: number): number => spread(b, bound) | spread(o, others);
  const columnOf = (b: number): string =>
    rows.map((bits) => Array.from({ length: 2 ** others.length }, (_, o) => bits[at(b, o)]).join('')).join();
  const columns = Array.from({ length: 2 ** bound.length }, (_, b) => columnOf(b));
  const classes = [...new Set(columns)];
  const bits = Math.ceil(Math.log2(classes.length));
  if (bits === 0 || bits > MOST_BITS || bits >= bound.length) return [];
  return numberings(classes.length, 2 ** bits).map((codes) => {
    const codeOf = columns.map((c) => codes[classes.indexOf(c)] as number);
    const inner = Array.from({ length: bits }, (_, k) => codeOf.map((code) => ((code >> k) & 1) as 0 | 1));
    // A number that no column has may be anything: it is what the first has.
    const sample = Array.from({ length: 2 ** bits }, (_, code) => Math.max(0, codeOf.indexOf(code)));
    const outer = rows.map((row) =>
      Array.from({ length: 2 ** (bits + others.length) }, (_, i) => {
        const b = sample[i % 2 ** bits] as number;
        return row[at(b, Math.floor(i / 2 ** bits))] as 0 | 1;
      }),
    );
    return { bound, others, inner, outer };
  });
}

/** Bit k of a number, moved to place `places[k]`. */
const spread = (v: number, places: readonly number[]): number =>
  places.reduce((sum, place, k) => sum | (((v >> k) & 1) << place), 0);

/** All ways to give `count` things different numbers below `range`. */
function numberings(count: number, range: number): number[][] {
  let ways: number[][] = [[]];
  for (let i = 0; i < count; i++) {
    ways = ways.flatMap((way) =>
      Array.from({ length: range }, (_, code) => code)
        .filter((code) => !way.includes(code))
        .map((code) => [...way, code]),
    );
  }
  return ways;
}
