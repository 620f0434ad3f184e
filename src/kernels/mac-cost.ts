/** Resources of the multiply-accumulate kernels, from the structure of `sluice_mvu_lane.v`. */
import type { Const } from '../ir/graph.ts';
import { bitLength, type ElemType } from '../num/elem.ts';
import type { Cost } from './kernel.ts';
import { boothLuts, isTrivial, type Join, type Mult, usesDsp } from './mac.ts';

export interface MacArray {
  readonly x: ElemType;
  readonly w: Const;
  readonly accBits: number;
  readonly mult: Mult;
  /** How rows share multiplier blocks; 0 where absent. */
  readonly join?: Join;
  readonly pe: number;
  readonly simd: number;
  /** Words of the weight memory. */
  readonly depth: number;
  /** Beats of the replay buffer; 0 = none. */
  readonly bufferDepth: number;
  /** Input elements per beat. */
  readonly lanes: number;
}

/** Words of a LUT used as ROM; bits of a 36 Kb block RAM, and from how many bits on a memory is one. */
const LUT_ROM_WORDS = 64;
const BRAM_BITS = 36 * 1024;
const BRAM_FROM_BITS = 16 * 1024;

const counts = (m: MacArray): boolean => m.x.kind === 'bipolar' && m.w.elem.kind === 'bipolar';

function productBits(m: MacArray): number {
  if (counts(m)) return 1;
  return isTrivial(m.x, m.w) ? Math.max(m.x.bits, m.w.elem.bits) + 1 : m.x.bits + m.w.elem.bits;
}

function productLuts(m: MacArray, dsp: boolean): number {
  // The addition that puts the weights of two rows side by side.
  if (dsp) return m.join ? m.w.elem.bits / 2 : 0;
  return isTrivial(m.x, m.w) ? productBits(m) : boothLuts(m.x, m.w.elem);
}

/** Adders of a balanced tree over SIMD products, one bit wider at each level; registers as in the Verilog. */
function tree(m: MacArray, dsp: boolean): { lut: number; ff: number } {
  let bits = productBits(m);
  let terms = m.simd;
  const atOnce = (dsp && m.join !== 2) || m.simd === 1;
  let left = atOnce ? 2 : 1;
  let lut = 0;
  let ff = atOnce ? terms * bits : 0;
  while (terms > 1) {
    const registered = left === 1 || terms === 2;
    bits = Math.min(bits + 1, m.accBits);
    lut += Math.floor(terms / 2) * bits;
    terms = Math.ceil(terms / 2);
    if (registered) ff += terms * bits;
    left = registered ? 2 : left - 1;
  }
  return { lut, ff };
}

export function macCost(m: MacArray): Cost {
  const dsp = usesDsp(m.mult, m.x, m.w);
  const sums = tree(m, dsp);
  const lane = m.simd * productLuts(m, dsp) + sums.lut + m.accBits;
  const inBits = m.lanes * m.x.bits;
  const wordBits = m.pe * m.simd * m.w.elem.bits;
  const inBram = wordBits * m.depth > BRAM_FROM_BITS;
  const counters = 3 * bitLength(m.depth) + 8;
  return {
    lut: m.pe * lane + counters + (inBram ? 0 : wordBits * Math.ceil(m.depth / LUT_ROM_WORDS)) + buffer(m, inBits),
    ff: m.pe * (sums.ff + m.accBits) + counters + inBits + (inBram ? 0 : wordBits),
    dsp: dsp ? Math.ceil(m.pe / (m.join ? 2 : 1)) * m.simd : 0,
    bram: inBram ? Math.max(wordBits / 72, (wordBits * m.depth) / BRAM_BITS) : 0,
  };
}

/** LUT memory of 32 beats and the choice between it and the input. */
function buffer(m: MacArray, inBits: number): number {
  return m.bufferDepth === 0 ? 0 : inBits * (1 + Math.ceil(m.bufferDepth / 32));
}
