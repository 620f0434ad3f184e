/** The choice of a curve's table: the widest segments, then the fewest fraction bits, that keep within a bound. */
import type { Interval } from '../../../num/elem.ts';
import type { IntArray } from '../../../num/tensor.ts';
import { constant } from '../../constant.ts';
import type { Const } from '../../graph.ts';
import { CURVES, type CurveName, curveFunction, type Shape } from './functions.ts';
import { type CurveDesign, curveRanges, rawCurve } from './segments.ts';

/** The function, its input and output units, the integers that can come in and those that the result is clamped to. */
export interface CurveTask {
  readonly name: CurveName;
  readonly scale: number;
  readonly fraction: number;
  readonly x: Interval;
  readonly y: Interval;
}

export interface DesignedCurve {
  readonly design: CurveDesign;
  readonly table: Const;
  /** Largest distance from the real function, in output units, before the result is rounded; on {@link probesOf}. */
  readonly error: number;
}

/** Inputs up to this many are all tried. */
const EXHAUSTIVE = 2 ** 20;
/** Tables longer than this are not considered. */
const MAX_ENTRIES = 2 ** 14;
const MAX_FRACTION = 24;
/** Parts of the bound that the cut-off tails and the slope of the ramp may use. */
const TAIL_PART = 1 / 8;
const RAMP_PART = 1 / 16;
/** Ratio of neighbouring points at which the edge of a table is looked for. */
const SPACING = 1.05;

/** All inputs, or as many spread evenly, both ends and the neighbourhood of zero among them. */
export function probesOf({ lo, hi }: Interval): Float64Array {
  const n = hi - lo + 1;
  if (n <= EXHAUSTIVE) return Float64Array.from({ length: n }, (_, i) => lo + i);
  const near = EXHAUSTIVE / 2;
  return Float64Array.from({ length: EXHAUSTIVE + 1 }, (_, i) => {
    if (i < near) return Math.min(Math.max(lo, i - near / 2), hi);
    return lo + Math.round(((i - near) / near) * (n - 1));
  });
}

/** The cheapest table within `lsb` output units of the real function; undefined where none is. */
export function designCurve(task: CurveTask, lsb: number): DesignedCurve | undefined {
  const want = wantedOn(task);
  const widest = Math.ceil(Math.log2(task.x.hi - task.x.lo + 1));
  for (let segment = widest; segment >= 0; segment--) {
    const fine = finest(task, segment, lsb);
    if (!fine || errorOf(fine, want) > lsb) continue;
    for (let guard = 0; guard <= MAX_FRACTION; guard++) {
      const d = curveOf(task, segment, guard, lsb);
      const error = d ? errorOf(d, want) : Number.POSITIVE_INFINITY;
      if (d && error <= lsb) return { ...d, error };
    }
  }
  return undefined;
}

/** With as many fraction bits as the arithmetic has room for: what no table of these segments can be better than. */
function finest(task: CurveTask, segment: number, lsb: number): Omit<DesignedCurve, 'error'> | undefined {
  for (let guard = MAX_FRACTION; guard >= 0; guard--) {
    const d = curveOf(task, segment, guard, lsb);
    if (d) return d;
  }
  return undefined;
}

/** The curve with segments of 2^segment inputs and a table with `guard` fraction bits beyond those of the result. */
export function curveAt(task: CurveTask, segment: number, guard: number, lsb: number): DesignedCurve | undefined {
  const d = curveOf(task, segment, guard, lsb);
  return d && { ...d, error: errorOf(d, wantedOn(task)) };
}

interface Wanted {
  readonly x: Float64Array;
  /** The real function, in output units. */
  readonly y: Float64Array;
}

function wantedOn({ name, scale, fraction, x }: CurveTask): Wanted {
  const f = curveFunction(name);
  const probes = probesOf(x);
  return { x: probes, y: probes.map((v) => 2 ** fraction * f(scale * v)) };
}

function errorOf({ design, table }: Omit<DesignedCurve, 'error'>, { x, y }: Wanted): number {
  const unit = 2 ** -design.shift;
  let worst = 0;
  for (let i = 0; i < x.length; i++) {
    worst = Math.max(worst, Math.abs(rawCurve(design, table.data, x[i] as number) * unit - (y[i] as number)));
  }
  return worst;
}

