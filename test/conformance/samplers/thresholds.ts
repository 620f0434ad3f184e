import type { Const } from '../../../src/ir/graph.ts';
import { bipolar, elemFor, elemRange, uint } from '../../../src/num/elem.ts';
import { valueRange } from '../../../src/num/tensor.ts';
import type { KernelCase, Rng } from '../case.ts';
import { channelwise, constant, elemUpTo } from './elements.ts';

/** Widths 1 to 24 bits, 1 to 255 thresholds, repeats, thresholds outside the range of the input, both directions. */
export function sample(rng: Rng): KernelCase {
  const elem = elemUpTo(rng, 24);
  const shared = rng.chance(0.3);
  const attrs = channelwise(rng, shared);
  const steps = rng.chance(0.2) ? rng.int(16, 255) : rng.int(1, 15);
  const rows = shared ? 1 : attrs.channels;
  const { lo, hi } = elemRange(elem);
  const margin = rng.pick([0, 0, 1, 5]);
  const down = Array.from({ length: rows }, () => (rng.chance(0.3) ? 1 : 0));
  const narrow = rng.chance(0.2) ? Math.min(8, hi - lo) : hi - lo;
  const data = down.flatMap((d) => {
    const row = Array.from({ length: steps }, () => rng.int(lo - margin, lo + narrow + margin)).sort((a, b) => a - b);
    return d ? row.reverse() : row;
  });
  const thresholds: Const = constant([rows, steps], elemFor(valueRange(data)), data);
  const mixed = rng.chance(0.5) || down.includes(1);
  const consts: Record<string, Const> = mixed
    ? { thresholds, descending: constant([rows], uint(1), down) }
    : { thresholds };
  const [base, step] = steps === 1 && rng.chance(0.7) ? [-1, 2] : [rng.int(-8, 8), rng.pick([1, 1, 2, 3])];
  return {
    kind: 'thresholds',
    attrs: { ...attrs, base, step },
    inputs: [{ shape: [attrs.channels * attrs.pixels], elem, lanes: attrs.PE }],
    consts,
    ...(base === -1 && step === 2 && steps === 1 ? { outputs: [bipolar] } : {}),
  };
}
