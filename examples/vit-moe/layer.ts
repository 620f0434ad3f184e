/**
 * Encoder layers of the shape that M3ViT and Edge-MoE have: 129 tokens of 192 channels, 3 heads, a dense MLP of 768 or
 * 16 experts of 384 of which each token takes two, with a gate for each of two tasks. Weights come from a seed: the
 * integers, widths and cycles are those of a trained layer, its meaning is not.
 */
import { constant, type Graph, GraphBuilder, int, ops, uint } from '../../src/index.ts';

const SIZE = {
  tokens: 129,
  width: 192,
  heads: 3,
  mlp: 768,
  experts: 16,
  hidden: 384,
  chosen: 2,
  tasks: 2,
} as const;

type Random = () => number;

/** mulberry32, uniform in [0, 1). */
function generator(seed: number): Random {
  let s = seed >>> 0;
  return () => {
    s = (s + 0x6d2b79f5) >>> 0;
    let t = Math.imul(s ^ (s >>> 15), s | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Roughly normal integers of a standard deviation, within `bits` bits. */
function normal(random: Random, n: number, deviation: number, bits = 8): Int32Array {
  const most = 2 ** (bits - 1) - 1;
  return Int32Array.from({ length: n }, () => {
    const sum = random() + random() + random() + random() - 2;
    return Math.max(-most, Math.min(most, Math.round(sum * Math.sqrt(3) * deviation)));
  });
}

const texts = (v: ArrayLike<number>): string[] => Array.from(v, (x) => `${x}`);

class Layer {
  readonly b: GraphBuilder;
  private readonly random: Random;

  constructor(name: string, seed: number) {
    this.b = new GraphBuilder(name);
    this.random = generator(seed);
  }

  /** (x + bias) / 2^shift, rounded half to even, to `bits` bits. */
  to(name: string, x: string, shift: number, bits: number, bias?: Int32Array): string {
    const b = bias ? Array.from(bias, (v) => `${v}/${2 ** shift}`) : ['0'];
    const [lo, hi] = [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
    return ops.quantise(this.b, name, x, [
      { kind: 'affine', a: [`1/${2 ** shift}`], b },
      { kind: 'round', mode: 'ROUND', lo, hi },
    ]);
  }

  matrix(rows: number, columns: number): ReturnType<typeof constant> {
    return constant([rows, columns], normal(this.random, rows * columns, 30), int(8));
  }

  many(shape: readonly number[]): ReturnType<typeof constant> {
    return constant(
      shape,
      normal(
        this.random,
        shape.reduce((p, q) => p * q, 1),
        30,
      ),
      int(8),
    );
  }

  bias(n: number, deviation: number): Int32Array {
    return normal(this.random, n, deviation, 16);
  }

  /** Layer normalisation of the residual stream with gain and bias: codes of 2^-4. */
  norm(name: string, x: string): string {
    const { width } = SIZE;
    const fraction = 10;
    const attrs = { scale: 2 ** -8, epsilon: 1e-6, fraction, center: true };
    const y = this.b.node({ op: 'layernorm', name, attrs, inputs: [x] });
    const gains = normal(this.random, width, 8).map((v) => 64 + v);
    return ops.quantise(this.b, `${name}_q`, y, [
      {
        kind: 'affine',
        a: Array.from(gains, (g) => `${g}/${2 ** fraction * 4}`),
        b: texts(normal(this.random, width, 4)),
      },
      { kind: 'round', mode: 'ROUND', lo: -128, hi: 127 },
    ]);
  }

  /** Columns of a joint projection. */
  part(name: string, x: string, i: number): string {
    const { width } = SIZE;
    return this.b.node({ op: 'slice', name, attrs: { axis: 1, start: i * width, size: width }, inputs: [x] });
  }

  attention(x: string): string {
    const { width, heads } = SIZE;
    const joint = ops.dense(this.b, 'qkv', x, this.matrix(3 * width, width));
    const codes = this.to('qkv_q', joint, 8, 8, this.bias(3 * width, 1000));
    const parts = ['query', 'key', 'value'].map((name, i) => this.part(name, codes, i));
    const mixed = this.b.node({
      op: 'attention',
      name: 'attention',
      attrs: {
        heads,
        scale: 2 ** -12,
        fraction: 2,
        causal: false,
        slots: 16,
        scoreBits: 0,
        stepBits: 0,
        mantissaBits: 0,
        design: null,
      },
      inputs: parts,
    });
    return ops.dense(this.b, 'project', this.to('attention_q', mixed, 0, 8), this.matrix(width, width));
  }

  /** residual · 2^shift + y, back on the residual stream's grid of 12 bits. */
  residual(name: string, x: string, y: string, shift: number): string {
    const sum = ops.add(this.b, name, x, y, { mulA: 2 ** shift });
    return this.to(`${name}_q`, sum, shift, 12, this.bias(SIZE.width, 50 * 2 ** Math.min(shift, 8)));
  }

  mlp(x: string): string {
    const { width, mlp } = SIZE;
    const up = ops.dense(this.b, 'up', x, this.matrix(mlp, width));
    const biased = ops.quantise(this.b, 'up_bias', up, [{ kind: 'affine', a: ['1'], b: texts(this.bias(mlp, 2000)) }]);
    const attrs = { name: 'gelu', scale: 2 ** -12, fraction: 5 };
    const curve = this.b.node({ op: 'curve', name: 'gelu', attrs, inputs: [biased] });
    return ops.dense(this.b, 'down', this.to('gelu_q', curve, 0, 8), this.matrix(width, mlp));
  }

  mixture(x: string, task: string): string {
    const { width, experts, hidden, chosen, tasks } = SIZE;
    const logits = this.b.node({
      op: 'gate',
      name: 'gate',
      attrs: {},
      inputs: [x, task],
      consts: { weight: this.many([tasks, experts, width]) },
    });
    const codes = this.to('gate_q', logits, 8, 8);
    const attrs = { k: chosen, renormalise: false, scale: 2 ** -5, fraction: 7 };
    const routes = this.b.node({ op: 'route', name: 'route', attrs, inputs: [codes] });
    // Codes of 2^-4 before the activation, of 2^-5 behind it.
    const gelu = (v: number): number => 0.5 * v * (1 + erf(v / Math.SQRT2));
    const table = Int32Array.from({ length: 256 }, (_, i) => Math.min(127, Math.round(32 * gelu((i - 128) / 16))));
    return this.b.node({
      op: 'experts',
      name: 'experts',
      attrs: { fraction: 7, shift: 8, ties: 'up', lo: -128, hi: 127 },
      inputs: [x, routes],
      consts: {
        up: this.many([experts, hidden, width]),
        down: this.many([experts, width, hidden]),
        mul: constant([1, 1], Int32Array.of(1)),
        add: constant(
          [experts, hidden],
          this.bias(experts * hidden, 1000).map((v) => v + 128),
        ),
        table: constant([256], table),
        bias: constant([experts, width], this.bias(experts * width, 2000)),
      },
    });
  }
}

/** Abramowitz and Stegun 7.1.26: good to 1.5e-7, far finer than the table's steps. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - tail * Math.exp(-x * x));
}

/** One encoder layer: attention and MLP with normalisation before and residual sum behind each. */
export function encoderLayer(kind: 'dense' | 'moe', seed = 1): Graph {
  const { tokens, width } = SIZE;
  const layer = new Layer(`vit_${kind}`, seed);
  const x = ops.integerInput(layer.b, 'x', [tokens, width], int(12));
  const mixed = layer.residual('sum1', x, layer.attention(layer.norm('norm1', x)), 7);
  const normed = layer.norm('norm2', mixed);
  const task = kind === 'moe' ? ops.integerInput(layer.b, 'task', [1], uint(1)) : '';
  const y = kind === 'moe' ? layer.mixture(normed, task) : layer.mlp(normed);
  ops.integerOutput(layer.b, 'y', layer.residual('sum2', mixed, y, kind === 'moe' ? 15 : 8));
  return layer.b.finish();
}
