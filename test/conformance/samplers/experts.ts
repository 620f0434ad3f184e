import { constant } from '../../../src/ir/builder.ts';
import type { Const } from '../../../src/ir/graph.ts';
import { type ElemType, elemRange, int, uint } from '../../../src/num/elem.ts';
import { numel } from '../../../src/num/tensor.ts';
import type { KernelCase, Rng } from '../case.ts';

const filled = (rng: Rng, shape: readonly number[], elem: ElemType): Const => {
  const { lo, hi } = elemRange(elem);
  const extreme = rng.chance(0.2);
  const draw = (): number => (extreme ? rng.pick([lo, hi]) : rng.int(lo, hi));
  return constant(shape, Int32Array.from({ length: numel(shape) }, draw), elem);
};

/**
 * Few tokens at several experts: queues that are empty, experts that nobody names, tokens that name one twice or none at
 * all (codes beyond the last expert), one expert, one token, one slot per job, words that are narrower and wider than a
 * beat, parts of one burst and of several.
 */
export function sample(rng: Rng): KernelCase {
  const [PE, SIMD] = [rng.int(1, 3), rng.int(1, 3)];
  const [hidden, width] = [PE * rng.int(1, 4), SIMD * rng.int(1, 4)];
  const experts = rng.pick([1, 2, 3, 4, 5, 8]);
  const tokens = rng.int(1, 6);
  const k = rng.int(1, 3);
  const fraction = rng.int(1, 8);
  const signed = rng.chance(0.5);
  const lo = signed ? -(2 ** rng.int(0, 7)) : 0;
  const hi = lo + rng.int(1, 200);
  const element = (bits: number): ElemType => (rng.chance(0.7) ? int(rng.int(2, bits)) : uint(rng.int(1, bits)));
  const shift = rng.int(0, 10);
  const rows = (): readonly number[] => [rng.pick([1, experts]), rng.pick([1, hidden])];
  const consts: Record<string, Const> = {
    up: filled(rng, [experts, hidden, width], element(9)),
    down: filled(rng, [experts, width, hidden], element(9)),
    mul: filled(rng, rows(), int(rng.int(2, 12))),
    add: filled(rng, rows(), int(rng.int(2, 20))),
  };
  if (rng.chance(0.5)) consts['table'] = filled(rng, [hi - lo + 1], element(9));
  if (rng.chance(0.5)) consts['bias'] = filled(rng, [experts, width], int(rng.int(2, 16)));
  // Sometimes more bits than the experts need: codes that name none.
  const bits = fraction + 1 + Math.ceil(Math.log2(experts)) + rng.int(0, 1);
  const one = experts > 1 && rng.chance(0.3) ? rng.int(0, experts - 1) : undefined;
  const field = 2 ** (fraction + 1);
  const x = element(9);
  const routes = uint(bits);
  return {
    kind: 'experts',
    attrs: {
      fraction,
      shift,
      ties: shift > 0 && rng.chance(0.3) ? 'even' : 'up',
      lo,
      hi,
      tokens,
      k,
      PE,
      SIMD,
      beat: rng.pick([32, 64, 128]),
      mult: rng.pick(['auto', 'lut', 'dsp']),
    },
    inputs: [
      { shape: [tokens * width], elem: x, lanes: SIMD },
      { shape: [tokens * k], elem: routes, lanes: 1 },
    ],
    consts,
    // Or all tokens to one expert.
    ranges: [elemRange(x), one === undefined ? elemRange(routes) : { lo: one * field, hi: one * field + field - 1 }],
  };
}
