import { describe, expect, it } from 'vitest';
import { batchInterpreter } from '../../src/ir/batch.ts';
import { constant, GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { interpreter } from '../../src/ir/interpret.ts';
import { tensorOps } from '../../src/ir/ops/index.ts';
import type { IntTensor } from '../../src/num/tensor.ts';
import { type Rng, rng } from '../conformance/case.ts';

const lookup = (kind: string) => tensorOps.get(kind);
const draw = (random: Rng, n: number, lo: number, hi: number): Int32Array =>
  Int32Array.from({ length: n }, () => random.int(lo, hi));

/** Ops of both kinds behind each other: position-wise ones and those that know images. */
function network(random: Rng): Graph {
  const b = new GraphBuilder('net');
  const layout = { shape: [4, 5, 3], perm: [0, 1, 2] };
  const x = b.input({ name: 'x', steps: [], range: [-8, 7], layout }, [4, 5, 3]);
  const steps = [
    { kind: 'affine' as const, a: ['3/7', '-1/3', '2/5'], b: ['1/9', '0', '-4/3'] },
    { kind: 'round' as const, mode: 'ROUND' as const, lo: -4, hi: 3 },
  ];
  const q = b.node({ op: 'quantise', name: 'q', attrs: { steps }, inputs: [x] });
  const weight = constant([6, 2, 2, 3], draw(random, 72, -3, 3));
  const sliding = { kernel: [2, 2], stride: [1, 1], dilation: [1, 1] };
  const conv = { ...sliding, pads: [1, 0, 0, 0], padValue: 1, groups: 1 };
  const c = b.node({ op: 'conv', name: 'c', attrs: conv, inputs: [q], consts: { weight } });
  const rows = Array.from({ length: 6 }, () => draw(random, 3, -20, 20).sort());
  const t = b.node({
    op: 'thresholds',
    name: 't',
    attrs: { base: 0, step: 1 },
    inputs: [c],
    consts: { thresholds: constant([6, 3], Int32Array.from(rows.flatMap((r) => [...r]))) },
  });
  const d = b.node({
    op: 'dense',
    name: 'd',
    attrs: { groups: 2 },
    inputs: [t],
    consts: { weight: constant([4, 3], draw(random, 12, -5, 5)) },
  });
  const r = b.node({
    op: 'requantise',
    name: 'r',
    attrs: { shift: 3, ties: 'even', lo: -7, hi: 7 },
    inputs: [d],
    consts: { mul: constant([4], draw(random, 4, -9, 9)), add: constant([1], Int32Array.of(4)) },
  });
  const table = constant([1, 15], draw(random, 15, -30, 30));
  const l = b.node({ op: 'table', name: 'l', attrs: { offset: -7 }, inputs: [r], consts: { table } });
  const s = b.node({ op: 'add', name: 's', attrs: { mulA: 2, mulB: -3, offset: 1 }, inputs: [l, r] });
  const k = b.node({ op: 'concat', name: 'k', attrs: {}, inputs: [s, t] });
  const g = b.node({ op: 'globalreduce', name: 'g', attrs: { kind: 'max' }, inputs: [k] });
  b.output({ name: 'pixels', value: s, steps: [], layout: { shape: [4, 4, 4], perm: [0, 1, 2] } });
  b.output({ name: 'best', value: g, steps: [], layout: { shape: [10], perm: [0] } });
  return b.finish();
}

describe('many frames at once', () => {
  it.each([1, 2, 7])('%i frames: the integers of one frame after the other', (frames) => {
    for (let seed = 0; seed < 10; seed++) {
      const random = rng(seed);
      const graph = network(random);
      const x: IntTensor = { shape: [frames, 4, 5, 3], data: draw(random, frames * 60, -8, 7) };
      const got = batchInterpreter(graph, lookup)(frames, new Map([['x', x]]));
      const one = interpreter(graph, lookup);
      for (let f = 0; f < frames; f++) {
        const want = one(new Map([['x', { shape: [4, 5, 3], data: x.data.slice(f * 60, (f + 1) * 60) }]]));
        for (const [name, t] of want) {
          const all = got.get(name);
          expect(all?.shape).toEqual([frames, ...t.shape]);
          expect(all?.data.slice(f * t.data.length, (f + 1) * t.data.length)).toEqual(t.data);
        }
      }
    }
  });
});
