/**
 * How far the integers of an attention are from the real function. Errors are relative L2 norms over all outputs, with so
 * many fraction bits that the rounding of the result does not count. Operands are uniform over 8 bits; values of zero mean
 * are the hardest case, for their mean shrinks with the length and its error does not.
 */
import type { AttentionOptions } from '../src/ir/build-ops.ts';
import type { Graph } from '../src/ir/graph.ts';
import { interpreter } from '../src/ir/interpret.ts';
import type { AttentionAttrs } from '../src/ir/ops/attention/shape.ts';
import { codeOf } from '../src/ir/ops/exponential.ts';
import { lookupFor } from '../src/kernels/lookup.ts';
import type { IntTensor } from '../src/num/tensor.ts';
import { attentionGraph, designed } from './attention-graph.ts';
import { randomIntegers } from './random.ts';

const WIDTH = 64;
const FRACTION = 12;
const QUERIES = 128;
/** Standard deviation of the product of two rows: √64 times the variance of an operand. */
const DOT_DEVIATION = 8 * ((256 ** 2 - 1) / 12);

export interface AttentionError {
  /** Against exact exponentials of the same score codes: what the kernel itself adds. */
  readonly ofCodes: number;
  /** Against the exact attention of the same q, k and v: with the rounding of scores to codes. */
  readonly ofOperands: number;
  /** Sum of the probabilities that reach a row's result, least and mean: the result for values that are all the same. */
  readonly leastMass: number;
  readonly meanMass: number;
}

/** `deviation` of the scores in natural units. */
export function attentionError(length: number, deviation: number, bits: Partial<AttentionOptions>): AttentionError {
  const queries = Math.min(length, QUERIES);
  const options: AttentionOptions = { ...bits, scale: deviation / DOT_DEVIATION, fraction: FRACTION };
  const ideal = attentionGraph({ queries, keys: length, width: WIDTH }, options);
  const model = designed(ideal);
  const operand = (rows: number, seed: number): IntTensor => ({
    shape: [rows, WIDTH],
    data: randomIntegers(rows * WIDTH, -128, 127, seed),
  });
  const [q, k, v] = [operand(queries, 1), operand(length, 2), operand(length, 3)];
  const frame = new Map([
    ['q', q],
    ['k', k],
    ['v', v],
  ]);
  const resultOf = (graph: Graph, inputs: ReadonlyMap<string, IntTensor>): IntTensor['data'] =>
    interpreter(graph, lookupFor('tensor'))(inputs).get('y')?.data ?? new Int32Array(0);
  const y = resultOf(model, frame);
  const flat = new Map(frame).set('v', { shape: v.shape, data: new Int32Array(length * WIDTH).fill(SAME) });
  const mass = resultOf(model, flat);
  const masses = Array.from({ length: queries }, (_, i) => (mass[i * WIDTH] as number) / (SAME * 2 ** FRACTION));
  return {
    ofCodes: relative(y, exactOfCodes(model.nodes[0]?.attrs as AttentionAttrs, q, k, v)),
    ofOperands: relative(y, resultOf(ideal, frame)),
    leastMass: Math.min(...masses),
    meanMass: masses.reduce((a, b) => a + b, 0) / queries,
  };
}

/** Below the greatest value, so that a mass above 1 would show. */
const SAME = 100;

/** Exact exponentials of the codes that the design gives the scores. */
function exactOfCodes({ design }: AttentionAttrs, q: IntTensor, k: IntTensor, v: IntTensor): Float64Array {
  const [queries = 0] = q.shape;
  const [keys = 0] = k.shape;
  const out = new Float64Array(queries * WIDTH);
  if (!design) return out;
  for (let i = 0; i < queries; i++) {
    const row = out.subarray(i * WIDTH, (i + 1) * WIDTH);
    let total = 0;
    for (let j = 0; j < keys; j++) {
      let dot = 0;
      for (let c = 0; c < WIDTH; c++) dot += (q.data[i * WIDTH + c] as number) * (k.data[j * WIDTH + c] as number);
      const weight = 2 ** ((codeOf(dot, design) - 2 ** (design.bits - 1)) / 2 ** design.stepBits);
      total += weight;
      for (let c = 0; c < WIDTH; c++) row[c] = (row[c] as number) + weight * (v.data[j * WIDTH + c] as number);
    }
    for (let c = 0; c < WIDTH; c++) row[c] = ((row[c] as number) * 2 ** FRACTION) / total;
  }
  return out;
}

function relative(y: ArrayLike<number>, exact: ArrayLike<number>): number {
  let [error, norm] = [0, 0];
  for (let i = 0; i < exact.length; i++) {
    error += ((y[i] as number) - (exact[i] as number)) ** 2;
    norm += (exact[i] as number) ** 2;
  }
  return Math.sqrt(error / norm);
}
