import type { TSchema } from 'typebox';
import type { Interval } from '../num/elem.ts';
import type { IntTensor } from '../num/tensor.ts';
import type { Attrs, Const, ValueType } from './graph.ts';

/** What an op's functions are told about one node. */
export interface OpContext<A extends Attrs = Attrs> {
  readonly attrs: A;
  readonly inputs: readonly ValueType[];
  readonly consts: { readonly [role: string]: Const };
}

/** Bounds of a value: one interval, or one per channel (last axis). Sound: no reachable value lies outside. */
export type Bounds = readonly Interval[];

/**
 * The one definition of an op: attributes, types, meaning. Knows nothing of hardware or ONNX.
 *
 * Every field is required, so that an op without, say, a reference is a type error.
 */
export interface OpDef<A extends Attrs = Attrs> {
  readonly kind: string;
  /** One sentence for docs and `sluice list ops`. */
  readonly summary: string;
  /** JSON schema of the attributes. */
  readonly attrs: TSchema;
  /** Number of input values; `variadic` = one or more. */
  readonly inputs: number | 'variadic';
  /** Number of outputs. */
  readonly outputs: (attrs: A) => number;
  /** Roles of the constants that it needs, and of those it may have. */
  readonly consts: { readonly required: readonly string[]; readonly optional: readonly string[] };
  /** Whatever the schema cannot say, as sentences ("stride 0 must be positive"); empty when all is well. */
  readonly check: (ctx: OpContext<A>) => readonly string[];
  /** Output shapes. Only called when `check` found nothing. */
  readonly shapes: (ctx: OpContext<A>) => readonly (readonly number[])[];
  /** Output bounds from input bounds and the actual constants. */
  readonly bounds: (ctx: OpContext<A>, inputs: readonly Bounds[]) => readonly Bounds[];
  /** The meaning: one frame in, one frame out, exact integers. Inputs have the declared shapes. */
  readonly reference: (ctx: OpContext<A>, inputs: readonly IntTensor[], outputs: readonly ValueType[]) => IntTensor[];
  /**
   * `leading`: the reference takes any number of leading axes and treats positions along them alike, so that many frames
   * may be given at once, as a first axis of all its inputs and outputs. Default: one frame at a time.
   */
  readonly batch?: 'leading' | 'frame';
  /**
   * Only of ops that stand for a real function. Such an op without its tables is *ideal*: its reference rounds the real
   * result once. `design` gives the attributes and constants that define it in integers, close enough to that; undefined
   * where it has them already, a sentence where nothing comes close enough. The bounds of the designed op lie within those
   * of the ideal one.
   */
  readonly design?: (ctx: OpContext<A>, wanted: Closeness) => Design | string | undefined;
}

/** How close a designed op must come: it may miss the ideal result by this many units of its output beyond the rounding. */
export interface Closeness {
  readonly lsb: number;
}

/** What makes an ideal op one of integers. */
export interface Design {
  readonly attrs: Attrs;
  /** Constants by role, beside those that the op has. */
  readonly consts: { readonly [role: string]: Const };
  /** Method and sizes in a few words: "256 mantissas of 10 bits, one pass". */
  readonly note: string;
  /** Inputs on which its error is measured, frame by frame: all there are, or random and adversarial ones. */
  readonly probes: () => Iterable<readonly IntTensor[]>;
}

/** Declares an op; the identity, for its type. */
export function defineOp<A extends Attrs>(def: OpDef<A>): OpDef<A> {
  return def;
}

/** The interval of one channel of bounds that may be per tensor. */
export function boundsAt(b: Bounds, channel: number): Interval {
  return (b.length === 1 ? b[0] : b[channel]) as Interval;
}

/** The smallest single interval that holds all channels. */
export function hull(b: Bounds): Interval {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (const i of b) {
    lo = Math.min(lo, i.lo);
    hi = Math.max(hi, i.hi);
  }
  return { lo, hi };
}
