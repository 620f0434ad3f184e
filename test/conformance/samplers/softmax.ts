import { mantissas } from '../../../src/ir/ops/exponential.ts';
import { designSoftmax, type SoftmaxDesign } from '../../../src/ir/ops/softmax/weights.ts';
import { divisors } from '../../../src/kernels/divisors.ts';
import { type ElemType, elemRange } from '../../../src/num/elem.ts';
import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';

/** Rows of 1 to 24 elements, designed for a bound or coarse ones, from nearly equal weights to thousands of octaves. */
export function sample(rng: Rng): KernelCase {
  const channels = rng.pick([1, 2, 3, 4, 5, 8, 12, 24]);
  const method = rng.pick(['online', 'threepass'] as const);
  const PE = method === 'online' ? 1 : rng.pick(divisors(channels));
  const pixels = rng.int(1, 6);
  const elem = elemUpTo(rng, 10);
  const design = (rng.chance(0.6) ? real(rng, channels, elem) : undefined) ?? coarse(rng);
  return {
    kind: 'softmax',
    attrs: { channels, pixels, PE, method, design },
    inputs: [{ shape: [channels * pixels], elem, lanes: PE }],
    consts: { mantissas: mantissas(design.stepBits, design.mantissa) },
  };
}

function real(rng: Rng, length: number, elem: ElemType): SoftmaxDesign | undefined {
  const task = { length, scale: 2 ** rng.int(-9, 1), fraction: rng.int(1, 10), x: elemRange(elem) };
  const found = designSoftmax(task, rng.pick([0.2, 0.5, 2]));
  return typeof found === 'string' ? undefined : found;
}

function coarse(rng: Rng): SoftmaxDesign {
  const stepBits = rng.int(1, 4);
  const bits = stepBits + rng.int(1, 6);
  const mantissa = rng.int(Math.max(2, stepBits), 9);
  const drop = mantissa + 2 + rng.int(0, 3);
  const shift = rng.int(0, 10);
  return {
    coding: { mul: rng.int(0, 2 ** rng.pick([3, 10, 20])), add: rng.int(0, 2 ** rng.pick([4, 12, 40])), shift, bits },
    stepBits,
    mantissa,
    reciprocal: drop + rng.int(0, 9),
    drop,
  };
}
