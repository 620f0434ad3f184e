/**
 * Minimising a sum of tables over variables with finitely many values, exactly, by eliminating one variable after another
 * (Bertelè and Brioschi, Nonserial Dynamic Programming, 1972; "bucket elimination"). On a chain this is the usual dynamic
 * programme; branches that meet again cost a table over the variables that hold them together.
 */

/** A table over variables; the last one is innermost. */
export interface Factor {
  readonly scope: readonly number[];
  readonly table: Float64Array;
}

/** The variables in the order in which they are eliminated, each with the variables that its message is about. */
export interface Plan {
  readonly sizes: readonly number[];
  readonly steps: readonly { readonly variable: number; readonly separator: readonly number[] }[];
}

/** Greedy: the variable next whose message is smallest. */
export function planFor(sizes: readonly number[], scopes: readonly (readonly number[])[]): Plan {
  let sets = scopes.map((s) => new Set(s));
  const left = new Set(sizes.keys());
  const steps: { variable: number; separator: number[] }[] = [];
  while (left.size > 0) {
    let best: { variable: number; separator: number[]; size: number } | undefined;
    for (const variable of left) {
      const around = new Set(sets.filter((s) => s.has(variable)).flatMap((s) => [...s]));
      around.delete(variable);
      const separator = [...around].sort((a, b) => a - b);
      const size = separator.reduce((n, v) => n * (sizes[v] ?? 1), 1);
      if (!best || size < best.size) best = { variable, separator, size };
    }
    if (!best) break;
    const { variable, separator } = best;
    sets = [...sets.filter((s) => !s.has(variable)), new Set(separator)];
    left.delete(variable);
    steps.push({ variable, separator });
  }
  return { sizes, steps };
}

/** One step's tables: what its variable costs given its separator, and the least of it. */
interface Bucket {
  readonly variable: number;
  readonly separator: readonly number[];
  readonly factors: readonly Factor[];
  readonly message: Factor;
  /** The best value of the variable for each entry of the message. */
  readonly choice: Int32Array;
}

export interface Solved {
  readonly plan: Plan;
  readonly buckets: readonly Bucket[];
  /** The least sum; Infinity where no assignment is legal. */
  readonly least: number;
}

/** Position in a table of the values of its variables. */
function index(scope: readonly number[], sizes: readonly number[], values: ArrayLike<number>): number {
  let i = 0;
  for (const v of scope) i = i * (sizes[v] as number) + (values[v] as number);
  return i;
}

const sumAt = (factors: readonly Factor[], sizes: readonly number[], values: ArrayLike<number>): number => {
  let sum = 0;
  for (const f of factors) sum += f.table[index(f.scope, sizes, values)] as number;
  return sum;
};

/** How far apart the entries of a table are that differ in one variable's value; 0 where the table does not have it. */
function stride(scope: readonly number[], sizes: readonly number[], variable: number): number {
  const at = scope.indexOf(variable);
  if (at < 0) return 0;
  return scope.slice(at + 1).reduce((n, v) => n * (sizes[v] as number), 1);
}

/** Eliminates all variables. */
export function solve(plan: Plan, factors: readonly Factor[]): Solved {
  const { sizes, steps } = plan;
  let pool = [...factors];
  let least = 0;
  const buckets = steps.map(({ variable, separator }): Bucket => {
    const mine = pool.filter((f) => f.scope.includes(variable));
    pool = pool.filter((f) => !f.scope.includes(variable));
    const { table, choice } = minimise(mine, sizes, variable, separator);
    const message = { scope: separator, table };
    if (separator.length === 0) least += table[0] as number;
    else pool.push(message);
    return { variable, separator, factors: mine, message, choice };
  });
  return { plan, buckets, least };
}

/** The least sum over a variable's values, and the value that gives it, for each assignment of its separator. */
function minimise(
  factors: readonly Factor[],
  sizes: readonly number[],
  variable: number,
  separator: readonly number[],
): { table: Float64Array; choice: Int32Array } {
  const entries = separator.reduce((n, v) => n * (sizes[v] as number), 1);
  const table = new Float64Array(entries);
  const choice = new Int32Array(entries);
  const values = new Int32Array(separator.length);
  const tables = factors.map((f) => f.table);
  const own = factors.map((f) => stride(f.scope, sizes, variable));
  const outer = factors.map((f) => separator.map((v) => stride(f.scope, sizes, v)));
  const base = new Int32Array(factors.length);
  const size = sizes[variable] as number;
  const sums = new Float64Array(size);
  for (let e = 0; e < entries; e++) {
    sums.fill(0);
    for (let f = 0; f < tables.length; f++) {
      const from = tables[f] as Float64Array;
      const step = own[f] as number;
      let at = base[f] as number;
      for (let x = 0; x < size; x++) {
        sums[x] = (sums[x] as number) + (from[at] as number);
        at += step;
      }
    }
    let best = 0;
    for (let x = 1; x < size; x++) if ((sums[x] as number) < (sums[best] as number)) best = x;
    table[e] = sums[best] as number;
    choice[e] = best;
    // The next assignment of the separator, its last variable first.
    for (let k = separator.length - 1; k >= 0; k--) {
      const wraps = (values[k] as number) + 1 === sizes[separator[k] as number];
      const move = wraps ? -(values[k] as number) : 1;
      values[k] = (values[k] as number) + move;
      for (let f = 0; f < base.length; f++) base[f] = (base[f] as number) + move * (outer[f]?.[k] as number);
      if (!wraps) break;
    }
  }
  return { table, choice };
}

/** An assignment that reaches the least sum. */
export function bestOf({ plan, buckets }: Solved): Int32Array {
  const values = new Int32Array(plan.sizes.length);
  for (let i = buckets.length - 1; i >= 0; i--) {
    const b = buckets[i] as Bucket;
    values[b.variable] = b.choice[index(b.separator, plan.sizes, values)] as number;
  }
  return values;
}

/**
 * How much the least sum grows once the variable of step `i` has its value in `values`, given those of all later steps: the
 * regret of that value. The least sum and the regrets of an assignment add up to its own sum.
 */
export function regret({ plan, buckets }: Solved, i: number, values: ArrayLike<number>): number {
  const b = buckets[i] as Bucket;
  const least = b.message.table[index(b.separator, plan.sizes, values)] as number;
  return least === Number.POSITIVE_INFINITY ? least : sumAt(b.factors, plan.sizes, values) - least;
}
