import { analyseBounds } from '../ir/bounds.ts';
import { constant } from '../ir/constant.ts';
import { freshName, rewriteNodes } from '../ir/edit.ts';
import type { Attrs, Const, Graph, Node } from '../ir/graph.ts';
import { type Bounds, hull } from '../ir/op.ts';
import type { AddAttrs } from '../ir/ops/add/sum.ts';
import { tensorOps } from '../ir/ops/index.ts';
import { channelEvaluators, channelFunctions } from '../ir/ops/quantise/channels.ts';
import { bitLength, type ElemType, elemFor, type Interval } from '../num/elem.ts';
import { toDouble } from '../num/scalar/fraction.ts';
import type { ScalarSteps } from '../num/scalar.ts';
import { definePass } from './pass.ts';
import { consumersOf } from './uses.ts';

/** Pairs of operands up to which a sum is proven, one by one. */
const MOST_PAIRS = 2 ** 20;
/** Bits behind the point of the narrow multipliers, at most. */
const MOST_SHIFT = 20;
/** Multipliers up to this many bits are left alone. */
const NARROW = 4;

/**
 * A sum of two streams on a fine common grid needs wide multipliers; rounded to few bits behind it, narrow ones with a
 * shift give the same results. They are taken where a proof over all pairs of operands finds them.
 */
export const narrowAdd = definePass({
  name: 'narrow-add',
  summary: 'Gives rounded sums of two streams the narrowest multipliers that are equal for all pairs of operands.',
  level: 'tensor',
  run: (graph, { decide }) => {
    const uses = consumersOf(graph);
    const made = new Map(graph.nodes.map((n) => [n.outputs[0] ?? '', n]));
    const bounds = analyseBounds(graph, (kind) => tensorOps.get(kind));
    const taken = new Set(Object.keys(graph.consts));
    const gone = new Map<string, Node>();
    const rewritten = rewriteNodes(graph, (node) => {
      const sum = node.op === 'quantise' ? made.get(node.inputs[0] ?? '') : undefined;
      if (sum?.op !== 'add' || uses.get(sum.outputs[0] ?? '') !== 1) return undefined;
      const ranges = sum.inputs.map((v) => hull(bounds.get(v) ?? []));
      const elem = graph.values[sum.outputs[0] ?? '']?.elem;
      const [a, b] = ranges;
      if (!a || !b || !elem) return undefined;
      const steps = node.attrs['steps'] as ScalarSteps;
      const found = narrow(sum.attrs as AddAttrs, a, b, steps, elem);
      if (!found) return undefined;
      const { add, shift, clamp, pairs } = found;
      gone.set(sum.outputs[0] ?? '', { ...sum, attrs: add });
      decide(
        node.name,
        `${add.mulA} · a + ${add.mulB} · b, shifted by ${shift}`,
        `equal for all ${pairs} pairs of operands`,
      );
      const consts: Record<string, Const> = {};
      const roles = Object.fromEntries(
        [
          ['mul', 1],
          ['add', 0],
        ].map(([role, v]) => {
          const name = freshName(taken, `${node.name}.${role}`);
          taken.add(name);
          consts[name] = constant([1], Int32Array.of(Number(v)));
          return [role, name];
        }),
      );
      const attrs: Attrs = { shift, ties: 'up', lo: clamp.lo, hi: clamp.hi };
      return { nodes: [{ ...node, op: 'requantise', attrs, consts: roles }], consts };
    });
    return gone.size === 0 ? graph : withSums(rewritten, gone, bounds);
  },
});

/** The sums with their narrow multipliers, and the types that these need. */
function withSums(graph: Graph, sums: ReadonlyMap<string, Node>, bounds: ReadonlyMap<string, Bounds>): Graph {
  const values = { ...graph.values };
  const nodes = graph.nodes.map((n) => {
    const value = n.outputs[0] ?? '';
    const narrow = sums.get(value);
    const type = values[value];
    if (!narrow || !type) return n;
    const def = tensorOps.get('add');
    const ctx = { attrs: narrow.attrs, inputs: [], consts: {} };
    const range =
      def?.bounds(
        ctx,
        n.inputs.map((v) => bounds.get(v) ?? []),
      )[0] ?? [];
    values[value] = { ...type, elem: elemFor(hull(range)) };
    return { ...n, attrs: narrow.attrs };
  });
  return { ...graph, nodes, values };
}