function curveOf(
  task: CurveTask,
  segment: number,
  guard: number,
  lsb: number,
): Omit<DesignedCurve, 'error'> | undefined {
  const { name, scale, fraction, x } = task;
  const shape: Shape = CURVES[name];
  const fold = shape.symmetry !== 'none';
  const rest = (v: number): number => curveFunction(name)(v) - shape.ramp * Math.max(v, 0);
  // On one side of zero the rest is smooth: continued beyond zero, its second differences stay true there.
  const smooth = fold ? (v: number): number => curveFunction(name)(v) - shape.ramp * v : rest;
  const width = 2 ** segment;
  const tolerance = (TAIL_PART * lsb) / 2 ** fraction;
  const { start, entries } = extent(rest, task, fold, width, tolerance);
  if (entries > MAX_ENTRIES) return undefined;
  const h = scale * width;
  const unit = 2 ** (fraction + guard);
  const knots = Float64Array.from({ length: entries }, (_, i) => {
    const at = scale * (start + i * width);
    // A chord lies off the curve by h²f″/8 in the middle: knots moved by half of that leave it on both sides alike.
    const bend = segment === 0 || (!fold && at === 0) ? 0 : smooth(at - h) - 2 * smooth(at) + smooth(at + h);
    return Math.round(unit * (smooth(at) - bend / 16)) + 0;
  });
  const exact = shape.ramp * scale * 2 ** (fraction + guard + segment);
  let align = 0;
  const reach = Math.max(x.hi, 1);
  while (
    Math.abs(Math.round(exact * 2 ** align) - exact * 2 ** align) * reach >
    RAMP_PART * lsb * 2 ** (guard + segment + align)
  ) {
    align++;
  }
  const shift = align + guard + segment;
  const odd = fold && shape.symmetry !== 'even';
  const design: CurveDesign = {
    fold,
    start: fold ? 0 : start,
    segment,
    slope: Math.round(exact * 2 ** align),
    align,
    shift,
    sign: odd ? -1 : 1,
    one: fold && shape.symmetry === 'complement' ? 2 ** (fraction + guard + segment) : 0,
    lo: task.y.lo,
    hi: task.y.hi,
  };
  const { sum } = curveRanges(design, knots, x);
  const fits =
    shift <= 50 && design.slope < 2 ** 31 && Number.isInteger(design.one) && Math.max(-sum.lo, sum.hi) < 2 ** 52;
  return fits ? { design, table: constant([entries], toIntArray(knots)) } : undefined;
}

const toIntArray = (v: Float64Array): IntArray => (v.every((k) => Math.abs(k) < 2 ** 31) ? Int32Array.from(v) : v);

/** Where the table begins and how many entries it has: beyond both ends the function stays within the tolerance. */
function extent(
  rest: (v: number) => number,
  { scale, x }: CurveTask,
  fold: boolean,
  width: number,
  tolerance: number,
): { readonly start: number; readonly entries: number } {
  const reach = (side: 1 | -1, end: number): number => {
    const last = Math.ceil(end / width);
    const limit = rest(side * scale * width * last);
    return flatFrom(last, (i) => Math.abs(rest(side * scale * width * i) - limit) <= tolerance);
  };
  const above = reach(1, fold ? Math.max(-x.lo, x.hi) : Math.max(x.hi, 0));
  const below = fold || x.lo >= 0 ? 0 : reach(-1, -x.lo);
  return { start: -below * width, entries: above + below + 1 };
}

/**
 * The smallest i from which on a property holds up to `last`. It is tried at points that come closer towards 0, so that
 * a bump near zero is seen however far `last` is; from its outer edge on the property is taken to hold throughout.
 */
function flatFrom(last: number, holds: (i: number) => boolean): number {
  let good = last;
  for (let bad = last - 1; bad >= 0; bad = Math.min(bad - 1, Math.floor(bad / SPACING))) {
    if (holds(bad)) {
      good = bad;
      continue;
    }
    while (good - bad > 1) {
      const mid = Math.floor((good + bad) / 2);
      if (holds(mid)) good = mid;
      else bad = mid;
    }
    return good;
  }
  return good;
}
