import { designCurve } from '../../../src/ir/ops/curve/design.ts';
import { CURVES, type CurveName } from '../../../src/ir/ops/curve/functions.ts';
import type { CurveDesign } from '../../../src/ir/ops/curve/segments.ts';
import { type ElemType, elemFor, elemRange } from '../../../src/num/elem.ts';
import { valueRange } from '../../../src/num/tensor.ts';
import type { KernelCase, Rng } from '../case.ts';
import { channelwise, constant, elemUpTo } from './elements.ts';

interface Drawn {
  readonly design: CurveDesign;
  readonly table: readonly number[];
}

/** Real functions as they are designed for a bound, and tables and attributes that no function would give. */
export function sample(rng: Rng): KernelCase {
  const attrs = channelwise(rng, true);
  const elem = elemUpTo(rng, rng.pick([8, 14]));
  const { design, table } = (rng.chance(0.6) ? real(rng, elem) : undefined) ?? invented(rng, elem);
  return {
    kind: 'curve',
    attrs: { ...attrs, design },
    inputs: [{ shape: [attrs.channels * attrs.pixels], elem, lanes: attrs.PE }],
    consts: { table: constant([table.length], elemFor(valueRange(table)), table) },
  };
}

function real(rng: Rng, elem: ElemType): Drawn | undefined {
  const name = rng.pick(Object.keys(CURVES)) as CurveName;
  const x = elemRange(elem);
  // Some eight octaves of the real axis at most, so that exp stays small.
  const scale = rng.pick([1, 4, 8]) / Math.max(1, x.hi);
  const size = 2 ** rng.pick([4, 20]);
  const found = designCurve(
    { name, scale, fraction: rng.int(2, 10), x, y: { lo: -size, hi: size - 1 } },
    rng.pick([0.1, 0.5, 2]),
  );
  return found && { design: found.design, table: [...found.table.data] };
}

function invented(rng: Rng, elem: ElemType): Drawn {
  const { lo, hi } = elemRange(elem);
  const segment = rng.int(0, Math.max(0, elem.bits - 1));
  const fold = rng.chance(0.5);
  const start = fold ? 0 : rng.int(lo, hi);
  const reach = Math.floor((fold ? Math.max(-lo, hi) : hi - start) / 2 ** segment);
  const entries = Math.min(200, rng.int(1, reach + 1));
  const size = 2 ** rng.pick([0, 3, 8, 12]);
  const bits = rng.int(1, 20);
  const design: CurveDesign = {
    fold,
    start,
    segment,
    slope: rng.chance(0.4) ? 0 : rng.int(1, 2 ** rng.pick([1, 8, 20])),
    align: rng.pick([0, 0, 1, 5]),
    shift: rng.pick([0, 1, 7, 20]),
    sign: rng.pick([1, -1]),
    one: rng.chance(0.5) ? 0 : 2 ** rng.int(0, 12),
    lo: rng.chance(0.3) ? 0 : -(2 ** bits),
    hi: 2 ** bits - 1,
  };
  return { design, table: Array.from({ length: entries }, () => rng.int(-size, size)) };
}
