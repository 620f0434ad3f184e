/** The arithmetic of a mixture of experts, shared by the tensor op and the kernel. */

import { type ElemType, elemFor, type Interval } from '../../../num/elem.ts';
import type { Ties } from '../../../num/shift.ts';
import { allocate, type IntArray } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import { type Bounds, hull } from '../../op.ts';
import { dotBounds } from '../dense/bounds.ts';
import { matVec } from '../dense/matvec.ts';
import { type Scaling, scaleAt } from '../requantise/scale.ts';
import { spreadBounds } from '../rows.ts';

/** All that E experts compute: `down(table(clamp((up(x) · mul + add) >> shift))) + bias`, times the gate. */
export interface Mixture {
  /** `[E, H, D]` and `[E, D, H]`. */
  readonly up: Const;
  readonly down: Const;
  /** `[E or 1, H or 1]`: the requantisation between the products; a bias of the first product is part of `add`. */
  readonly mul: Const;
  readonly add: Const;
  readonly shift: number;
  readonly ties: Ties;
  readonly lo: number;
  readonly hi: number;
  /** `[hi − lo + 1]`: the activation of `lo`, `lo + 1`, …; the code itself where there is none. */
  readonly table: Const | undefined;
  /** `[E, D]`: added to the second product, before the gate. */
  readonly bias: Const | undefined;
  /** A gate of one is 2^fraction. */
  readonly fraction: number;
}

export interface MixtureSize {
  readonly experts: number;
  readonly width: number;
  readonly hidden: number;
}

export function sizeOf({ up }: Pick<Mixture, 'up'>): MixtureSize {
  const [experts = 1, hidden = 1, width = 1] = up.shape;
  return { experts, width, hidden };
}

/** Entry (e, h) of a constant `[E or 1, H or 1]`. */
export function atExpert(c: Const, e: number, h: number): number {
  const [rows = 1, columns = 1] = c.shape;
  return c.data[(rows === 1 ? 0 : e * columns) + (columns === 1 ? 0 : h)] as number;
}

/** The requantisation of expert e's hidden channel h, as a function of one channel. */
function scalingAt(m: Mixture, e: number, h: number): Scaling {
  const one = (c: Const): Const => ({ shape: [1], elem: c.elem, data: Float64Array.of(atExpert(c, e, h)) });
  return { mul: one(m.mul), add: one(m.add), shift: m.shift, ties: m.ties, lo: m.lo, hi: m.hi };
}

/** What a route's code says; no expert where the code names one beyond the last, which adds nothing. */
function decode(code: number, { fraction }: Pick<Mixture, 'fraction'>): { expert: number; gate: number } {
  const field = 2 ** (fraction + 1);
  const expert = Math.floor(code / field);
  // A gate above one counts as one.
  return { expert, gate: Math.min(code - expert * field, 2 ** fraction) };
}

/** Where each routed token goes: per expert, tokens and gates in the order of the codes. */
export interface Queues {
  readonly tokens: readonly (readonly number[])[];
  readonly gates: readonly (readonly number[])[];
}

export function queuesOf(routes: ArrayLike<number>, k: number, experts: number, fraction: number): Queues {
  const tokens: number[][] = Array.from({ length: experts }, () => []);
  const gates: number[][] = Array.from({ length: experts }, () => []);
  for (let i = 0; i < routes.length; i++) {
    const { expert, gate } = decode(routes[i] as number, { fraction });
    if (expert >= experts) continue;
    tokens[expert]?.push(Math.floor(i / k));
    gates[expert]?.push(gate);
  }
  return { tokens, gates };
}

