import { invariant } from '../../diag/diagnostic.ts';
import { NetlistBuilder } from '../builder.ts';
import { costOf } from '../cost.ts';
import type { Netlist } from '../netlist.ts';
import { shareInBlocks } from './blocks.ts';
import { digitsOf } from './csd.ts';
import { lower } from './lower.ts';
import type { Matrix, ShareOptions } from './share.ts';
import { stagesOf } from './similar.ts';

export interface CmvmOptions {
  /** When each input is there, in levels of LUT and carry chain; 0 where not given. */
  readonly levels?: readonly number[];
  /** Levels that the outputs may take beyond the fewest, to save LUTs. */
  readonly slack?: number;
  /** Ways to share, in one stage; left out, it is for the optimiser to find ways. */
  readonly ways?: readonly ShareOptions[];
}

/** Ways to share that are tried; the cheapest result counts. */
const TRIALS: readonly ShareOptions[] = [
  { bitPrice: 0.7, extraDepth: 2 },
  { bitPrice: 1, extraDepth: 2 },
];

/** Ways to build similar rows in two stages: one with few LUTs, one with few levels. */
const STAGED: readonly { readonly steps: number; readonly ways: readonly ShareOptions[] }[] = [
  { steps: 4, ways: TRIALS },
  { steps: 2, ways: [{ bitPrice: 0.7, extraDepth: 0 }] },
];

/** How much may be tried, in pairs of digits: large matrices get one way, so that they take seconds. */
const WORK = 2e6;

/** The most pairs of digits that sharing looks at, of all that stand in one row. */
const MOST_PAIRS = 1e7;

/** Pairs of digits that stand in one row: what sharing looks at. */
function pairsOf({ rows, cols, data }: Matrix): number {
  let pairs = 0;
  for (let r = 0; r < rows; r++) {
    let digits = 0;
    for (let c = 0; c < cols; c++) digits += digitsOf(data[r * cols + c] as number);
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

interface Inputs {
  readonly values: readonly number[];
  readonly levels: readonly number[];
}

/** A way to build the outputs from given inputs. */
type Way = (b: NetlistBuilder, inputs: Inputs) => number[];

function product(
  b: NetlistBuilder,
  matrix: Matrix,
  x: readonly number[],
  bias: readonly number[],
  options: CmvmOptions,
): number[] {
  const { levels = [], slack = 0, ways: given = TRIALS } = options;
  const spans = x.map((v) => b.range(v).hi - b.range(v).lo);
  const pairs = pairsOf(matrix);
  const trials = given.slice(0, Math.max(1, Math.min(given.length, Math.floor(WORK / pairs))));
  // Blocks have that many times fewer pairs.
  const blocks = Math.min(matrix.cols, Math.ceil(pairs / MOST_PAIRS));
  const ways = trials.map((t): Way => {
    const shared = shareInBlocks(matrix, spans, levels, t, blocks);
    return (to, inputs) => lower(to, matrix, inputs, shared, bias, slack);
  });
  for (const { steps, ways: within } of options.ways ? [] : STAGED) {
    const stages = stagesOf(matrix, steps);
    // Fewer steps save fewer digits.
    if (!stages) break;
    ways.push((to, inputs) => inStages(to, stages, inputs, bias, slack, within));
  }
  const inputs = { values: x, levels };
  return ways.length === 1 ? (ways[0] as Way)(b, inputs) : b.append(cheapest(b, ways, inputs, slack), x);
}

/** One product behind another. */
function inStages(
  b: NetlistBuilder,
  [first, second]: readonly [Matrix, Matrix],
  { values, levels }: Inputs,
  bias: readonly number[],
  slack: number,
  ways: readonly ShareOptions[],
): number[] {
  const middle = cmvm(b, first, values, [], { levels, ways });
  const found = costOf(b.finish('first')).levels;
  return cmvm(b, second, middle, bias, { levels: middle.map((v) => found[v] as number), slack, ways });
}

/** What a level beyond the fewest must save, and how many there may be. */
const LEVEL_PRICE = 1.15;
const EXTRA_LEVELS = 2;

/** What comes of the way with the fewest LUTs; one that is ready later must save a good part of them for each level. */
function cheapest(b: NetlistBuilder, ways: readonly Way[], { values, levels }: Inputs, slack: number): Netlist {
  const tried = ways.map((way) => {
    const scratch = new NetlistBuilder();
    const inputs = values.map((v, i) => scratch.input(`x${i}`, b.range(v), b.known.zeros(v)));
    way(scratch, { values: inputs, levels }).forEach((v, i) => {
      scratch.output(`y${i}`, v);
    });
    const net = scratch.finish('trial');
    return { net, cost: costOf(net) };
  });
  const least = Math.min(...tried.map((t) => t.cost.depth)) + slack;
  const priced = tried.flatMap(({ net, cost }) => {
    const late = Math.max(0, cost.depth - least);
    return late > EXTRA_LEVELS ? [] : [{ net, price: cost.luts * LEVEL_PRICE ** late }];
  });
  return priced.reduce((p, q) => (q.price < p.price ? q : p)).net;
}
