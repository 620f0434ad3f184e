import { dense, integerInput, integerOutput, matrix, thresholds } from '../../src/ir/build-ops.ts';
import { GraphBuilder } from '../../src/ir/builder.ts';
import { interpreter } from '../../src/ir/interpret.ts';
import { printGraph } from '../../src/ir/text/index.ts';
import { verifyGraph } from '../../src/ir/verify.ts';
import { lookupFor } from '../../src/kernels/lookup.ts';
import { uint } from '../../src/num/elem.ts';

const b = new GraphBuilder('tiny');
const x = integerInput(b, 'x', [4], uint(2));
const w0 = [
  [1, -1, 0, 1],
  [0, 1, 1, -1],
  [-1, 0, 1, 1],
];
const h = dense(b, 'fc0', x, matrix(w0));
const steps = [
  [0, 2, 4],
  [-1, 1, 3],
  [1, 2, 3],
];
const a = thresholds(b, 'act0', h, matrix(steps));
const w1 = [
  [1, 0, -1],
  [1, 1, 1],
];
integerOutput(b, 'y', dense(b, 'fc1', a, matrix(w1)));
const graph = b.finish();

const problems = verifyGraph(graph, lookupFor(graph.level));
if (problems.length > 0) throw new Error(problems.map((p) => p.message).join('\n'));

const run = interpreter(graph, lookupFor(graph.level));
const result = run(new Map([['x', { shape: [4], data: Int32Array.of(3, 0, 1, 2) }]]));

/** What the graph computes, and how it reads. */
export const answer = [...(result.get('y')?.data ?? [])];
export const text = printGraph(graph);
