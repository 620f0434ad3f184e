import type { Cost } from './kernel.ts';

/** Operands up to this size fit one DSP slice. */
const DSP_A = 25;
const DSP_B = 18;
/** Products smaller than this (in bit pairs) are cheaper in LUTs. */
const LUT_PRODUCT = 30;

/** A registered product of two signed operands of these bits: in LUTs where it is small, otherwise in DSP slices. */
export function productCost(a: number, b: number): Cost {
  const [big, small] = [Math.max(a, b), Math.min(a, b)];
  // Two bits hold 0 and ±1: a multiplier that only passes or negates.
  if (small <= 2 || big * small < LUT_PRODUCT) return { lut: big * small, ff: a + b, dsp: 0, bram: 0 };
  return { lut: 0, ff: 0, dsp: Math.ceil(big / DSP_A) * Math.ceil(small / DSP_B), bram: 0 };
}
