import { signedDigits } from './csd.ts';
import { type Pair, PairCounts, pairKey, pairOf } from './pairs.ts';
import { BestFirst } from './queue.ts';
import { Sum, type Term } from './terms.ts';
import { type Shared, Values } from './values.ts';

export interface ShareOptions {
  /** What one bit fewer in a sum is worth, in LUTs. */
  readonly bitPrice: number;
  /** Levels of two-term sums that an output may have beyond the fewest. */
  readonly extraDepth: number;
}

export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  /** Row-major. */
  readonly data: ArrayLike<number>;
}

export interface Decomposition {
  readonly values: Values;
  /** What each row is the sum of. */
  readonly rows: readonly (readonly Term[])[];
}

/** The most values: keys of pairs must stay below 2^53. */
const STRIDE = 2 ** 22;

/** Rewrites sums of digits by shared two-term sums, the one with the best price first. */
class Sharing {
  readonly sums: Sum[];
  readonly values: Values;
  private readonly counts: PairCounts;
  private readonly queue = new BestFirst();
  /** In which rows each value stands, and how often. */
  private readonly where: Map<number, number>[] = [];
  /** Σ 2^depth of each row's terms, and what it may grow to: a tree of that depth exists while it does not. */
  private readonly weight: Float64Array;
  private readonly limit: Float64Array;
  private readonly options: ShareOptions;
  /** Pairs of a new value as they occur a second time. */
  private repeated: number[] = [];

  constructor(matrix: Matrix, values: Values, options: ShareOptions) {
    this.values = values;
    this.options = options;
    this.counts = new PairCounts(matrix.cols * matrix.cols);
    for (let c = 0; c < matrix.cols; c++) this.where.push(new Map());
    this.weight = new Float64Array(matrix.rows);
    this.limit = new Float64Array(matrix.rows);
    this.sums = Array.from({ length: matrix.rows }, (_, r) => {
      const sum = new Sum();
      for (let c = 0; c < matrix.cols; c++) {
        for (const { shift, sign } of signedDigits(matrix.data[r * matrix.cols + c] as number)) {
          this.pairs(sum, c, shift, sign, 1);
          this.insert(r, sum, c, shift, sign);
        }
      }
      this.limit[r] = 2 ** (Math.ceil(Math.log2(Math.max(1, this.weight[r] as number))) + options.extraDepth);
      return sum;
    });
    for (const key of this.counts.atLeast(2)) this.offer(key);
  }

  run(): void {
    for (let best = this.queue.pop(); best; best = this.queue.pop()) {
      const now = this.score(best.key);
      if (now < best.score) {
        if (now > 0) this.queue.push(best.key, now);
        continue;
      }
      this.extract(pairOf(best.key, STRIDE));
    }
  }

  private offer(key: number): void {
    const score = this.score(key);
    if (score > 0) this.queue.push(key, score);
  }

  private score(key: number): number {
    const n = this.counts.get(key);
    if (n < 2) return 0;
    const pair = pairOf(key, STRIDE);
    const { a, b, d } = pair;
    const [wa, wb] = [this.values.width[a] as number, this.values.width[b] as number];
    const overlap = Math.min(wa, d + wb) - Math.max(0, d);
    if (overlap <= 0) return 0;
    const saved = wa + wb - this.values.widthOf(sharedOf(pair));
    return n * this.options.bitPrice * saved - overlap;
  }

  /** Adds `delta` to the counts of all pairs of a sum's terms with one that does not stand in it. */
  private pairs(sum: Sum, value: number, shift: number, sign: number, delta: number): void {
    const { values, shifts, signs, size } = sum;
    for (let i = 0; i < size; i++) {
      const v = values[i] as number;
      const d = (shifts[i] as number) - shift;
      const same = signs[i] === sign;
      const swap = v < value || (v === value && d < 0);
      const key = swap ? pairKey(v, value, -d, same, STRIDE) : pairKey(value, v, d, same, STRIDE);
      if (this.counts.add(key, delta) === 2 && delta > 0) this.repeated.push(key);
    }
  }

  private insert(row: number, sum: Sum, value: number, shift: number, sign: number): void {
    sum.push(value, shift, sign);
    const rows = this.where[value] as Map<number, number>;
    rows.set(row, (rows.get(row) ?? 0) + 1);
    this.weight[row] = (this.weight[row] as number) + 2 ** (this.values.depth[value] as number);
  }

  private remove(row: number, sum: Sum, at: number): void {
    const [value = 0, shift = 0, sign = 0] = [sum.values[at], sum.shifts[at], sum.signs[at]];
    sum.remove(at);
    const rows = this.where[value] as Map<number, number>;
    const left = (rows.get(row) ?? 1) - 1;
    if (left > 0) rows.set(row, left);
    else rows.delete(row);
    this.weight[row] = (this.weight[row] as number) - 2 ** (this.values.depth[value] as number);
    this.pairs(sum, value, shift, sign, -1);
  }

  /** Makes a pair a value and puts it in place of all its occurrences that the depth allows; they may not overlap. */
  private extract(pair: Pair): void {
    const { a, b, d, same } = pair;
    const depth = Math.max(this.values.depth[a] as number, this.values.depth[b] as number) + 1;
    const grows = 2 ** depth - 2 ** (this.values.depth[a] as number) - 2 ** (this.values.depth[b] as number);
    const [few, other] = [a, b].map((v) => this.where[v] as Map<number, number>).sort((p, q) => p.size - q.size);
    const rows = [...(few as Map<number, number>).keys()].filter((r) => other?.has(r)).sort((x, y) => x - y);
    const found: { row: number; shift: number; sign: number }[] = [];
    for (const row of rows) {
      let room = Math.floor(((this.limit[row] as number) - (this.weight[row] as number)) / Math.max(grows, 1e-9));
      const sum = this.sums[row] as Sum;
      const taken = new Set<number>();
      for (let i = 0; i < sum.size && room > 0; i++) {
        if (sum.values[i] !== a || taken.has(i)) continue;
        const [shift, sign] = [sum.shifts[i] as number, sum.signs[i] as number];
        const j = sum.find(b, shift + d);
        if (j < 0 || j === i || taken.has(j) || (sum.signs[j] === sign) !== same) continue;
        taken.add(i).add(j);
        found.push({ row, shift, sign });
        room--;
      }
    }
    if (found.length < 2) return;
    const shared = sharedOf(pair);
    const value = this.values.push(shared);
    this.where.push(new Map());
    this.repeated = [];
    for (const { row, shift, sign } of found) {
      const sum = this.sums[row] as Sum;
      this.remove(row, sum, sum.find(a, shift));
      this.remove(row, sum, sum.find(b, shift + d));
      const low = shift - shared.sa;
      this.pairs(sum, value, low, sign, 1);
      this.insert(row, sum, value, low, sign);
    }
    for (const key of this.repeated) this.offer(key);
  }
}

/** The pair as a value: its lower term is not shifted. */
function sharedOf({ a, b, d, same }: Pair): Shared {
  return { a, sa: Math.max(0, -d), b, sb: Math.max(0, d), sign: same ? 1 : -1 };
}

/** Shares two-term sums among the rows of a matrix. `spans`: hi − lo of each input. */
export function share(
  matrix: Matrix,
  spans: readonly number[],
  depths: readonly number[],
  options: ShareOptions,
): Decomposition {
  const sharing = new Sharing(matrix, new Values(spans, depths), options);
  sharing.run();
  return { values: sharing.values, rows: sharing.sums.map((s) => s.terms()) };
}
