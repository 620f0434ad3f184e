import { stepsOf } from '../../../src/ir/ops/attention/rota.ts';
import { codingOf } from '../../../src/ir/ops/exponential.ts';
import { dotRange } from '../../../src/ir/ops/scores/codes.ts';
import { divisors } from '../../../src/kernels/divisors.ts';
import type { KernelCase, Rng } from '../case.ts';
import { constant, elemUpTo } from './elements.ts';
import { rota } from './rota.ts';

/** Every rota, causal or masked or not, codes that span the products or clamp most of them, all kinds of factors. */
export function sample(rng: Rng): KernelCase {
  const columns = rng.int(1, 9);
  const SIMD = rng.pick(divisors(columns));
  const { queries, keys, slots, heads } = rota(rng, columns / SIMD);
  const q = elemUpTo(rng, 12);
  const k = elemUpTo(rng, 12);
  const bits = rng.int(2, 16);
  const stepBits = rng.int(1, Math.min(6, bits - 1));
  const { lo, hi } = dotRange(columns, q, k);
  const scale = (2 ** (bits - stepBits) * rng.pick([0.1, 0.5, 1, 4])) / Math.max(1, hi, -lo);
  const { mul, add, shift } = codingOf(scale, stepBits, bits);
  const steps = stepsOf({ queries, keys, slots });
  const masked = rng.chance(0.35);
  const mask = Array.from({ length: queries * keys }, () => (rng.chance(0.6) ? 1 : 0));
  return {
    kind: 'scores',
    attrs: {
      queries,
      keys,
      slots,
      heads,
      columns,
      causal: rng.chance(0.4),
      mul,
      add,
      shift,
      bits,
      SIMD,
      mult: rng.pick(['auto', 'lut', 'dsp']),
    },
    inputs: [
      { shape: [queries * heads * columns], elem: q, lanes: SIMD },
      { shape: [steps * heads * columns], elem: k, lanes: SIMD },
    ],
    consts: masked ? { mask: constant([queries, keys], { kind: 'uint', bits: 1 }, mask) } : {},
  };
}
