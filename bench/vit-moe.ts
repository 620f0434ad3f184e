/**
 * The mixture-of-experts layer of a vision transformer for several tasks, in the shape of M3ViT: 129 tokens, width 192, 16
 * experts of 384 hidden channels, two for each token, two tasks. Weights come from a seed, not from training: this shows
 * sizes, schedules and equality, and no accuracy.
 */
import { mixtureOfExperts } from '../src/ir/build-moe.ts';
import { integerInput, integerOutput, requantise, vector } from '../src/ir/build-ops.ts';
import { constant, GraphBuilder } from '../src/ir/builder.ts';
import type { Const, Graph } from '../src/ir/graph.ts';
import { int, uint } from '../src/num/elem.ts';
import { numel } from '../src/num/tensor.ts';

export interface LayerSize {
  readonly tokens: number;
  readonly width: number;
  readonly hidden: number;
  readonly experts: number;
  readonly k: number;
  readonly tasks: number;
}

export const VIT_MOE: LayerSize = { tokens: 129, width: 192, hidden: 384, experts: 16, k: 2, tasks: 2 };

/** Uniform integers in [−127, 127]. */
function weights(seed: number, shape: readonly number[]): Const {
  let s = seed >>> 0;
  const data = Int32Array.from({ length: numel(shape) }, () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), s | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * 255) - 127;
  });
  return constant(shape, data, int(8));
}

/** Standard deviation of such a weight, and of a code that is uniform in 8 bits. */
const SPREAD = 73.3;

/** A multiplier of 8 bits and a shift whose quotient is close to `ratio`. */
function scaling(ratio: number): { mul: number; shift: number } {
  const shift = Math.floor(Math.log2(255 / ratio));
  return { mul: Math.round(ratio * 2 ** shift), shift };
}

/** GELU of codes of 1/32 in codes of 1/32. */
const gelu = (code: number): number => {
  const x = code / 32;
  return Math.round(32 * 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))));
};

/** Tokens of 8 bits and a task in, tokens of 8 bits out. */
export function moeLayer({ tokens, width, hidden, experts, k, tasks }: LayerSize, seed = 1): Graph {
  const b = new GraphBuilder('vit_moe');
  const x = integerInput(b, 'x', [tokens, width], int(8));
  const task = integerInput(b, 'task', [1], uint(Math.max(1, Math.ceil(Math.log2(tasks)))));
  const [lo, hi] = [-128, 127];
  // A sum of that many products of two spreads, as codes with a deviation of 1 = 32 units.
  const first = SPREAD * SPREAD * Math.sqrt(width);
  const up = scaling(32 / first);
  const sum = mixtureOfExperts(b, 'moe', x, {
    gate: weights(seed, [tasks, experts, width]),
    task,
    k,
    scale: 2 / first,
    fraction: 8,
    between: { shift: up.shift, ties: 'up', lo, hi },
    consts: {
      up: weights(seed + 1, [experts, hidden, width]),
      down: weights(seed + 2, [experts, width, hidden]),
      mul: constant([1, 1], Int32Array.of(up.mul)),
      add: constant([1, 1], Int32Array.of(2 ** (up.shift - 1))),
      table: constant(
        [hi - lo + 1],
        Int32Array.from({ length: hi - lo + 1 }, (_, i) => gelu(lo + i)),
        int(8),
      ),
    },
  });
  const last = scaling(40 / (20 * SPREAD * Math.sqrt(hidden) * 2 ** 8 * 0.5));
  const y = requantise(
    b,
    'out',
    sum,
    { mul: vector([last.mul]), add: vector([2 ** (last.shift - 1)]) },
    { shift: last.shift, ties: 'up', lo, hi },
  );
  integerOutput(b, 'y', y);
  return b.finish();
}
