/**
 * Passes on graphs as text: `<pass>.<case>.sir` is the graph before the pass, `<pass>.<case>.out.sir` after it.
 * UPDATE_GOLDEN=1 writes the latter anew; read the difference before it is committed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../../src/ir/graph.ts';
import { interpreter } from '../../../src/ir/interpret.ts';
import { parseGraph, printGraph } from '../../../src/ir/text/index.ts';
import { verifyGraph } from '../../../src/ir/verify.ts';
import { lookupFor } from '../../../src/kernels/lookup.ts';
import { allocate, type IntTensor, numel } from '../../../src/num/tensor.ts';
import { passes } from '../../../src/passes/index.ts';
import { rng } from '../../conformance/case.ts';

const here = new URL('./', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, here), 'utf8');
const cases = readdirSync(here).filter((f) => f.endsWith('.sir') && !f.endsWith('.out.sir'));

function run(pass: string, graph: Graph): Graph {
  const def = passes.get(pass);
  if (!def) throw new Error(`no pass is called ${pass}`);
  return def.run(graph, { config: {}, decide: () => {}, warn: () => {} });
}

const problems = (graph: Graph): unknown[] => verifyGraph(graph, lookupFor(graph.level));

/** A port's memory as the model's own tensor, and back: where they stand, in row-major order of `layout.shape`. */
function memoryOrder({ shape, perm }: Graph['inputs'][number]['layout']): number[] {
  const strides = shape.map((_, i) => numel(shape.slice(i + 1)));
  return perm.reduce<number[]>(
    (at, axis) =>
      at.flatMap((o) => Array.from({ length: shape[axis] as number }, (_, k) => o + k * (strides[axis] as number))),
    [0],
  );
}

/** Runs a graph from and to the model's own order of elements. */
function evaluate(graph: Graph, inputs: ReadonlyMap<string, readonly number[]>): Map<string, number[]> {
  const tensors = graph.inputs.map((p): [string, IntTensor] => {
    const type = graph.values[p.value];
    if (!type) throw new Error(`no type of ${p.value}`);
    const data = allocate(numel(type.shape), type.elem);
    memoryOrder(p.layout).forEach((from, to) => {
      data[to] = inputs.get(p.name)?.[from] as number;
    });
    return [p.name, { shape: type.shape, data }];
  });
  const results = interpreter(graph, lookupFor(graph.level))(new Map(tensors));
  return new Map(
    graph.outputs.map((p) => {
      const out: number[] = [];
      memoryOrder(p.layout).forEach((to, from) => {
        out[to] = results.get(p.name)?.data[from] as number;
      });
      return [p.name, out];
    }),
  );
}

it('there are cases', () => {
  expect(cases.length).toBeGreaterThanOrEqual(6);
});

describe.each(cases)('%s', (file) => {
  const pass = file.split('.')[0] ?? '';
  const before = parseGraph(read(file));
  const after = run(pass, before);

  it('is well-formed before and after', () => {
    expect(problems(before)).toEqual([]);
    expect(problems(after)).toEqual([]);
  });

  it('becomes the expected text', () => {
    const expected = file.replace(/\.sir$/, '.out.sir');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(new URL(expected, here), printGraph(after));
    expect(existsSync(new URL(expected, here)), `${expected} is missing`).toBe(true);
    expect(printGraph(after)).toBe(read(expected));
  });

  it('has nothing left for the pass to do', () => {
    expect(run(pass, after)).toBe(after);
  });

  it('keeps its meaning', () => {
    const r = rng(1);
    for (let frame = 0; frame < 50; frame++) {
      const inputs = new Map(
        before.inputs.map((p) => [p.name, Array.from({ length: numel(p.layout.shape) }, () => r.int(...p.range))]),
      );
      expect(evaluate(after, inputs)).toEqual(evaluate(before, inputs));
    }
  });
});
