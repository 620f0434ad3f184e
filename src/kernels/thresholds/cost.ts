import { type ChannelwiseAttrs, foldsOf } from '../channelwise.ts';
import type { Cost, KernelContext } from '../kernel.ts';
import { romCost, sumCost } from '../romcost.ts';
import { levelsOf, ROM_LIMIT } from './search.ts';

/** Per lane and level: a ROM, a comparator (two bits per LUT), and registers for the key and the count. */
export function thresholdsCost(ctx: KernelContext<ChannelwiseAttrs>, rows: number, steps: number): Cost {
  const { PE } = ctx.attrs;
  const bits = ctx.inputs[0]?.elem.bits ?? 1;
  const folds = foldsOf(ctx.attrs, rows);
  const levels = levelsOf(steps);
  const parts: Cost[] = [{ lut: 4 + Math.log2(folds), ff: levels * (1 + Math.log2(folds)), dsp: 0, bram: 0 }];
  for (let s = 0; s < levels; s++) {
    const depth = folds * 2 ** s;
    const rom = romCost(depth, bits, depth > ROM_LIMIT);
    const passed = s + 1 < levels ? bits : 0;
    const stages = depth > ROM_LIMIT ? 2 : 1;
    parts.push({
      lut: PE * (rom.lut + bits / 2 + 1),
      ff: PE * (stages * (passed + s + 1) + rom.ff),
      dsp: 0,
      bram: PE * rom.bram,
    });
  }
  return sumCost(parts);
}
