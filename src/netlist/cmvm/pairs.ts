/**
 * Counts of two-term patterns. A pattern is `a ± (b << d)`, with a < b, or a = b and d > 0; its key is one integer. Open
 * addressing on typed arrays: there are millions of patterns in a large matrix.
 */
const SHIFTS = 128;
const BIAS = SHIFTS / 2;

/** Shifts lie in −64 … 63; `same` where both terms have the same sign. */
export const pairKey = (a: number, b: number, d: number, same: boolean, stride: number): number =>
  ((a * stride + b) * SHIFTS + d + BIAS) * 2 + (same ? 1 : 0);

export interface Pair {
  readonly a: number;
  readonly b: number;
  readonly d: number;
  readonly same: boolean;
}

export function pairOf(key: number, stride: number): Pair {
  const same = key % 2 === 1;
  const rest = Math.floor(key / 2);
  const d = (rest % SHIFTS) - BIAS;
  const ab = Math.floor(rest / SHIFTS);
  return { a: Math.floor(ab / stride), b: ab % stride, d, same };
}

/** Spreads the bits of a key below 2^53. */
function hash(key: number): number {
  const low = key | 0;
  const high = Math.floor(key / 4294967296) | 0;
  let h = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 13)) >>> 0;
}

export class PairCounts {
  private mask: number;
  private used = 0;
  /** Keys plus one, so that 0 is a free place. */
  private keys: Float64Array;
  private counts: Int32Array;

  constructor(expected = 1 << 12) {
    let size = 1 << 12;
    while (size < expected * 2) size *= 2;
    this.mask = size - 1;
    this.keys = new Float64Array(size);
    this.counts = new Int32Array(size);
  }

  private slot(key: number): number {
    let i = hash(key) & this.mask;
    while (this.keys[i] !== 0 && this.keys[i] !== key + 1) i = (i + 1) & this.mask;
    return i;
  }

  /** Gives the count thereafter. */
  add(key: number, delta: number): number {
    const i = this.slot(key);
    if (this.keys[i] !== 0) {
      const count = (this.counts[i] as number) + delta;
      this.counts[i] = count;
      return count;
    }
    this.keys[i] = key + 1;
    this.used++;
    this.counts[i] = delta;
    if (this.used * 2 > this.mask) this.grow();
    return delta;
  }

  get(key: number): number {
    return this.counts[this.slot(key)] as number;
  }

  /** All patterns that occur at least `least` times, in ascending order of key. */
  atLeast(least: number): number[] {
    const out: number[] = [];
    for (let i = 0; i <= this.mask; i++) {
      if (this.keys[i] !== 0 && (this.counts[i] as number) >= least) out.push((this.keys[i] as number) - 1);
    }
    return out.sort((x, y) => x - y);
  }

  /** Twice the room; patterns that no longer occur are forgotten. */
  private grow(): void {
    const { keys, counts, mask } = this;
    let live = 0;
    for (let i = 0; i <= mask; i++) if (counts[i] !== 0) live++;
    const size = live * 4 > mask ? (mask + 1) * 2 : mask + 1;
    this.mask = size - 1;
    this.keys = new Float64Array(size);
    this.counts = new Int32Array(size);
    this.used = live;
    for (let i = 0; i <= mask; i++) {
      if (counts[i] === 0) continue;
      const to = this.slot((keys[i] as number) - 1);
      this.keys[to] = keys[i] as number;
      this.counts[to] = counts[i] as number;
    }
  }
}
