import { stepsOf } from '../../../src/ir/ops/attention/rota.ts';
import { mantissas } from '../../../src/ir/ops/exponential.ts';
import { divisors } from '../../../src/kernels/divisors.ts';
import { uint } from '../../../src/num/elem.ts';
import type { KernelCase, Rng } from '../case.ts';
import { elemUpTo } from './elements.ts';
import { rota } from './rota.ts';

/** Every rota, few and many octaves, small and large mantissas, results with and without fraction bits. */
export function sample(rng: Rng): KernelCase {
  const columns = rng.int(1, 8);
  const SIMD = rng.pick(divisors(columns));
  const { queries, keys, slots, heads } = rota(rng, columns / SIMD);
  const v = elemUpTo(rng, 12);
  const mantissaBits = rng.int(2, 14);
  const stepBits = rng.int(1, Math.min(6, mantissaBits));
  const fraction = rng.pick([0, 0, 1, 4]);
  const most = 51 - v.bits;
  const reciprocalBits = rng.pick([Math.max(mantissaBits, fraction + 1), rng.int(20, most), most]);
  const steps = stepsOf({ queries, keys, slots });
  const codeBits = stepBits + rng.int(1, 6);
  // Of small codes few octaves are used, of two codes many ends of rows are close to a tie.
  const top = rng.chance(0.3) ? rng.int(1, 2 ** codeBits - 1) : 2 ** codeBits - 1;
  return {
    kind: 'attend',
    attrs: {
      queries,
      keys,
      slots,
      heads,
      columns,
      stepBits,
      reciprocalBits: Math.max(reciprocalBits, mantissaBits, fraction + 1),
      fraction,
      SIMD,
      mult: rng.pick(['auto', 'lut', 'dsp']),
    },
    inputs: [
      { shape: [steps * heads * slots], elem: uint(codeBits), lanes: slots },
      { shape: [steps * heads * columns], elem: v, lanes: SIMD },
    ],
    consts: { mantissas: mantissas(stepBits, mantissaBits) },
    ranges: [
      { lo: rng.chance(0.5) ? 0 : Math.min(1, top), hi: top },
      v.kind === 'bipolar'
        ? { lo: -1, hi: 1 }
        : { lo: v.kind === 'int' ? -(2 ** (v.bits - 1)) : 0, hi: 2 ** (v.bits - (v.kind === 'int' ? 1 : 0)) - 1 },
    ],
  };
}
