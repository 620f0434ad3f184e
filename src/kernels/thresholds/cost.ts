import { type ChannelwiseAttrs, foldsOf } from '../channelwise.ts';
import type { Fabric } from '../devices.ts';
import type { CostTerms, KernelContext } from '../kernel.ts';
import { blocksFor, isBlockRom, romLuts } from '../memory-terms.ts';
import { levelsOf, ROM_LIMIT } from './search.ts';

/** Per lane and level: a table of bounds, a comparator, and registers for the key and the count. */
export function thresholdsTerms(
  ctx: KernelContext<ChannelwiseAttrs>,
  rows: number,
  steps: number,
  fabric: Fabric,
): CostTerms {
  const { PE } = ctx.attrs;
  const bits = ctx.inputs[0]?.elem.bits ?? 1;
  const folds = foldsOf(ctx.attrs, rows);
  const levels = levelsOf(steps);
  const sum = { tables: 0, comparators: 0, constants: 0, keys: 0, counts: 0, fetched: 0, folds: 0, bram: 0 };
  for (let s = 0; s < levels; s++) {
    const depth = folds * 2 ** s;
    const registered = depth > ROM_LIMIT;
    const block = registered && isBlockRom(depth, bits, fabric);
    const stages = registered ? 2 : 1;
    if (block) sum.bram += PE * blocksFor(depth, bits, fabric);
    else sum.tables += PE * romLuts(depth, bits, fabric);
    if (depth > 1) sum.comparators += PE * bits;
    else sum.constants += PE * bits;
    sum.keys += s + 1 < levels ? PE * stages * bits : 0;
    sum.counts += PE * stages * (s + 1);
    sum.fetched += registered && !block ? PE * bits : 0;
    sum.folds += folds > 1 ? stages * Math.ceil(Math.log2(folds)) : 0;
  }
  return {
    lut: {
      tables: sum.tables,
      comparators: sum.comparators,
      constants: sum.constants,
      levels: PE * levels,
      folds: Math.log2(folds),
      fixed: 1,
    },
    ff: { keys: sum.keys, counts: sum.counts, fetched: sum.fetched, folds: sum.folds, levels, fixed: 1 },
    dsp: 0,
    bram: sum.bram,
  };
}
