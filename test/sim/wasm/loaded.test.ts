import { expect, it } from 'vitest';
import { dense, integerInput, integerOutput, matrix, requantise, vector } from '../../../src/ir/build-ops.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { uint } from '../../../src/num/elem.ts';
import { runPasses, UNROLLED } from '../../../src/passes/index.ts';
import { rng } from '../../conformance/case.ts';
import { loadWhileRunning, simulatorOf } from './loading.ts';

function network(): Graph {
  const b = new GraphBuilder('loaded');
  const x = integerInput(b, 'x', [3], uint(3));
  const h = dense(
    b,
    'fc0',
    x,
    matrix([
      [1, -2, 3],
      [-3, 2, 0],
      [2, 1, -1],
    ]),
  );
  const q = requantise(
    b,
    'act0',
    h,
    { mul: vector([1]), add: vector([5, -3, 9]) },
    { shift: 1, ties: 'even', lo: 0, hi: 7 },
  );
  integerOutput(
    b,
    'y',
    dense(
      b,
      'fc1',
      q,
      matrix([
        [1, -2, 3],
        [-1, 1, 2],
      ]),
    ),
  );
  return b.finish();
}

it.each([
  [false, {}],
  [true, {}],
  [false, { whole: 0, most: 6, tables: 2 }],
  [true, { whole: 0, most: 6, tables: 2 }],
])(
  'a new set of weights holds from one frame to the next, whatever is being loaded (tmr %s, parts %o)',
  async (tmr, sizes) => {
    const model = network();
    const { graph } = runPasses(model, UNROLLED, { levels: 2, weights: 'runtime', tmr });
    const { frames, sets } = loadWhileRunning(model, graph, await simulatorOf(graph, sizes), { cycles: 4000 }, rng(5));
    expect(frames).toBeGreaterThan(1500);
    expect(sets).toBeGreaterThan(15);
  },
);
