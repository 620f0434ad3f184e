/**
 * The cheapest assignment within a budget of several resources: Lagrange multipliers put the budget into the objective, and
 * what they leave open is searched (`labels.ts`), below bounds that eliminations give exactly: of the objective with multipliers,
 * and of each resource alone.
 */
import { bestOf, type Factor, type Plan, planFor, type Solved, solve } from './eliminate.ts';
import { type Assignment, type Dual, searchLabels } from './labels.ts';

/** A table of costs in several resources. */
export interface VectorFactor {
  readonly scope: readonly number[];
  /** By resource; Infinity in all of them where the values do not go together. */
  readonly tables: readonly Float64Array[];
}

export interface BudgetProblem {
  readonly sizes: readonly number[];
  readonly factors: readonly VectorFactor[];
  /** What a unit of each resource costs. */
  readonly weights: readonly number[];
  /** The most of each resource; Infinity = any. */
  readonly limits: readonly number[];
  /** Any assignment within the budget will do. */
  readonly any?: boolean;
}

export type BudgetAnswer =
  | {
      readonly status: 'found';
      readonly values: Int32Array;
      readonly cost: number;
      /** No assignment within the budget costs less. Equal to `cost` where optimality is proven. */
      readonly bound: number;
    }
  /** `over`: how far beyond its limit each resource is in the nearest assignment that was met. `proven`: there is none. */
  | { readonly status: 'none'; readonly proven: boolean; readonly over: readonly number[] };

/** Rounds of multipliers. */
const ROUNDS = 150;

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== 0) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

const weighted = (factors: readonly VectorFactor[], weights: readonly number[]): Factor[] =>
  factors.map(({ scope, tables }) => {
    const table = new Float64Array(tables[0]?.length ?? 0);
    weights.forEach((w, r) => {
      const from = tables[r] as Float64Array;
      for (let i = 0; i < table.length; i++) {
        const v = from[i] as number;
        if (v === Number.POSITIVE_INFINITY) table[i] = v;
        else if (w !== 0) table[i] = (table[i] as number) + w * v;
      }
    });
    return { scope, table };
  });

/** The whole cost of an assignment, by resource. */
export function costOf(
  factors: readonly VectorFactor[],
  sizes: readonly number[],
  values: ArrayLike<number>,
  resources: number,
): number[] {
  const sum = new Array<number>(resources).fill(0);
  for (const { scope, tables } of factors) {
    let i = 0;
    for (const v of scope) i = i * (sizes[v] as number) + (values[v] as number);
    for (let r = 0; r < resources; r++) sum[r] = (sum[r] as number) + (tables[r]?.[i] as number);
  }
  return sum;
}

export function cheapest(given: BudgetProblem): BudgetAnswer {
  const { sizes, factors, limits } = given;
  // Where any will do, nothing but the limits counts: a dual above zero then proves that there is none.
  const weights = given.any ? given.weights.map(() => 0) : given.weights;
  const problem = { ...given, weights };
  const plan = planFor(
    sizes,
    factors.map((f) => f.scope),
  );
  const limited = limits.map((l, r) => (l < Number.POSITIVE_INFINITY ? r : -1)).filter((r) => r >= 0);
  const free = solve(plan, weighted(factors, weights));
  if (free.least === Number.POSITIVE_INFINITY) return { status: 'none', proven: true, over: limits.map(() => 0) };
  const values = bestOf(free);
  const cost = costOf(factors, sizes, values, limits.length);
  if (within(cost, limits)) return { status: 'found', values, cost: dot(weights, cost), bound: dot(weights, cost) };
  const alone = limited.map((r) => solve(plan, weighted(factors, unit(limits.length, r))));
  const short = limited.filter((r, i) => (alone[i] as Solved).least > (limits[r] as number) + EPSILON);
  if (short.length > 0) {
    const over = limits.map((l, r) => (short.includes(r) ? (alone[limited.indexOf(r)] as Solved).least - l : 0));
    return { status: 'none', proven: true, over };
  }
  const start = multiply(problem, plan, limited);
  if (problem.any && (start.duals[0]?.bound ?? 0) > EPSILON)
    return { status: 'none', proven: true, over: start.nearest };
  if (problem.any && start.best) return { status: 'found', ...start.best, bound: Number.NEGATIVE_INFINITY };
  const found = searchLabels({
    sizes,
    limits,
    plan,
    limited,
    free,
    alone,
    duals: start.duals,
    ...(start.best ? { best: start.best } : {}),
  });
  if (!found.best) return { status: 'none', proven: found.complete, over: start.nearest };
  const bound = start.duals[0]?.bound ?? Number.NEGATIVE_INFINITY;
  return { status: 'found', ...found.best, bound: found.complete ? found.best.cost : Math.min(found.best.cost, bound) };
}

