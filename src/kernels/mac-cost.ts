/** What the multiply-accumulate kernels are made of, from the structure of `sluice_mvu_lane.v` and `sluice_mvu_pair.v`. */
import type { Const } from '../ir/graph.ts';
import { bitLength, type ElemType } from '../num/elem.ts';
import { structural } from './cost-model.ts';
import type { Fabric } from './devices.ts';
import type { Cost, CostTerms } from './kernel.ts';
import { boothLuts, isTrivial, type Join, type Mult, usesDsp } from './mac.ts';
import {
  blocksFor,
  distinctColumns,
  hasMultipliers,
  isBlockRom,
  multiplierBlocks,
  ramLuts,
  romLuts,
} from './memory-terms.ts';

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

/** Products narrower than this stay in LUTs, even where multiplier blocks are asked for. */
const LEAST_DSP_BITS = 9;

type Kind = 'agree' | 'gate' | 'booth' | 'block' | 'pair' | 'join' | 'soft' | 'fixed';

const signedBits = (e: ElemType): number => e.bits + (e.kind === 'uint' ? 1 : 0);

function kindOf(m: MacArray, fabric: Fabric): Kind {
  if (m.x.kind === 'bipolar' && m.w.elem.kind === 'bipolar') return 'agree';
  if (isTrivial(m.x, m.w)) return 'gate';
  // Weights of a single word are constants, which synthesis folds into the rows.
  const rows = m.depth === 1 ? 'fixed' : 'booth';
  if (!usesDsp(m.mult, m.x, m.w)) return rows;
  if (!hasMultipliers(fabric)) return 'soft';
  if (m.join) return m.join === 2 ? 'join' : 'pair';
  return productBits(m) < LEAST_DSP_BITS ? rows : 'block';
}

function productBits(m: MacArray): number {
  if (m.x.kind === 'bipolar' && m.w.elem.kind === 'bipolar') return 1;
  return isTrivial(m.x, m.w) ? Math.max(m.x.bits, m.w.elem.bits) + 1 : m.x.bits + m.w.elem.bits;
}

function productLuts(m: MacArray, kind: Kind): number {
  if (kind === 'agree' || kind === 'gate') return productBits(m);
  // The addition that puts the weights of two rows side by side.
  if (kind === 'pair' || kind === 'join') return m.w.elem.bits / 2;
  // A product that was meant for a block, as rows of partial products.
  if (kind === 'soft') return m.x.bits * m.w.elem.bits;
  return kind === 'block' ? 0 : boothLuts(m.x, m.w.elem);
}

/** Adders of a balanced tree over the terms of a row, one bit wider at each level; registers as in the Verilog. */
function tree(m: MacArray, kind: Kind): { lut: number; ff: number } {
  const dsp = kind === 'block' || kind === 'pair' || kind === 'join';
  let bits = productBits(m) + (kind === 'join' ? 1 : 0);
  let terms = kind === 'join' ? Math.ceil(m.simd / 2) : m.simd;
  const atOnce = dsp || m.simd === 1;
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

/** Multiplier blocks of the whole array. */
function blocks(m: MacArray, kind: Kind, fabric: Fabric): number {
  const [x, w] = [signedBits(m.x), signedBits(m.w.elem)];
  if (kind === 'block') return m.pe * m.simd * multiplierBlocks(x, w, fabric);
  if (kind !== 'pair' && kind !== 'join') return 0;
  const field =
    m.x.bits + m.w.elem.bits + (m.x.kind === 'uint' && m.w.elem.kind === 'uint' ? 1 : 0) + (kind === 'join' ? 1 : 0);
  return Math.ceil(m.pe / 2) * m.simd * multiplierBlocks(field + w, x, fabric);
}

export function macTerms(m: MacArray, fabric: Fabric): CostTerms {
  const kind = kindOf(m, fabric);
  const sums = tree(m, kind);
  const inBits = m.lanes * m.x.bits;
  const wordBits = m.pe * m.simd * m.w.elem.bits;
  const block = isBlockRom(m.depth, wordBits, fabric);
  const buffered = m.bufferDepth > 0;
  const columns = distinctColumns(m.depth, wordBits);
  const counters = 2 * bitLength(m.depth) + 1;
  return {
    lut: {
      [`${kind} products`]: m.pe * m.simd * productLuts(m, kind),
      [`${kind} sums`]: m.pe * sums.lut,
      accumulators: m.pe * m.accBits,
      'weight memory': block ? 0 : romLuts(m.depth, columns, fabric),
      'replay memory': buffered ? ramLuts(m.bufferDepth, inBits, fabric) : 0,
      'replay choice': buffered ? inBits : 0,
      control: counters,
      fixed: 1,
    },
    ff: {
      [`${kind} sums`]: m.pe * sums.ff,
      accumulators: m.pe * m.accBits,
      input: inBits,
      weights: block || m.depth === 1 ? 0 : columns,
      control: counters + bitLength(m.simd),
      fixed: 1,
    },
    dsp: blocks(m, kind, fabric),
    bram: block ? blocksFor(m.depth, wordBits, fabric) : 0,
  };
}

/** The cost of such an array inside a kernel that is not calibrated itself. */
export const macCost = (m: MacArray, fabric: Fabric = 'xcup'): Cost => structural(macTerms(m, fabric));
