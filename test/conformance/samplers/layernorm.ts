import { designNorm, type NormDesign } from '../../../src/ir/ops/layernorm/norm.ts';
import { rootTable } from '../../../src/ir/ops/layernorm/root.ts';
import { divisors } from '../../../src/kernels/divisors.ts';
import { elemFor } from '../../../src/num/elem.ts';
import { valueRange } from '../../../src/num/tensor.ts';
import type { KernelCase, Rng } from '../case.ts';
import { constant, elemUpTo } from './elements.ts';

/** Rows of 1 to 24 elements, with widths as they are designed for a bound, and drawn ones, coarse and fine. */
export function sample(rng: Rng): KernelCase {
  const channels = rng.pick([1, 2, 3, 4, 6, 8, 12, 16, 24]);
  const PE = rng.pick(divisors(channels));
  const pixels = rng.int(1, 6);
  const elem = elemUpTo(rng, rng.pick([8, 14]));
  const center = rng.chance(0.7);
  const { design, table } = (rng.chance(0.6) ? real(rng, channels, center) : undefined) ?? drawn(rng, center);
  return {
    kind: 'layernorm',
    attrs: { channels, pixels, PE, design },
    inputs: [{ shape: [channels * pixels], elem, lanes: PE }],
    consts: { table: constant([table.length], elemFor(valueRange(table)), [...table]) },
  };
}

interface Drawn {
  readonly design: NormDesign;
  readonly table: Int32Array;
}

function real(rng: Rng, C: number, center: boolean): Drawn | undefined {
  const fraction = rng.int(0, 10);
  const limit = Math.ceil(2 ** fraction * Math.sqrt(center ? C - 1 : C));
  const scale = 2 ** rng.int(-8, 2);
  return designNorm(
    { C, scale, epsilon: rng.pick([0, 1e-5, 1e-2, 1]), fraction, center, limit },
    rng.pick([0.1, 0.5, 2]),
  );
}

function drawn(rng: Rng, center: boolean): Drawn {
  const widths = { index: rng.int(3, 8), guess: rng.int(3, 10), argument: rng.int(8, 20), result: rng.int(2, 12) };
  const design: NormDesign = {
    ...widths,
    center,
    guard: 2 * rng.int(0, 3),
    epsilon: rng.pick([0, 1, 1000, 2 ** 40 + 3]),
    shift: rng.int(0, 12),
    limit: rng.pick([0, 7, 2 ** 20]),
  };
  return { design, table: rootTable(widths) };
}