const unit = (n: number, r: number): number[] => Array.from({ length: n }, (_, i) => (i === r ? 1 : 0));

const EPSILON = 1e-9;

const within = (cost: readonly number[], limits: readonly number[]): boolean =>
  cost.every((c, r) => c <= (limits[r] as number) + EPSILON);

interface Multiplied {
  /** The best duals met, the best one first. */
  readonly duals: readonly Dual[];
  readonly best?: Assignment;
  readonly nearest: readonly number[];
}

/** Duals that the search prunes by: what one lets pass another may not. */
const KEPT = 4;

/** Multipliers by subgradients with diminishing steps: they grow where a resource is over its limit. */
function multiply(problem: BudgetProblem, plan: Plan, limited: readonly number[]): Multiplied {
  const { sizes, factors, weights, limits, any } = problem;
  // All resources as shares of their limits.
  const scale = limits.map((l) => (l < Number.POSITIVE_INFINITY && l > 0 ? 1 / l : 1));
  let multipliers: number[] = limits.map((_, r) => (any && limited.includes(r) ? 1 : 0));
  let duals: readonly Dual[] = [];
  let best: Assignment | undefined;
  let nearest: readonly number[] = limits.map(() => Number.POSITIVE_INFINITY);
  const excess = (over: readonly number[]): number => Math.max(...over.map((o, r) => o * (scale[r] as number)));
  let step = 1;
  for (let round = 0; round < ROUNDS; round++) {
    const sums = weights.map((w, r) => w + (multipliers[r] as number) * (scale[r] as number));
    const solved = solve(plan, weighted(factors, sums));
    const values = bestOf(solved);
    const cost = costOf(factors, sizes, values, limits.length);
    const offset = limited.reduce(
      (n, r) => n + (multipliers[r] as number) * (scale[r] as number) * (limits[r] as number),
      0,
    );
    const bound = solved.least - offset;
    if (within(cost, limits)) {
      const sum = dot(weights, cost);
      if (!best || sum < best.cost) best = { values, cost: sum };
      if (any) break;
    }
    const over = cost.map((c, r) => Math.max(0, c - (limits[r] as number)));
    if (excess(over) < excess(nearest)) nearest = over;
    if (bound <= (duals[0]?.bound ?? Number.NEGATIVE_INFINITY)) step *= 0.93;
    duals = [...duals, { solved, bound }].sort((a, b) => b.bound - a.bound).slice(0, KEPT);
    if (best && best.cost - (duals[0] as Dual).bound < EPSILON) break;
    if (any && bound > EPSILON) break;
    const slope = limits.map((l, r) => (limited.includes(r) ? ((cost[r] as number) - l) * (scale[r] as number) : 0));
    const length = Math.hypot(...slope) || 1;
    const stride = (step * (any ? 1 : Math.max(dot(weights, cost), EPSILON))) / length;
    multipliers = multipliers.map((m, r) => Math.max(0, m + stride * (slope[r] as number)));
  }
  return { duals, nearest, ...(best ? { best } : {}) };
}
