import type { Attrs, Const, ValueType } from '../../src/ir/graph.ts';
import type { ElemType, Interval } from '../../src/num/elem.ts';

/** A seeded source of choices: every failing case can be drawn again from its seed. */
export interface Rng {
  /** A uniform integer, both ends included. */
  readonly int: (lo: number, hi: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  readonly chance: (probability: number) => boolean;
}

/** One kernel with random legal parameters, ready to be instantiated alone. */
export interface KernelCase {
  readonly kind: string;
  readonly attrs: Attrs;
  /** Flat streams: shape `[numel]`, element type, lanes. */
  readonly inputs: readonly ValueType[];
  readonly consts: { readonly [role: string]: Const };
  /** Input values are drawn from these; default: the element types' whole ranges. */
  readonly ranges?: readonly Interval[];
  /** Output element types where they are not the narrowest that hold the bounds, such as bipolar. */
  readonly outputs?: readonly ElemType[];
}

export type Sampler = (rng: Rng) => KernelCase;

/** A small fast generator (mulberry32): its quality is ample for drawing test parameters. */
export function rng(seed: number): Rng {
  let s = seed >>> 0;
  const next = (): number => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = s;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (lo: number, hi: number): number => lo + Math.floor(next() * (hi - lo + 1));
  return {
    int,
    pick: <T>(items: readonly T[]): T => items[int(0, items.length - 1)] as T,
    chance: (p) => next() < p,
  };
}
