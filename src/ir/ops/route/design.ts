import { bitLength, type ElemType, elemRange } from '../../../num/elem.ts';
import { type IntTensor, tensor } from '../../../num/tensor.ts';
import type { Attrs } from '../../graph.ts';
import type { Closeness, Design } from '../../op.ts';
import { bitsFor, codingOf, mantissas } from '../exponential.ts';
import type { RouteDesign } from './choose.ts';

/** Codes per octave at most: a table of 2^12 mantissas. */
const MOST_STEP_BITS = 12;

/** Codes at most; logits further apart than these can tell have gates of 0 and 1. */
const MOST_CODE_BITS = 20;

/**
 * Parameters that keep a gate within `lsb` units of its real value, beyond the rounding itself.
 *
 * A step of the codes is ln 2 / 2^stepBits wide, so a weight is wrong by δ = ln 2 / 2^(stepBits + 1) at most, and a gate,
 * p = e / Σ, by 2 p (1 − p) δ ≤ ln 2 / 2^(stepBits + 2). Half of `lsb` is for this; what is left is for the sum, where each
 * of the terms may round by half a unit of a mantissa.
 */
function designRoute(
  { scale, fraction }: { readonly scale: number; readonly fraction: number },
  experts: number,
  elem: ElemType,
  { lsb }: Closeness,
): RouteDesign {
  const steps = (Math.LN2 / 4) * (2 / lsb) * 2 ** fraction;
  const stepBits = Math.min(MOST_STEP_BITS, Math.max(1, Math.ceil(Math.log2(steps))));
  const finer = Math.max(0, Math.ceil(-Math.log2(lsb)));
  const mantissaBits = Math.max(stepBits, Math.min(28, fraction + 4 + bitLength(experts - 1) + finer));
  const { lo, hi } = elemRange(elem);
  const bits = Math.min(MOST_CODE_BITS, bitsFor(scale, Math.max(-lo, hi), stepBits));
  return { ...codingOf(scale, stepBits, bits), stepBits, mantissaBits };
}

/** The design as a node takes it. Its error is measured on rows of all shapes: equal, one large, close, far apart. */
export function routeDesign<A extends Attrs & { readonly scale: number; readonly fraction: number }>(
  attrs: A,
  experts: number,
  elem: ElemType,
  wanted: Closeness,
): Design {
  const design = designRoute(attrs, experts, elem, wanted);
  return {
    attrs: { ...attrs, design: { ...design } },
    consts: { mantissas: mantissas(design.stepBits, design.mantissaBits) },
    note: `${2 ** design.stepBits} mantissas of ${design.mantissaBits} bits, codes of ${design.bits} bits, one pass`,
    probes: () => probes(attrs.scale, experts, elem),
  };
}

const PROBES = 1024;

function* probes(scale: number, experts: number, elem: ElemType): Generator<readonly IntTensor[]> {
  const { lo, hi } = elemRange(elem);
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const clamp = (v: number): number => Math.min(hi, Math.max(lo, Math.round(v)));
  for (let i = 0; i < PROBES; i++) {
    // Natural units between the logits of a row: from nearly equal to one that takes all.
    const spread = 2 ** (4 * random() - 2) / scale;
    const centre = (random() - 0.5) * (hi - lo);
    const row = Array.from({ length: experts }, (_, e) =>
      i % 4 === 0 ? centre + spread * e : i % 4 === 1 ? centre - spread * e : centre + spread * 2 * (random() - 0.5),
    );
    yield [tensor([1, experts], Float64Array.from(row, clamp))];
  }
}
