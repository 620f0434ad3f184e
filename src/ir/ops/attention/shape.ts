import type { IntArray } from '../../../num/tensor.ts';
import type { Const } from '../../graph.ts';
import type { OpContext } from '../../op.ts';

/** What `approximate` adds: the rota and the integers of the exponentials. */
export type AttentionDesign = {
  readonly slots: number;
  readonly mul: number;
  readonly add: number;
  readonly shift: number;
  readonly bits: number;
  readonly stepBits: number;
  readonly reciprocalBits: number;
};

/**
 * `scale`: real value of one unit of q·k, the usual 1/√d included; `fraction`: the result is 2^fraction times the mean
 * of values; `causal`: query i attends to keys 0 … i only. 0 leaves `slots` (queries in parallel), `scoreBits`,
 * `stepBits` (codes per octave of the exponentials: 2^stepBits) and `mantissaBits` to the design.
 */
export type AttentionAttrs = {
  readonly heads: number;
  readonly scale: number;
  readonly fraction: number;
  readonly causal: boolean;
  readonly slots: number;
  readonly scoreBits: number;
  readonly stepBits: number;
  readonly mantissaBits: number;
  readonly design: AttentionDesign | null;
};

export type AttentionContext = OpContext<AttentionAttrs>;

/** Sizes of one node. */
export interface AttentionShape {
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  /** Elements of one head of a query and a key, and of a value. */
  readonly width: number;
  readonly valueWidth: number;
  readonly mask: Const | undefined;
}

export function shapeOf({ attrs: { heads }, inputs, consts }: AttentionContext): AttentionShape {
  const [q = [], k = [], v = []] = inputs.map((t) => t.shape);
  return {
    queries: q[0] ?? 1,
    keys: k[0] ?? 1,
    heads,
    width: (q[1] ?? heads) / heads,
    valueWidth: (v[1] ?? heads) / heads,
    mask: consts['mask'],
  };
}

/** The data of one frame. */
export interface Operands {
  readonly q: IntArray;
  readonly k: IntArray;
  readonly v: IntArray;
  readonly y: IntArray;
}
