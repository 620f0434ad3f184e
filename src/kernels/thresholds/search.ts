import { atRow } from '../../ir/ops/rows.ts';
import type { StepFunctions } from '../../ir/ops/thresholds/count.ts';
import type { ElemType } from '../../num/elem.ts';
import { elemRange } from '../../num/elem.ts';
import { type ChannelwiseAttrs, foldsOf, rowOfLane } from '../channelwise.ts';
import type { MemoryFile } from '../kernel.ts';
import { packWord } from '../memory.ts';

/** ROMs with more words than this are read through a register (block RAM); smaller ones are lookup tables. */
export const ROM_LIMIT = 64;

/** Levels of the binary search over `steps` thresholds. */
export const levelsOf = (steps: number): number => Math.ceil(Math.log2(steps + 1));

/** Register stages of the search: one per level, two for levels with a large ROM. */
export function stagesOf(steps: number, folds: number): number {
  let stages = 0;
  for (let s = 0; s < levelsOf(steps); s++) stages += folds * 2 ** s > ROM_LIMIT ? 2 : 1;
  return stages;
}

/**
 * Keys: the elements as unsigned numbers of the same order, inverted for channels that count downwards. A threshold
 * is passed when key > bound, with −1 ≤ bound ≤ 2^bits − 1; −1 means always.
 */
export function boundOf(threshold: number, down: boolean, elem: ElemType): bigint {
  const { lo } = elemRange(elem);
  const pitch = elem.kind === 'bipolar' ? 2 : 1;
  const top = 2 ** elem.bits;
  // Keys of elements from the first one that counts on.
  const first = down ? top - 1 - Math.floor((threshold - lo) / pitch) : Math.ceil((threshold - lo) / pitch);
  return BigInt(Math.min(Math.max(first, 0), top)) - 1n;
}

export interface SearchLayout {
  /** Bits of a key: those of the element, and one more when some threshold is always passed. */
  readonly keyBits: number;
  /** 1 when level 0 carries inversion bits. */
  readonly invert: number;
  readonly memories: readonly MemoryFile[];
}

/** The ROMs of all levels: word `fold · 2^level + prefix` holds the lanes' bounds. */
export function searchRoms(f: StepFunctions, attrs: ChannelwiseAttrs, elem: ElemType): SearchLayout {
  const [rows = 1, steps = 0] = f.thresholds.shape;
  const isDown = (row: number): boolean => f.descending !== undefined && atRow(f.descending, row) === 1;
  const bounds = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: steps }, (_t, k) => boundOf(f.thresholds.data[row * steps + k] as number, isDown(row), elem)),
  );
  const extra = bounds.some((row) => row.some((b) => b < 0n)) ? 1 : 0;
  const invert = bounds.some((_row, r) => isDown(r)) ? 1 : 0;
  const keyBits = elem.bits + extra;
  const never = (1n << BigInt(keyBits)) - 1n;
  const above = BigInt(extra) << BigInt(elem.bits);
  const entry = (row: number, index: number, level: number): bigint => {
    const b = bounds[row]?.[index];
    const bound = b === undefined ? never : b < 0n ? 0n : above + b;
    return level === 0 && isDown(row) ? bound + (1n << BigInt(keyBits)) : bound;
  };
  const lanes = rows === 1 ? 1 : attrs.PE;
  const levels = levelsOf(steps);
  const level = (s: number): MemoryFile => {
    const width = keyBits + (s === 0 ? invert : 0);
    const words: string[] = [];
    for (let fold = 0; fold < foldsOf(attrs, rows); fold++) {
      for (let prefix = 0; prefix < 2 ** s; prefix++) {
        // With the prefix fixed and the next bit set, the count is one more than this threshold's index.
        const index = prefix * 2 ** (levels - s) + 2 ** (levels - s - 1) - 1;
        const fields = Array.from({ length: lanes }, (_, p) => entry(rowOfLane(attrs, rows, fold, p), index, s));
        words.push(packWord(fields, width));
      }
    }
    return { param: `L${s}_FILE`, width: width * lanes, words };
  };
  return { keyBits, invert, memories: Array.from({ length: levels }, (_, s) => level(s)) };
}
