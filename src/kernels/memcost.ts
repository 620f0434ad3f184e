import { bitLength } from '../num/elem.ts';
import type { Cost } from './kernel.ts';

export const NO_COST: Cost = { lut: 0, ff: 0, dsp: 0, bram: 0 };

export function addCosts(...costs: readonly Cost[]): Cost {
  return costs.reduce(
    (a, b) => ({ lut: a.lut + b.lut, ff: a.ff + b.ff, dsp: a.dsp + b.dsp, bram: a.bram + b.bram }),
    NO_COST,
  );
}

/** A counter 0 … length − 1: register, increment and compare. Nothing for a length of 1. */
export function counterCost(length: number): Cost {
  const bits = bitLength(length - 1);
  return { lut: 1.5 * bits, ff: bits, dsp: 0, bram: 0 };
}

/** A memory that takes no more LUTs than this is built from them. */
const LUTRAM_LUTS = 64;

/**
 * A simple dual-port memory with a registered read, as Xilinx tools map it: RAM32M or RAM64M (32 × 6 or 64 × 3 bits in
 * 4 LUTs) when small, otherwise blocks of 18 Kbit, each as deep and wide as its aspect ratios allow.
 */
export function memoryCost(depth: number, width: number): Cost {
  if (depth <= 1) return { lut: 0, ff: (depth + 1) * width, dsp: 0, bram: 0 };
  const luts = depth <= 32 ? 4 * Math.ceil(width / 6) : 4 * Math.ceil(depth / 64) * Math.ceil(width / 3);
  if (luts <= LUTRAM_LUTS) return { lut: luts, ff: width, dsp: 0, bram: 0 };
  const shapes = [
    [512, 36],
    [1024, 18],
    [2048, 9],
    [4096, 4],
    [8192, 2],
    [16384, 1],
  ] as const;
  const blocks = Math.min(...shapes.map(([d, w]) => Math.ceil(depth / d) * Math.ceil(width / w)));
  return { lut: 0, ff: 0, dsp: 0, bram: blocks };
}

/** A memory that is read in the cycle of its address, with as many `reads` at a time: LUTs of 32 words, or registers. */
export function lutMemoryCost(depth: number, width: number, reads: number): Cost {
  if (depth <= 1) return { lut: 0, ff: width, dsp: 0, bram: 0 };
  const blocks = depth <= 32 ? Math.ceil(width / 6) : Math.ceil(depth / 64) * Math.ceil(width / 3);
  return { lut: 4 * blocks * reads, ff: 0, dsp: 0, bram: 0 };
}
