import { PLAIN, SEGMENTS, type Segment } from './segment.ts';

/** Bits that wait to be added: how many wires there are at each position, and whether a constant one. */
export interface Heights {
  readonly wires: readonly number[];
  readonly ones: readonly number[];
}

/** A carry chain: from position `from`, one segment after the other; what a segment leaves of a position, its wire A takes. */
export interface Chain {
  readonly from: number;
  readonly segments: readonly Segment[];
}

export interface ChainRules {
  /** What a LUT costs, in bits taken away. */
  readonly lutPrice: number;
  /** Where it must begin so that nothing is left over; undefined where much may be. */
  readonly finish: number | undefined;
  /** Only two words, no tables. */
  readonly plain?: boolean;
}

/** What a constant is worth when it is taken along. */
const ONE = 0.1;
const NEVER = Number.NEGATIVE_INFINITY;
const LONGEST = 3;

/** Segments as flat arrays: this is the innermost loop of all. */
function flat(segments: readonly Segment[]) {
  const at = (pick: (s: Segment) => readonly number[]): Uint8Array =>
    Uint8Array.from(segments.flatMap((s) => Array.from({ length: LONGEST }, (_, i) => pick(s)[i] ?? 0)));
  return {
    segments,
    lengths: Uint8Array.from(segments, (s) => s.length),
    luts: Uint8Array.from(segments, (s) => s.luts),
    wires: at((s) => s.wires),
    ones: at((s) => s.ones),
    /** No segment is worth more than that, less its LUTs. */
    most: Float64Array.from(segments, (s) => s.wires.reduce((sum, w) => sum + w, 0) + 2 * ONE * s.length),
  };
}
type Flat = ReturnType<typeof flat>;

const ALL = flat(SEGMENTS);
const WITHOUT_ONES = flat(SEGMENTS.filter((s) => s.ones.every((one) => one === 0)));
const TWO_WORDS = flat(PLAIN);

const padded = (xs: readonly number[]): Int32Array => {
  const out = new Int32Array(xs.length + LONGEST);
  out.set(xs);
  return out;
};

/** The worth of segment `k` at a position, with the wires A beside it; `NEVER` where it does not fit. */
function worth(f: Flat, k: number, at: number, wires: Int32Array, ones: Int32Array, rules: ChainRules): number {
  let sum = -(f.luts[k] as number) * rules.lutPrice;
  const length = f.lengths[k] as number;
  for (let i = 0; i < length; i++) {
    const taken = f.wires[k * LONGEST + i] as number;
    const left = (wires[at + i] as number) - taken;
    const constant = f.ones[k * LONGEST + i] as number;
    const one = (ones[at + i] as number) - constant;
    if (left < 0 || one < 0) return NEVER;
    if (rules.finish !== undefined && (left > 1 || (left === 1 && one === 1))) return NEVER;
    sum += taken + (left > 0 ? 0 : -1) + ONE * (left > 0 ? constant : constant + one);
  }
  return sum;
}

/** The chain that takes most bits away for its LUTs, or undefined where none is worth its price. */
export function bestChain(heights: Heights, rules: ChainRules): Chain | undefined {
  const n = heights.wires.length;
  const [wires, ones] = [padded(heights.wires), padded(heights.ones)];
  const best = new Float64Array(n + LONGEST).fill(NEVER);
  const choice = new Int32Array(n + LONGEST).fill(-1);
  const from = rules.plain ? TWO_WORDS : heights.ones.includes(1) ? ALL : WITHOUT_ONES;
  // Beyond the last position no carry is of interest, for sums are modulo 2^n.
  best[n] = 0;
  for (let c = n - 1; c >= (rules.finish ?? 0); c--) {
    if (rules.finish === undefined) best[c] = -1;
    for (let k = 0; k < from.lengths.length; k++) {
      if ((from.wires[k * LONGEST] as number) > (wires[c] as number)) continue;
      const rest = best[c + (from.lengths[k] as number)] as number;
      const most = (from.most[k] as number) - (from.luts[k] as number) * rules.lutPrice + rest;
      if (most <= (best[c] as number)) continue;
      const total = worth(from, k, c, wires, ones, rules) + rest;
      if (total > (best[c] as number)) {
        best[c] = total;
        choice[c] = k;
      }
    }
  }
  const first = start(heights, best, rules);
  if (first < 0) return undefined;
  const segments: Segment[] = [];
  for (let c = first; (choice[c] as number) >= 0; ) {
    const s = from.segments[choice[c] as number] as Segment;
    segments.push(s);
    c += s.length;
  }
  const adds = segments.some((s) => s.wires.some((w) => w > 0));
  return adds || rules.finish !== undefined ? { from: first, segments } : undefined;
}

/** The lowest position that has more than a single bit; −1 where there is none. */
export function lowest({ wires, ones }: Heights): number {
  return wires.findIndex((n, c) => n + (ones[c] as number) > 1);
}

/** Where to begin: the best place; where nothing may be left over, the lowest that has to. */
function start(heights: Heights, best: Float64Array, rules: ChainRules): number {
  if (rules.finish !== undefined) return best[rules.finish] === NEVER ? -1 : rules.finish;
  let from = -1;
  for (let c = 0; c < heights.wires.length; c++) {
    if ((best[c] as number) > (from < 0 ? 1e-9 : (best[from] as number))) from = c;
  }
  return from;
}
