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
/** Every height that no segment takes up, with at least two wires over, is as good as this one. */
const HIGH = Math.max(...SEGMENTS.flatMap((s) => s.wires)) + 2;

/** A segment that is the best of its length where heights are given; so are others, but for rounding. */
interface Fit {
  readonly segment: Segment;
  readonly worth: number;
}

/** What fits depends on three positions alone, and heights repeat all the time: what fits by heights, for each rule. */
type Fits = (readonly Fit[] | undefined)[];

const KNOWN = new Map<string, Fits>();

function fitsBy({ lutPrice, finish, plain = false }: ChainRules): Fits {
  const key = `${lutPrice} ${finish !== undefined} ${plain}`;
  const known = KNOWN.get(key) ?? [];
  KNOWN.set(key, known);
  return known;
}

/** The worth of a segment where it lies, with the wires A beside it; `NEVER` where it does not fit. */
function worth(s: Segment, wires: ArrayLike<number>, ones: ArrayLike<number>, at: number, rules: ChainRules): number {
  let sum = -s.luts * rules.lutPrice;
  for (let i = 0; i < s.length; i++) {
    const left = (wires[at + i] as number) - (s.wires[i] as number);
    const one = (ones[at + i] as number) - (s.ones[i] as number);
    if (left < 0 || one < 0) return NEVER;
    if (rules.finish !== undefined && (left > 1 || (left === 1 && one === 1))) return NEVER;
    const constant = left > 0 ? (s.ones[i] as number) : (ones[at + i] as number);
    sum += (s.wires[i] as number) + (left > 0 ? 0 : -1) + ONE * constant;
  }
  return sum;
}

/** Worths that differ by less may be the same. */
const ROUNDING = 1e-9;

function fitting(wires: Int32Array, ones: Int32Array, at: number, rules: ChainRules): Fit[] {
  const all = (rules.plain ? PLAIN : SEGMENTS).map((s) => ({ segment: s, worth: worth(s, wires, ones, at, rules) }));
  const most = new Float64Array(LONGEST + 1).fill(NEVER);
  for (const { segment, worth } of all) most[segment.length] = Math.max(most[segment.length] as number, worth);
  return all.filter(({ segment, worth }) => worth > NEVER && worth > (most[segment.length] as number) - ROUNDING);
}

/** The heights of a position and the two above it as one number. */
function heightsAt(wires: Int32Array, ones: Int32Array, at: number): number {
  let key = 0;
  for (let i = 0; i < LONGEST; i++) {
    key = (key * (HIGH + 1) + Math.min(HIGH, wires[at + i] as number)) * 2 + (ones[at + i] as number);
  }
  return key;
}

const padded = (xs: readonly number[]): Int32Array => {
  const out = new Int32Array(xs.length + LONGEST);
  out.set(xs);
  return out;
};

/** The chain that takes most bits away for its LUTs, or undefined where none is worth its price. */
export function bestChain(heights: Heights, rules: ChainRules): Chain | undefined {
  const n = heights.wires.length;
  const [wires, ones] = [padded(heights.wires), padded(heights.ones)];
  const best = new Float64Array(n + LONGEST).fill(NEVER);
  const choice = new Array<Segment | undefined>(n + LONGEST);
  const known = fitsBy(rules);
  // Beyond the last position no carry is of interest, for sums are modulo 2^n.
  best[n] = 0;
  for (let c = n - 1; c >= (rules.finish ?? 0); c--) {
    if (rules.finish === undefined) best[c] = -1;
    const key = heightsAt(wires, ones, c);
    const fits = known[key] ?? fitting(wires, ones, c, rules);
    known[key] = fits;
    for (const { segment, worth } of fits) {
      const total = worth + (best[c + segment.length] as number);
      if (total <= (best[c] as number)) continue;
      best[c] = total;
      choice[c] = segment;
    }
  }
  const first = start(heights, best, rules);
  if (first < 0) return undefined;
  const segments: Segment[] = [];
  for (let c = first, s = choice[c]; s; c += s.length, s = choice[c]) segments.push(s);
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
