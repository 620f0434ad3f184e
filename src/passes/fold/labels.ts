/**
 * Assignments within a budget, one variable after another in the order opposite to the elimination. A label is a partial
 * assignment; it is dropped where a bound says that nothing within the limits and below the best cost can come of it, or where
 * another label with the same future costs no more and takes no more of any limited resource (as in shortest paths with
 * resource constraints: Desrochers and Soumis, 1988). What is left is exact.
 */
import { type Plan, regret, type Solved } from './eliminate.ts';

export interface Assignment {
  readonly values: Int32Array;
  readonly cost: number;
}

/** A problem at some multipliers: every assignment within the limits costs at least `bound`. */
export interface Dual {
  readonly solved: Solved;
  readonly bound: number;
}

interface Search {
  readonly sizes: readonly number[];
  readonly limits: readonly number[];
  readonly plan: Plan;
  /** The resources that have limits, and the eliminations of each alone; and that of the objective. */
  readonly limited: readonly number[];
  readonly alone: readonly Solved[];
  readonly free: Solved;
  readonly duals: readonly Dual[];
  readonly best?: Assignment;
}

/** Sums so far plus the least that can follow: of the objective, of each limited resource, and of each dual. */
interface Label {
  readonly value: number;
  readonly parent: Label | undefined;
  readonly sums: Float64Array;
}

/**
 * What a search may cost, in sums that are extended or compared: a fraction of a second. Beyond, only the most promising labels
 * of each step are kept, so that a good result is found but no longer proven. A count, not a time: the same everywhere.
 */
const BUDGET = 4e6;
const BEAM = 30;

const EPSILON = 1e-9;

export function searchLabels(search: Search): { readonly best?: Assignment; readonly complete: boolean } {
  const { sizes, limits, plan, limited, alone, free, duals } = search;
  const tracked = [free, ...alone, ...duals.map((d) => d.solved)];
  const caps = limited.map((r) => (limits[r] as number) + EPSILON);
  const ceiling = search.best?.cost ?? Number.POSITIVE_INFINITY;
  const start = Float64Array.from([free.least, ...alone.map((s) => s.least), ...duals.map((d) => d.bound)]);
  let labels: Label[] = [{ value: -1, parent: undefined, sums: start }];
  let complete = true;
  let work = 0;
  const values = new Int32Array(sizes.length);
  for (let i = plan.steps.length - 1; i >= 0; i--) {
    const { variable } = plan.steps[i] as Plan['steps'][number];
    const later = futureOf(plan, i);
    const groups = new Map<string, Label[]>();
    // As many labels as what is left of the budget can extend.
    const each = (sizes[variable] as number) * tracked.length;
    const most = Math.max(BEAM, Math.floor((BUDGET - work) / each));
    if (labels.length > most) {
      complete = false;
      labels = labels.sort((a, b) => worth(a, limited.length) - worth(b, limited.length)).slice(0, most);
    }
    work += labels.length * each;
    for (const label of labels) {
      restore(label, plan, i, values);
      for (let x = 0; x < (sizes[variable] as number); x++) {
        values[variable] = x;
        const sums = extend(label.sums, tracked, i, values);
        if (!isPromising(sums, caps, ceiling)) continue;
        const key = later.map((v) => values[v]).join();
        const group = groups.get(key);
        const next = { value: x, parent: label, sums };
        if (group) group.push(next);
        else groups.set(key, [next]);
      }
    }
    labels = [];
    for (const group of groups.values()) {
      const front = undominated(group, 1 + limited.length, work > BUDGET ? BEAM : Number.POSITIVE_INFINITY);
      labels.push(...front.kept);
      work += front.work;
      complete &&= front.whole;
    }
  }
  const least = labels.reduce<Label | undefined>(
    (a, b) => (a && (a.sums[0] as number) <= (b.sums[0] as number) ? a : b),
    undefined,
  );
  if (!least) return { ...(search.best ? { best: search.best } : {}), complete };
  restore(least, plan, -1, values);
  return { best: { values: values.slice(), cost: least.sums[0] as number }, complete };
}

/** The bound of the best dual: how good a label looks. */
const worth = (label: Label, limited: number): number => Math.max(...label.sums.subarray(1 + limited));

function extend(sums: Float64Array, tracked: readonly Solved[], i: number, values: Int32Array): Float64Array {
  const next = new Float64Array(sums.length);
  for (let k = 0; k < next.length; k++) next[k] = (sums[k] as number) + regret(tracked[k] as Solved, i, values);
  return next;
}

function isPromising(sums: Float64Array, caps: readonly number[], ceiling: number): boolean {
  for (let k = 0; k < sums.length; k++) {
    const v = sums[k] as number;
    const isResource = k >= 1 && k <= caps.length;
    if (isResource ? !(v <= (caps[k - 1] as number)) : !(v < ceiling - EPSILON) || v === Number.POSITIVE_INFINITY)
      return false;
  }
  return true;
}

/** Variables that are assigned by step i and that earlier steps still look at. */
function futureOf(plan: Plan, i: number): number[] {
  const assigned = new Set(plan.steps.slice(i).map((s) => s.variable));
  return [...new Set(plan.steps.slice(0, i).flatMap((s) => s.separator))].filter((v) => assigned.has(v));
}

/** Writes a label's choices, from step i + 1 on, into the assignment. */
function restore(label: Label, plan: Plan, i: number, values: Int32Array): void {
  let at: Label | undefined = label;
  for (let step = i + 1; at?.parent; step++) {
    values[(plan.steps[step] as Plan['steps'][number]).variable] = at.value;
    at = at.parent;
  }
}

/** Labels that no other one beats in the first `n` sums at once, at most so many; of equal ones the first. */
function undominated(labels: Label[], n: number, most: number): { kept: Label[]; work: number; whole: boolean } {
  const kept: Label[] = [];
  let work = 0;
  for (const label of labels.sort((a, b) => (a.sums[0] as number) - (b.sums[0] as number))) {
    // A front that grows past the budget is cut here: the cheapest labels are in it already.
    if (kept.length >= most || work > BUDGET) return { kept, work, whole: false };
    work += kept.length;
    if (!kept.some((f) => beats(f.sums, label.sums, n))) kept.push(label);
  }
  return { kept, work, whole: true };
}

function beats(a: Float64Array, b: Float64Array, n: number): boolean {
  for (let k = 0; k < n; k++) if ((a[k] as number) > (b[k] as number) + EPSILON) return false;
  return true;
}
