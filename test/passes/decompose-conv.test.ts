import { describe, expect, it } from 'vitest';
import { constant, GraphBuilder } from '../../src/ir/builder.ts';
import type { Attrs, Graph } from '../../src/ir/graph.ts';
import { interpreter } from '../../src/ir/interpret.ts';
import { tensorOps } from '../../src/ir/ops/index.ts';
import { verifyGraph } from '../../src/ir/verify.ts';
import { type ElemType, elemRange, int, uint } from '../../src/num/elem.ts';
import { numel } from '../../src/num/tensor.ts';
import { decomposeConv } from '../../src/passes/decompose-conv.ts';
import { type Rng, rng } from '../conformance/case.ts';

const lookup = (kind: string) => tensorOps.get(kind);

/** A graph of one op; undefined when the op does not accept it. */
function single(
  op: string,
  attrs: Attrs,
  image: readonly number[],
  elem: ElemType,
  r: Rng,
  weight?: readonly number[],
): Graph | undefined {
  const b = new GraphBuilder('net');
  const { lo, hi } = elemRange(elem);
  const layout = { shape: image, perm: [0, 1, 2] };
  const x = b.input({ name: 'x', steps: [], range: [lo, hi], layout }, image, elem);
  const data = weight && Int32Array.from({ length: numel(weight) }, () => r.int(-8, 7));
  const consts = weight && data ? { weight: constant(weight, data) } : {};
  try {
    const value = b.node({ op, name: 'op0', attrs, inputs: [x], consts, origin: ['/onnx/Op'] });
    const { shape } = b.type(value);
    b.output({ name: 'y', value, steps: [], layout: { shape, perm: [0, 1, 2] } });
    return b.finish();
  } catch (e) {
    if (e instanceof RangeError) return undefined;
    throw e;
  }
}

function randomCase(r: Rng): Graph | undefined {
  const pad = (): number => (r.chance(0.6) ? 0 : r.int(1, 2));
  const elem = r.pick([int(4), uint(3), int(8)]);
  const image = [r.int(1, 6), r.int(1, 6)] as const;
  const kernel = r.chance(0.2) ? [...image] : [r.int(1, 3), r.int(1, 3)];
  const sliding = {
    kernel,
    stride: [r.int(1, 2), r.int(1, 3)],
    dilation: [r.chance(0.7) ? 1 : 2, r.chance(0.7) ? 1 : 2],
    pads: [pad(), pad(), pad(), pad()],
    padValue: r.pick([0, 0, elemRange(elem).lo, r.int(-20, 20)]),
  };
  if (r.chance(0.4)) return single(r.pick(['maxpool', 'sumpool']), sliding, [...image, r.int(1, 4)], elem, r);
  const groups = r.pick([1, 1, 2, 3]);
  const [cg, m] = r.chance(0.4) ? [1, r.int(1, 2)] : [r.int(1, 3), r.int(1, 3)];
  return single('conv', { ...sliding, groups }, [...image, groups * cg], elem, r, [groups * m, ...kernel, cg]);
}

const run = (g: Graph, x: Int32Array): number[] => {
  const shape = g.values['x']?.shape ?? [];
  const y = interpreter(g, lookup)(new Map([['x', { shape, data: x }]])).get('y');
  return [...(y?.shape ?? []), ...(y?.data ?? [])];
};

const COMPOSITE = ['conv', 'maxpool', 'sumpool'];

describe('decompose-conv', () => {
  it('preserves values, types and origins', () => {
    const kinds = new Set<string>();
    let tried = 0;
    for (let seed = 0; tried < 150; seed++) {
      const r = rng(seed);
      const before = randomCase(r);
      if (!before) continue;
      tried++;
      const after = decomposeConv(before);
      expect(verifyGraph(after, lookup), `seed ${seed}`).toEqual([]);
      expect(after.nodes.filter((n) => COMPOSITE.includes(n.op))).toEqual([]);
      expect(after.nodes.every((n) => n.origin[0] === '/onnx/Op')).toBe(true);
      expect(after.nodes.some((n) => n.name === 'op0')).toBe(true);
      expect(after.outputs).toEqual(before.outputs);
      for (const n of after.nodes) kinds.add(n.op);
      const { shape, elem } = before.values['x'] ?? { shape: [], elem: int(1) };
      const { lo, hi } = elemRange(elem);
      const x = Int32Array.from({ length: numel(shape) }, () => r.int(lo, hi));
      expect(run(after, x), `seed ${seed}`).toEqual(run(before, x));
      expect(decomposeConv(after)).toBe(after);
    }
    expect([...kinds].sort()).toEqual(['dense', 'depthwise', 'globalreduce', 'pad', 'reduce', 'reshape', 'window']);
  });

  it('names the helpers after the op and skips what is not needed', () => {
    const shape = (attrs: Attrs, image: readonly number[], op: string, weight?: readonly number[]): string[] =>
      decomposeConv(single(op, attrs, image, uint(4), rng(1), weight) as Graph).nodes.map((n) => `${n.name}:${n.op}`);
    const unit = { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pads: [0, 0, 0, 0], padValue: 0 };
    const square = { ...unit, kernel: [3, 3], pads: [1, 1, 1, 1] };
    const image = [4, 4, 6];
    expect(shape({ ...square, groups: 1 }, image, 'conv', [5, 3, 3, 6])).toEqual([
      'op0_pad:pad',
      'op0_swg:window',
      'op0:dense',
    ]);
    expect(shape({ ...unit, groups: 2 }, image, 'conv', [4, 1, 1, 3])).toEqual(['op0:dense']);
    expect(shape({ ...unit, stride: [2, 2], groups: 1 }, image, 'conv', [4, 1, 1, 6])).toEqual([
      'op0_swg:window',
      'op0:dense',
    ]);
    expect(shape({ ...square, groups: 6 }, image, 'conv', [12, 3, 3, 1])).toEqual([
      'op0_pad:pad',
      'op0_swg:window',
      'op0:dense',
    ]);
    expect(shape({ ...unit, kernel: [3, 3], groups: 6 }, image, 'conv', [6, 3, 3, 1])).toEqual([
      'op0_swg:window',
      'op0:depthwise',
    ]);
    expect(shape({ ...unit, kernel: [4, 4] }, image, 'sumpool')).toEqual(['op0:globalreduce', 'op0_view:reshape']);
    expect(shape({ ...unit, kernel: [2, 2] }, image, 'maxpool')).toEqual(['op0_swg:window', 'op0:reduce']);
  });
});