/** One frame: `x` in rows of `width`, `routes` in rows of k, sums into the zeroed `y`. */
export function applyMixture(m: Mixture, x: IntArray, routes: IntArray, k: number, y: IntArray, types: AccTypes): void {
  const { experts, width, hidden } = sizeOf(m);
  const { tokens, gates } = queuesOf(routes, k, experts, m.fraction);
  for (let e = 0; e < experts; e++) {
    const queue = tokens[e] as readonly number[];
    if (queue.length === 0) continue;
    const vectors =
      x.constructor === Int32Array ? new Int32Array(queue.length * width) : new Float64Array(queue.length * width);
    queue.forEach((n, i) => {
      vectors.set(x.subarray(n * width, (n + 1) * width), i * width);
    });
    const sums = allocate(queue.length * hidden, types.up);
    const weights = { rows: hidden, cols: width, groups: 1 };
    matVec(vectors, m.up.data.subarray(e * hidden * width, (e + 1) * hidden * width), sums, weights);
    for (let h = 0; h < hidden; h++) {
      const f = scalingAt(m, e, h);
      for (let i = h; i < sums.length; i += hidden) sums[i] = activated(m, scaleAt(f, sums[i] as number, 0));
    }
    const outputs = allocate(queue.length * width, types.down);
    const back = { rows: width, cols: hidden, groups: 1 };
    matVec(sums, m.down.data.subarray(e * hidden * width, (e + 1) * hidden * width), outputs, back);
    queue.forEach((n, i) => {
      const gate = gates[e]?.[i] as number;
      for (let d = 0; d < width; d++) {
        const bias = m.bias ? (m.bias.data[e * width + d] as number) : 0;
        y[n * width + d] = (y[n * width + d] as number) + gate * ((outputs[i * width + d] as number) + bias);
      }
    });
  }
}

const activated = (m: Mixture, code: number): number => (m.table ? (m.table.data[code - m.lo] as number) : code);

/** Types of both products' accumulators: of the first, of the second with its bias, over all experts. */
export interface AccTypes {
  readonly up: ElemType;
  readonly hidden: ElemType;
  readonly down: ElemType;
}

export interface MixtureBounds {
  readonly types: AccTypes;
  /** Per output channel. */
  readonly output: Bounds;
}

/** Exact bounds of each product over the actual weights, and sound ones of the sum over `k` gates. */
export function mixtureBounds(m: Mixture, x: Bounds, k: number): MixtureBounds {
  const { experts, width, hidden } = sizeOf(m);
  const channels = spreadBounds(x, width);
  const up: Interval[] = [];
  const codes: Interval[] = [];
  const down: Interval[] = [];
  const most: { lo: number; hi: number }[] = Array.from({ length: width }, () => ({ lo: 0, hi: 0 }));
  for (let e = 0; e < experts; e++) {
    const activations: Interval[] = [];
    for (let h = 0; h < hidden; h++) {
      const at = (e * hidden + h) * width;
      const sum = dotBounds(m.up.data.subarray(at, at + width), channels);
      up.push(sum);
      activations.push(activationBounds(m, e, h, sum));
    }
    codes.push(hull(activations));
    for (let d = 0; d < width; d++) {
      const at = (e * width + d) * hidden;
      const sum = dotBounds(m.down.data.subarray(at, at + hidden), activations);
      const bias = m.bias ? (m.bias.data[e * width + d] as number) : 0;
      const total = { lo: sum.lo + bias, hi: sum.hi + bias };
      down.push(sum, total);
      const worst = most[d] as { lo: number; hi: number };
      worst.lo = Math.min(worst.lo, total.lo);
      worst.hi = Math.max(worst.hi, total.hi);
    }
  }
  const gates = k * 2 ** m.fraction;
  return {
    types: { up: elemFor(hull(up)), hidden: elemFor(hull(codes)), down: elemFor(hull(down)) },
    output: most.map(({ lo, hi }) => ({ lo: lo === 0 ? 0 : gates * lo, hi: gates * hi })),
  };
}

function activationBounds(m: Mixture, e: number, h: number, sum: Interval): Interval {
  const f = scalingAt(m, e, h);
  const ends = [scaleAt(f, sum.lo, 0), scaleAt(f, sum.hi, 0)];
  const [lo, hi] = [Math.min(...ends), Math.max(...ends)];
  if (!m.table) return { lo, hi };
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let c = lo; c <= hi; c++) {
    const a = m.table.data[c - m.lo] as number;
    least = Math.min(least, a);
    most = Math.max(most, a);
  }
  return { lo: least, hi: most };
}
