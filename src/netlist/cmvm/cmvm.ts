import { invariant } from '../../diag/diagnostic.ts';
import { NetlistBuilder } from '../builder.ts';
import { costOf } from '../cost.ts';
import type { Netlist } from '../netlist.ts';
import { sharedSums, shareInBlocks } from './blocks.ts';
import { digitsOf } from './csd.ts';
import { lower } from './lower.ts';
import type { Matrix, ShareOptions } from './share.ts';
import { stagesOf } from './similar.ts';
import type { Product, Solver, Trial, Way } from './solver.ts';

export interface CmvmOptions {
  /** When each input is there, in levels of LUT and carry chain; 0 where not given. */
  readonly levels?: readonly number[];
  /** Levels that the outputs may take beyond the fewest, to save LUTs. */
  readonly slack?: number;
  /** Ways to share, in one stage; left out, it is for the optimiser to find ways. */
  readonly ways?: readonly ShareOptions[];
  /** Who does the work of large matrices; default: the thread that asks. */
  readonly solver?: Solver | undefined;
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

/** From so many pairs on, the work is more than handing it over. */
const WORTH_THREADS = 2e4;

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
  const kept = { rows: rows.rows, cols: matrix.cols, data: rows.data };
  const { levels = [], slack = 0 } = options;
  const y = built(b, { matrix: kept, bias: rows.bias, slack }, { values: x, levels }, options);
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

/** What solves a task of each kind. */
export const SOLVE = { shares: sharedSums, trials: tryWay };

/** Everything on this thread. */
const HERE: Solver = { shares: (tasks) => tasks.map(SOLVE.shares), trials: (tasks) => tasks.map(SOLVE.trials) };

function built(b: NetlistBuilder, product: Product, inputs: Inputs, options: CmvmOptions): number[] {
  const { matrix, slack } = product;
  const pairs = pairsOf(matrix);
  const solver = (pairs >= WORTH_THREADS && options.solver) || HERE;
  const ways = waysFor(matrix, pairs, options.ways);
  const [first] = ways;
  if (first && ways.length === 1) return build(b, product, inputs, first, solver);
  const known = inputs.values.map((v, i) => ({
    range: b.range(v),
    zeros: b.known.zeros(v),
    level: inputs.levels[i] ?? 0,
  }));
  return b.append(
    cheapest(solver.trials(ways.map((way) => ({ ...product, inputs: known, way }))), slack),
    inputs.values,
  );
}

function waysFor(matrix: Matrix, pairs: number, given: CmvmOptions['ways']): Way[] {
  const options = given ?? TRIALS;
  const trials = options.slice(0, Math.max(1, Math.min(options.length, Math.floor(WORK / pairs))));
  // Blocks have that many times fewer pairs.
  const blocks = Math.min(matrix.cols, Math.ceil(pairs / MOST_PAIRS));
  const ways = trials.map((options): Way => ({ kind: 'shared', options, blocks }));
  for (const { steps, ways: within } of given ? [] : STAGED) {
    const stages = stagesOf(matrix, steps);
    // Fewer steps save fewer digits.
    if (!stages) break;
    ways.push({ kind: 'staged', stages, ways: within });
  }
  return ways;
}

/** Builds a product by one way. */
function build(b: NetlistBuilder, product: Product, inputs: Inputs, way: Way, solver: Solver): number[] {
  const { matrix, bias, slack } = product;
  if (way.kind === 'staged') return inStages(b, way.stages, product, inputs, way.ways);
  const spans = inputs.values.map((v) => b.range(v).hi - b.range(v).lo);
  const task = { matrix, spans, depths: inputs.levels, options: way.options };
  return lower(b, matrix, inputs, shareInBlocks(task, way.blocks, solver.shares), bias, slack);
}

/** One product behind another. */
function inStages(
  b: NetlistBuilder,
  [first, second]: readonly [Matrix, Matrix],
  { bias, slack }: Product,
  { values, levels }: Inputs,
  ways: readonly ShareOptions[],
): number[] {
  const middle = cmvm(b, first, values, [], { levels, ways });
  const found = costOf(b.finish('first')).levels;
  return cmvm(b, second, middle, bias, { levels: middle.map((v) => found[v] as number), slack, ways });
}

/** Solves one task: the product alone, from inputs of the same ranges. */
export function tryWay({ inputs, way, ...product }: Trial): Netlist {
  const scratch = new NetlistBuilder();
  const values = inputs.map(({ range, zeros }, i) => scratch.input(`x${i}`, range, zeros));
  build(scratch, product, { values, levels: inputs.map((i) => i.level) }, way, HERE).forEach((v, i) => {
    scratch.output(`y${i}`, v);
  });
  return scratch.finish('trial');
}

/** What a level beyond the fewest must save, and how many there may be. */
const LEVEL_PRICE = 1.15;
const EXTRA_LEVELS = 2;

/** What comes of the way with the fewest LUTs; one that is ready later must save a good part of them for each level. */
function cheapest(nets: readonly Netlist[], slack: number): Netlist {
  const tried = nets.map((net) => ({ net, cost: costOf(net) }));
  const least = Math.min(...tried.map((t) => t.cost.depth)) + slack;
  const priced = tried.flatMap(({ net, cost }) => {
    const late = Math.max(0, cost.depth - least);
    return late > EXTRA_LEVELS ? [] : [{ net, price: cost.luts * LEVEL_PRICE ** late }];
  });
  return priced.reduce((p, q) => (q.price < p.price ? q : p)).net;
}