export interface NarrowSum {
  readonly add: AddAttrs;
  readonly shift: number;
  readonly clamp: Interval;
  readonly pairs: number;
}

/**
 * `clamp((mulA·a + mulB·b + offset) >> shift)`, equal to the function of the sum for every a and b, with multipliers of
 * fewer bits than before; undefined where there are none.
 */
export function narrow(
  wide: AddAttrs,
  a: Interval,
  b: Interval,
  steps: ScalarSteps,
  elem: ElemType,
): NarrowSum | undefined {
  const before = Math.max(bitLength(Math.abs(wide.mulA)), bitLength(Math.abs(wide.mulB)));
  const pairs = (a.hi - a.lo + 1) * (b.hi - b.lo + 1);
  const functions = channelFunctions(steps);
  const [scale, round, ...more] = functions[0] ?? [];
  if (before <= NARROW || pairs > MOST_PAIRS || functions.length > 1) return undefined;
  if (scale?.kind !== 'affine' || round?.kind !== 'round' || more.length > 0) return undefined;
  const f = channelEvaluators(steps, elem)[0];
  if (!f) return undefined;
  const slope = toDouble(scale.a);
  const wanted = tabulate(wide, a, b, f);
  for (let shift = 0; shift <= MOST_SHIFT; shift++) {
    const [mulA, mulB] = [wide.mulA, wide.mulB].map((m) => Math.round(slope * m * 2 ** shift)) as [number, number];
    if (Math.max(bitLength(Math.abs(mulA)), bitLength(Math.abs(mulB))) >= before) return undefined;
    const offset = offsetFor({ mulA, mulB }, shift, a, b, wanted);
    if (offset === undefined || Math.abs(offset) >= 2 ** 31) continue;
    return { add: { mulA, mulB, offset }, shift, clamp: { lo: wanted.lo, hi: wanted.hi }, pairs };
  }
  return undefined;
}

/** The results for all pairs, a outermost, and their range: what the clamp is for. */
interface Wanted extends Interval {
  readonly t: Int32Array;
}

function tabulate({ mulA, mulB, offset }: AddAttrs, a: Interval, b: Interval, f: (v: number) => number): Wanted {
  const columns = b.hi - b.lo + 1;
  const t = new Int32Array((a.hi - a.lo + 1) * columns);
  let [lo, hi] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < t.length; i++) {
    const v = f(mulA * (a.lo + Math.floor(i / columns)) + mulB * (b.lo + (i % columns)) + offset);
    t[i] = v;
    lo = Math.min(lo, v);
    hi = Math.max(hi, v);
  }
  return { t, lo, hi };
}

/**
 * An offset with which every pair lands where it should: each asks `t·2^shift ≤ s + offset < (t + 1)·2^shift`, on one
 * side only at the ends of the clamp. The one nearest to a rounding half; undefined where they exclude each other. That
 * every pair was asked is the proof.
 */
function offsetFor(
  { mulA, mulB }: { readonly mulA: number; readonly mulB: number },
  shift: number,
  a: Interval,
  b: Interval,
  { t, lo, hi }: Wanted,
): number | undefined {
  const columns = b.hi - b.lo + 1;
  const unit = 2 ** shift;
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < t.length; i++) {
    const s = mulA * (a.lo + Math.floor(i / columns)) + mulB * (b.lo + (i % columns));
    const v = t[i] as number;
    if (v > lo) least = Math.max(least, v * unit - s);
    if (v < hi) most = Math.min(most, (v + 1) * unit - 1 - s);
    if (least > most) return undefined;
  }
  return Math.min(Math.max(Math.floor(unit / 2), least), most);
}
