import { constant } from '../../../src/ir/builder.ts';
import { elemRange, uint } from '../../../src/num/elem.ts';
import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';

/** Several tasks, also more than the task's type can name and fewer, so that some frames ask for one beyond the last. */
export function sample(rng: Rng): KernelCase {
  const [PE, SIMD] = [rng.int(1, 3), rng.int(1, 4)];
  const [MH, MW] = [PE * rng.int(1, 3), SIMD * rng.int(1, 3)];
  const [tasks, vectors] = [rng.int(1, 5), rng.int(1, 4)];
  const w = elemUpTo(rng, 8);
  const { lo, hi } = elemRange(w);
  const draw = (): number => (w.kind === 'bipolar' ? rng.pick([-1, 1]) : rng.int(lo, hi));
  return {
    kind: 'gate',
    attrs: { MW, MH, vectors, PE, SIMD, mult: rng.pick(['auto', 'lut', 'dsp']) },
    inputs: [
      { shape: [vectors * MW], elem: elemUpTo(rng, 8), lanes: SIMD },
      { shape: [1], elem: uint(rng.int(1, 3)), lanes: 1 },
    ],
    consts: { weight: constant([tasks, MH, MW], Int32Array.from({ length: tasks * MH * MW }, draw), w) },
  };
}
