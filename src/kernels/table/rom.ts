import { rowsOf } from '../../ir/ops/rows.ts';
import { entriesOf, type Lookup } from '../../ir/ops/table/lookup.ts';
import { bitLength, type ElemType, elemRange, toBits } from '../../num/elem.ts';
import { type ChannelwiseAttrs, foldsOf, rowOfLane } from '../channelwise.ts';
import type { MemoryFile } from '../kernel.ts';
import { packWord } from '../memory.ts';

/**
 * Address bits: the low bits of an element tell all values of the table apart, because they are consecutive. So the
 * element is the address, without a subtraction, and the entries are stored in the order of those bits.
 */
export const indexBits = (f: Lookup, elem: ElemType): number =>
  Math.max(1, Math.min(elem.bits, bitLength(entriesOf(f) - 1)));

/** The entry of each address, or −1 where no element leads. */
export function entryOrder(f: Lookup, elem: ElemType): Int32Array {
  const size = 2 ** indexBits(f, elem);
  const order = new Int32Array(size).fill(-1);
  const { lo, hi } = elemRange(elem);
  const step = elem.kind === 'bipolar' ? 2 : 1;
  const first = Math.max(lo, f.offset);
  for (let x = first + ((first - lo) % step); x <= Math.min(hi, f.offset + entriesOf(f) - 1); x += step) {
    order[toBits(elem, x) % size] = x - f.offset;
  }
  return order;
}

/** Word `fold · 2^bits + address` holds the lanes' entries; a single one where all channels share a row. */
export function tableRom(f: Lookup, attrs: ChannelwiseAttrs, elem: ElemType, output: ElemType): MemoryFile {
  const rows = rowsOf(f.table);
  const lanes = rows === 1 ? 1 : attrs.PE;
  const order = entryOrder(f, elem);
  const words: string[] = [];
  for (let fold = 0; fold < foldsOf(attrs, rows); fold++) {
    for (const entry of order) {
      const fields = Array.from({ length: lanes }, (_, p) => {
        if (entry < 0) return 0;
        return toBits(output, f.table.data[rowOfLane(attrs, rows, fold, p) * entriesOf(f) + entry] as number);
      });
      words.push(packWord(fields, output.bits));
    }
  }
  return { param: 'TABLE_FILE', width: output.bits * lanes, words };
}
