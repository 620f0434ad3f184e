/** Random networks of forks and joins: branches of unequal length, nested, that meet in sums and concatenations. */
import { add, conv, integerInput, integerOutput, requantise, vector } from '../../src/ir/build-ops.ts';
import { constant, GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { int } from '../../src/num/elem.ts';
import { numel } from '../../src/num/tensor.ts';
import { runPasses, STREAMING } from '../../src/passes/index.ts';
import type { Rng } from '../conformance/case.ts';

const BITS = 4;

class Growth {
  readonly b: GraphBuilder;
  private readonly rng: Rng;
  private count = 0;

  constructor(b: GraphBuilder, rng: Rng) {
    this.b = b;
    this.rng = rng;
  }

  private name(what: string): string {
    return `${what}${this.count++}`;
  }

  /** Back to four bits, so that widths do not grow from layer to layer. */
  private narrowed(x: string, shift: number): string {
    const scale = { mul: vector([1]), add: vector([2 ** shift / 2]) };
    return requantise(this.b, this.name('q'), x, scale, { shift, ties: 'up', lo: -8, hi: 7 });
  }

  /** A convolution that keeps the size: of one pixel, or of 3×3, which must wait for rows. */
  layer(x: string, channels: number): string {
    const [, , inputs = 1] = this.b.type(x).shape;
    const size = this.rng.pick([1, 1, 3]);
    const shape = [channels, size, size, inputs];
    const weight = constant(
      shape,
      Int32Array.from({ length: numel(shape) }, () => this.rng.int(-3, 3)),
    );
    const pad = (size - 1) / 2;
    return this.narrowed(conv(this.b, this.name('conv'), x, weight, { pads: [pad, pad, pad, pad] }), 3);
  }

  /** Rows and columns change places: nothing leaves before nearly all has come. */
  private turned(x: string): string {
    const { shape } = this.b.type(x);
    if (shape[0] !== shape[1]) return x;
    return this.b.node({
      op: 'reorder',
      name: this.name('turn'),
      attrs: { shape: [...shape], perm: [1, 0, 2] },
      inputs: [x],
    });
  }

  /** A part with one input and one output of as many channels. */
  grown(x: string, channels: number, depth: number): string {
    if (depth === 0) return this.rng.chance(0.2) ? this.turned(x) : this.layer(x, channels);
    switch (this.rng.int(0, 3)) {
      case 0:
        return this.grown(this.grown(x, channels, depth - 1), channels, depth - 1);
      case 1: {
        // A residual: one side is the input itself.
        const y = this.grown(x, channels, depth - 1);
        return y === x ? this.layer(x, channels) : this.narrowed(add(this.b, this.name('sum'), x, y), 1);
      }
      case 2: {
        const [l, r] = [this.grown(x, channels, depth - 1), this.grown(x, channels, this.rng.int(0, depth - 1))];
        return l === r ? this.layer(x, channels) : this.narrowed(add(this.b, this.name('sum'), l, r), 1);
      }
      default: {
        const parts = Array.from({ length: this.rng.int(2, 3) }, () =>
          this.grown(x, channels, this.rng.int(0, depth - 1)),
        );
        const joined = parts.reduce((l, r) =>
          this.b.node({ op: 'concat', name: this.name('cat'), attrs: {}, inputs: [l, r] }),
        );
        return this.layer(joined, channels);
      }
    }
  }
}

export interface ForkJoin {
  readonly title: string;
  readonly model: Graph;
  readonly hardware: Graph;
}

/** A network of up to some twenty layers, folded to a random target, with FIFOs as the pass sizes them. */
export function forkJoin(rng: Rng, title: string): ForkJoin {
  const b = new GraphBuilder('net');
  const [h, w] = rng.pick([
    [4, 4],
    [5, 5],
    [3, 6],
    [6, 6],
  ] as const);
  const channels = rng.pick([1, 2, 4]);
  const x = integerInput(b, 'x', [h, w, channels], int(BITS));
  const growth = new Growth(b, rng);
  // Layers at both ends: a turn beside a port would become the port's layout, and the streams another's.
  const first = growth.grown(growth.layer(x, channels), channels, rng.int(1, 2));
  integerOutput(b, 'y', growth.layer(growth.grown(first, channels, rng.int(1, 2)), channels));
  const model = b.finish();
  const targetIi = h * w * channels * rng.pick([1, 2, 4, 9]);
  return { title, model, hardware: runPasses(model, STREAMING, { targetIi }).graph };
}
