/** Attention spelled out in its parts, with a normalisation before and a GELU behind: the model = the RTL, in its cycles. */
import { expect, it } from 'vitest';
import { simulateCycles } from '../../src/analysis/cycle/simulate.ts';
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import { integerInput, integerOutput, quantise } from '../../src/ir/build-ops.ts';
import { GraphBuilder } from '../../src/ir/builder.ts';
import type { Graph, ValueType } from '../../src/ir/graph.ts';
import { interpreter } from '../../src/ir/interpret.ts';
import { lookupFor } from '../../src/kernels/lookup.ts';
import { int } from '../../src/num/elem.ts';
import type { ScalarSteps } from '../../src/num/scalar.ts';
import { MODEL, runPasses, STREAMING } from '../../src/passes/index.ts';
import { outputValues, rtlJob } from '../../src/sim/vectors.ts';
import { rng } from '../conformance/case.ts';
import { cycleDifference, SIMULATORS } from '../conformance/check.ts';

const FRAMES = 3;
const [TOKENS, HEADS, WIDTH] = [7, 2, 12];

const toBits = (bits: number, shift: number): ScalarSteps => [
  { kind: 'affine', a: [`1/${2 ** shift}`], b: ['0'] },
  { kind: 'round', mode: 'HALF_UP', lo: -(2 ** (bits - 1)), hi: 2 ** (bits - 1) - 1 },
];

function block(method: string): Graph {
  const b = new GraphBuilder('block');
  const x = integerInput(b, 'x', [TOKENS, WIDTH], int(8));
  const real = { scale: 1 / 32, fraction: 6 };
  const norm = b.node({ op: 'layernorm', name: 'norm', attrs: { ...real, epsilon: 1e-5, center: true }, inputs: [x] });
  const q = quantise(b, 'q', norm, toBits(6, 2));
  const heads = (transposeB: boolean) => ({ heads: HEADS, transposeB });
  const scores = b.node({ op: 'matmul', name: 'scores', attrs: heads(true), inputs: [q, q] });
  const codes = quantise(b, 'codes', scores, toBits(8, 4));
  const rows = b.node({ op: 'reshape', name: 'rows', attrs: { shape: [TOKENS, HEADS, TOKENS] }, inputs: [codes] });
  const shares = b.node({
    op: 'softmax',
    name: 'shares',
    attrs: { scale: 1 / 16, fraction: 7, method },
    inputs: [rows],
  });
  const flat = b.node({ op: 'reshape', name: 'flat', attrs: { shape: [TOKENS, HEADS * TOKENS] }, inputs: [shares] });
  const mixed = b.node({ op: 'matmul', name: 'mixed', attrs: heads(false), inputs: [flat, q] });
  const curve = { name: 'gelu', scale: 2 ** -9, fraction: 4 };
  const active = b.node({ op: 'curve', name: 'active', attrs: curve, inputs: [mixed] });
  integerOutput(b, 'y', b.node({ op: 'multiply', name: 'gated', attrs: {}, inputs: [active, x] }));
  return b.finish();
}

it.each(['online', 'threepass'])('with softmax %s', async (method) => {
  const model = runPasses(block(method), MODEL, {}).graph;
  const designed = model.nodes.filter((n) => n.attrs['design'] !== undefined).map((n) => n.op);
  expect(designed).toEqual(['layernorm', 'softmax', 'curve']);
  const { graph } = runPasses(model, STREAMING, { targetIi: 200 });
  const random = rng(11);
  const size = TOKENS * WIDTH;
  const frames = Int32Array.from({ length: FRAMES * size }, () => random.int(-128, 127));
  const results = [model, graph].map((g) => {
    const run = interpreter(g, lookupFor(g.level));
    const shape = (g.values[g.inputs[0]?.value ?? ''] as ValueType).shape;
    return Array.from({ length: FRAMES }, (_, f) => {
      const out = run(new Map([['x', { shape, data: frames.slice(f * size, (f + 1) * size) }]]));
      return [...(out.get('y')?.data ?? [])];
    }).flat();
  });
  expect(results[1]).toEqual(results[0]);
  const files = emitVerilog(graph);
  for (const probability of [0, 0.3]) {
    const settings = { stall: { probability, seed: 5 }, idleLimit: 5000 };
    const cycles = simulateCycles(graph, FRAMES, settings);
    for (const [name, simulate] of SIMULATORS) {
      const result = await simulate(rtlJob(graph, graph.name, files, [frames], settings));
      expect(result.violations, name).toEqual([]);
      expect([...(outputValues(graph, result)[0] ?? [])], name).toEqual(results[0]);
      const [actual, expected] = [result.outputs[0]?.cycles, cycles.outputs[0]];
      expect(actual && expected && cycleDifference('y', actual, expected), name).toBeUndefined();
    }
  }
});
