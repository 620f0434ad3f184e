/**
 * Signals: from lists of Yosys bits to words. Contiguous runs of a driver's bits, sign extensions and replications
 * are recognised as such; a signal that is a whole driver costs nothing.
 */
import type { YosysBit } from '../../tools/yosys.ts';
import type { Graph } from './graph.ts';
import { concat, constantWord, type Piece, sext, slice, type Word } from './word.ts';

interface Place {
  readonly word: Word;
  readonly offset: number;
}

/** A maximal run of bits, before it becomes a word. */
interface Run extends Place {
  readonly length: number;
}

export class Signals {
  private readonly g: Graph;
  private readonly places: (Place | undefined)[] = [];
  private readonly cache = new Map<string, Word>();

  constructor(g: Graph) {
    this.g = g;
  }

  /** Makes `word` the driver of `bits`. */
  drive(bits: readonly YosysBit[], word: Word): void {
    for (const [offset, bit] of bits.entries()) {
      if (typeof bit === 'number') this.places[bit] = { word, offset };
    }
  }

  /** The word on `bits`; x, z and undriven bits are 0. */
  read(bits: readonly YosysBit[]): Word {
    const whole = this.wholeDriver(bits);
    if (whole !== undefined) return whole;
    const key = bits.join(' ');
    const found = this.cache.get(key);
    if (found !== undefined) return found;
    const word = this.assemble(bits);
    this.cache.set(key, word);
    return word;
  }

  private wholeDriver(bits: readonly YosysBit[]): Word | undefined {
    const first = this.place(bits[0]);
    if (first === undefined || first.word.width !== bits.length) return undefined;
    const same = bits.every((bit, i) => {
      const place = this.place(bit);
      return place?.word === first.word && place.offset === i;
    });
    return same ? first.word : undefined;
  }

  private place(bit: YosysBit | undefined): Place | undefined {
    return typeof bit === 'number' ? this.places[bit] : undefined;
  }

  private assemble(bits: readonly YosysBit[]): Word {
    const pieces: Piece[] = [];
    for (let at = 0; at < bits.length; ) {
      const run = this.runAt(bits, at);
      const copies = this.copiesAfter(bits, at + run.length);
      const length = run.length + copies;
      // Copies of a run's last bit are its sign extension.
      const word = copies === 0 ? run.word : sext(this.g, slice(this.g, run.word, run.offset, run.length), length);
      pieces.push({ at, length, word, offset: copies === 0 ? run.offset : 0 });
      at += length;
    }
    const only = pieces[0];
    if (only !== undefined && pieces.length === 1) {
      return only.offset === 0 && only.word.width === only.length
        ? only.word
        : slice(this.g, only.word, only.offset, only.length);
    }
    return concat(this.g, pieces, bits.length);
  }

  private runAt(bits: readonly YosysBit[], at: number): Run {
    const first = this.place(bits[at]);
    let end = at + 1;
    if (first === undefined) {
      let value = bits[at] === '1' ? 1n : 0n;
      let ones = value === 1n ? '1' : '0';
      for (; end < bits.length && this.place(bits[end]) === undefined; end++)
        ones = (bits[end] === '1' ? '1' : '0') + ones;
      value = BigInt(`0b${ones}`);
      return { word: constantWord(this.g, value, end - at), offset: 0, length: end - at };
    }
    for (; end < bits.length; end++) {
      const next = this.place(bits[end]);
      if (next?.word !== first.word || next.offset !== first.offset + end - at) break;
    }
    return { ...first, length: end - at };
  }

  /** How often the bit before `from` is repeated from there on. */
  private copiesAfter(bits: readonly YosysBit[], from: number): number {
    const bit = bits[from - 1];
    if (typeof bit !== 'number') return 0;
    let count = 0;
    while (bits[from + count] === bit) count++;
    return count;
  }
}
