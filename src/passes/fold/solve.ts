/** The cheapest network at an interval and within a budget. */
import type { Attrs } from '../../ir/graph.ts';
import type { Cost } from '../../kernels/kernel.ts';
import { type BudgetAnswer, cheapest, costOf, type VectorFactor } from './budget.ts';
import { plus } from './joints.ts';
import { agree, lanesAt, type Option, type Space } from './space.ts';

export const RESOURCES = ['lut', 'ff', 'dsp', 'bram'] as const;

/** The most of each resource; one that is left out has no limit. */
export type Budget = { readonly [resource in keyof Cost]?: number };

/** What one of each resource counts. */
export type Weights = Cost;

export interface Goal {
  readonly ii: number;
  readonly budget: Budget;
  readonly weights: Weights;
  /** Any design within the budget will do. */
  readonly any?: boolean;
}

export type Design =
  | {
      readonly status: 'found';
      /** Per node of the graph. */
      readonly attrs: readonly Attrs[];
      readonly busy: readonly number[];
      readonly cost: Cost;
      /** The weighted cost, and what no design can be below. */
      readonly weight: number;
      readonly bound: number;
    }
  | { readonly status: 'none'; readonly proven: boolean; readonly over: Cost };

/** The options of each node that keep the interval. */
const within = (space: Space, ii: number): (readonly Option[])[] =>
  space.options.map((all) => all.filter((o) => o.busy <= ii));

export function design(space: Space, goal: Goal): Design {
  const options = within(space, goal.ii);
  const nothing = { lut: 0, ff: 0, dsp: 0, bram: 0 };
  if (options.some((o) => o.length === 0)) return { status: 'none', proven: true, over: nothing };
  const sizes = options.map((o) => o.length);
  const factors = [...options.map((o, i) => unary(space, o, i)), ...pairs(space, options, goal.ii)];
  const answer = cheapest({
    sizes,
    factors,
    weights: RESOURCES.map((r) => goal.weights[r]),
    limits: RESOURCES.map((r) => goal.budget[r] ?? Number.POSITIVE_INFINITY),
    ...(goal.any ? { any: true } : {}),
  });
  return designOf(answer, options, factors, sizes);
}

function designOf(
  answer: BudgetAnswer,
  options: readonly (readonly Option[])[],
  factors: readonly VectorFactor[],
  sizes: readonly number[],
): Design {
  if (answer.status === 'none') return { status: 'none', proven: answer.proven, over: asCost(answer.over) };
  const chosen = options.map((o, i) => o[answer.values[i] as number] as Option);
  return {
    status: 'found',
    attrs: chosen.map((o) => o.attrs),
    busy: chosen.map((o) => o.busy),
    cost: asCost(costOf(factors, sizes, answer.values, RESOURCES.length)),
    weight: answer.cost,
    bound: answer.bound,
  };
}

const asCost = ([lut = 0, ff = 0, dsp = 0, bram = 0]: readonly number[]): Cost => ({ lut, ff, dsp, bram });

const tablesFor = (n: number): Float64Array[] => RESOURCES.map(() => new Float64Array(n));

const put = (tables: readonly Float64Array[], i: number, cost: Cost): void => {
  RESOURCES.forEach((r, k) => {
    (tables[k] as Float64Array)[i] = cost[r];
  });
};

/** A kernel's own cost, with what stands at its ends: forks, FIFOs of ports. */
function unary({ graph, join }: Space, options: readonly Option[], node: number): VectorFactor {
  const tables = tablesFor(options.length);
  const n = graph.nodes[node];
  const ports = graph.inputs.map((p) => p.value);
  const firstRead = (n?.inputs ?? [])
    .map((v, i) => ({ v, i }))
    .filter(
      ({ v, i }) =>
        ports.includes(v) && graph.nodes.findIndex((x) => x.inputs.includes(v)) === node && n?.inputs.indexOf(v) === i,
    );
  options.forEach((o, x) => {
    let cost = o.cost;
    for (const [port, value] of (n?.outputs ?? []).entries())
      cost = plus(cost, join.source(value, o.outLanes[port] ?? 1));
    for (const { v, i } of firstRead) {
      const lanes = o.inLanes[i] ?? 1;
      const type = graph.values[v];
      if (type) cost = plus(plus(cost, join.source(v, lanes)), join.stream(type, lanes, lanes).cost);
    }
    put(tables, x, cost);
  });
  return { scope: [node], tables };
}

function pairs(space: Space, options: readonly (readonly Option[])[], ii: number): VectorFactor[] {
  return space.joints.map((joint): VectorFactor => {
    const [from, to] = [options[joint.from] ?? [], options[joint.to] ?? []];
    if (joint.from === joint.to) return { scope: [joint.from], tables: sameNode(space, joint, from, ii) };
    const tables = tablesFor(from.length * to.length);
    from.forEach((a, x) => {
      const lanes = lanesAt(a, joint.port);
      to.forEach((b, y) => {
        const at = x * to.length + y;
        const { cost, busy } = space.join.stream(joint.type, lanes, b.inLanes[joint.input] ?? 1);
        if (busy > ii || !agree(space, joint, a, b)) for (const t of tables) t[at] = Number.POSITIVE_INFINITY;
        else put(tables, at, cost);
      });
    });
    return { scope: [joint.from, joint.to], tables };
  });
}

/** A kernel that reads one value twice. */
function sameNode(
  space: Space,
  joint: Space['joints'][number],
  options: readonly Option[],
  ii: number,
): Float64Array[] {
  const tables = tablesFor(options.length);
  options.forEach((o, x) => {
    const { cost, busy } = space.join.stream(joint.type, lanesAt(o, joint.port), o.inLanes[joint.input] ?? 1);
    if (busy > ii) for (const t of tables) t[x] = Number.POSITIVE_INFINITY;
    else put(tables, x, cost);
  });
  return tables;
}

/** Intervals at which the choices change, ascending: the busy cycles of all options, from where every node has one. */
export function intervals(space: Space): number[] {
  const least = Math.max(1, ...space.options.map((all) => Math.min(...all.map((o) => o.busy))));
  const all = new Set([least, ...space.options.flatMap((o) => o.map((x) => x.busy))]);
  return [...all].filter((b) => b >= least).sort((a, b) => a - b);
}

/** The fastest interval at which a design fits the budget; undefined where none does. */
export function fastest(
  space: Space,
  goal: Omit<Goal, 'ii'>,
): { readonly ii: number; readonly proven: boolean } | undefined {
  const all = intervals(space);
  let [low, high] = [0, all.length];
  let proven = true;
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = design(space, { ...goal, ii: all[middle] as number, any: true });
    if (found.status === 'found') high = middle;
    else {
      proven &&= found.proven;
      low = middle + 1;
    }
  }
  const ii = all[low];
  return ii === undefined ? undefined : { ii, proven };
}
