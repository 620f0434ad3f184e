import type { Cost } from './kernel.ts';

/** Words below which a registered ROM stays in LUTs: block RAM would be mostly empty. */
const BRAM_MIN_BITS = 4096;
const BRAM_BITS = 18432;

export function sumCost(parts: readonly Cost[]): Cost {
  let [lut, ff, dsp, bram] = [0, 0, 0, 0];
  for (const p of parts) {
    lut += p.lut;
    ff += p.ff;
    dsp += p.dsp;
    bram += p.bram;
  }
  return { lut, ff, dsp, bram };
}

/** A ROM of `depth` words of `width` bits. `bram` counts blocks of 18 Kbit. */
export function romCost(depth: number, width: number, registered: boolean): Cost {
  if (depth === 1) return { lut: 0, ff: 0, dsp: 0, bram: 0 };
  const bits = depth * width;
  if (registered && bits >= BRAM_MIN_BITS) {
    return { lut: 0, ff: 0, dsp: 0, bram: Math.ceil(bits / BRAM_BITS) };
  }
  return { lut: Math.ceil(depth / 64) * width, ff: registered ? width : 0, dsp: 0, bram: 0 };
}
