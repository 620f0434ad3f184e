import { invariant } from '../../diag/diagnostic.ts';
import { NetlistBuilder } from '../builder.ts';
import { costOf } from '../cost.ts';
import { signedDigits } from './csd.ts';
import { lower } from './lower.ts';
import { type Matrix, type ShareOptions, share } from './share.ts';

export interface CmvmOptions {
  /** When each input is there, in levels of LUT and carry chain; 0 where not given. */
  readonly levels?: readonly number[];
  /** Levels that the outputs may take beyond the fewest, to save LUTs. */
  readonly slack?: number;
}

/** Ways to share that are tried; the cheapest result counts. */
const TRIALS: readonly ShareOptions[] = [
  { bitPrice: 0.7, extraDepth: 2 },
  { bitPrice: 1, extraDepth: 2 },
];

/** How much may be tried, in pairs of digits: large matrices get one way, so that they take seconds. */
const WORK = 2e6;

/** Pairs of digits that stand in one row: what sharing looks at. */
function pairsOf({ rows, cols, data }: Matrix): number {
  let pairs = 0;
  for (let r = 0; r < rows; r++) {
    let digits = 0;
    for (let c = 0; c < cols; c++) digits += signedDigits(data[r * cols + c] as number).length;
    pairs += (digits * digits) / 2;
  }
  return pairs;
}

/**
 * y = W · x + bias on values of a netlist, without multipliers. Sums of two digits that several outputs need are built
 * once; what is left of each output is added up as a heap of bits. Deterministic. |W| < 2^30, |y| < 2^52.
 *
 * @param x the values of the inputs, one for each column of W
 * @param bias one integer for each row
 * @returns the values of the outputs, with their exact ranges
 */
export function cmvm(
  b: NetlistBuilder,
  matrix: Matrix,
  x: readonly number[],
  bias: readonly number[] = [],
  options: CmvmOptions = {},
): number[] {
  invariant(x.length === matrix.cols, `${x.length} inputs for ${matrix.cols} columns`);
  invariant(matrix.data.length === matrix.rows * matrix.cols, `${matrix.data.length} weights`);
  const { rows, places } = distinct(matrix, bias);
  const y = product(b, { rows: rows.rows, cols: matrix.cols, data: rows.data }, x, rows.bias, options);
  return places.map((p) => y[p] as number);
}

/** Rows that are not equal to one before, and where each row is among them. */
function distinct({ rows, cols, data }: Matrix, bias: readonly number[]) {
  const seen = new Map<string, number>();
  const kept: number[] = [];
  const places = Array.from({ length: rows }, (_, r) => {
    const row = Array.from({ length: cols }, (_, c) => data[r * cols + c] as number);
    const key = `${row.join()}+${bias[r] ?? 0}`;
    const place = seen.get(key) ?? kept.push(r) - 1;
    seen.set(key, place);
    return place;
  });
  const chosen = kept.flatMap((r) => Array.from({ length: cols }, (_, c) => data[r * cols + c] as number));
  return { rows: { rows: kept.length, data: chosen, bias: kept.map((r) => bias[r] ?? 0) }, places };
}

function product(
  b: NetlistBuilder,
  matrix: Matrix,
  x: readonly number[],
  bias: readonly number[],
  { levels = [], slack = 0 }: CmvmOptions,
): number[] {
  const spans = x.map((v) => b.range(v).hi - b.range(v).lo);
  const decompose = (options: ShareOptions) => share(matrix, spans, levels, options);
  const trials = TRIALS.slice(0, Math.max(1, Math.min(TRIALS.length, Math.floor(WORK / pairsOf(matrix)))));
  const candidates = trials.map(decompose);
  const [only] = candidates;
  if (only && candidates.length === 1) return lower(b, matrix, { values: x, levels }, only, bias, slack);
  const tried = candidates.map((d) => {
    const scratch = new NetlistBuilder();
    const inputs = x.map((v, i) => scratch.input(`x${i}`, b.range(v), b.known.zeros(v)));
    const y = lower(scratch, matrix, { values: inputs, levels }, d, bias, slack);
    y.forEach((v, i) => {
      scratch.output(`y${i}`, v);
    });
    return { d, cost: costOf(scratch.finish('trial')) };
  });
  const deadline = Math.min(...tried.map((t) => t.cost.depth)) + slack;
  const timely = tried.filter((t) => t.cost.depth <= deadline);
  const best = timely.reduce((p, q) => (q.cost.luts < p.cost.luts ? q : p));
  return lower(b, matrix, { values: x, levels }, best.d, bias, slack);
}
