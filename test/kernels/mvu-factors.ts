/** Factors and constants of the multiply-accumulate kernels. */
import type { Const } from '../../src/ir/graph.ts';
import { bipolar, type ElemType, elemRange, int, uint } from '../../src/num/elem.ts';
import { allocate, numel } from '../../src/num/tensor.ts';
import type { Rng } from '../conformance/case.ts';

/** A factor's type: all kinds up to `widest` bits, short ones more often than long ones. */
export function factor(rng: Rng, widest = 16): ElemType {
  const bits = rng.chance(0.7) ? rng.int(1, 4) : rng.int(5, widest);
  return rng.pick([int(bits), uint(bits), int(bits), bipolar]);
}

/** Weights of all kinds; two-bit ones are ternary (never −2) half of the time; extremes are frequent. */
export function weights(rng: Rng, shape: readonly number[]): Const {
  const elem = factor(rng);
  const { lo, hi } = elemRange(elem);
  const ternary = elem.kind === 'int' && elem.bits === 2 && rng.chance(0.5);
  const low = ternary ? -1 : lo;
  const extremes = rng.chance(0.2);
  const data = allocate(numel(shape), elem);
  for (let i = 0; i < data.length; i++) {
    const v = extremes ? rng.pick([low, hi]) : rng.int(low, hi);
    data[i] = elem.kind === 'bipolar' && v === 0 ? 1 : v;
  }
  return { shape, elem, data };
}
