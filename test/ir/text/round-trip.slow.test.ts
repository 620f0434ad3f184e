/** Printing and parsing lose nothing: every op, every kernel, the example networks, and what is odd in names and numbers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emptyProgram } from '../../../src/host/program.ts';
import { importOnnx } from '../../../src/import/onnx/import.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import type { Model } from '../../../src/ir/model.ts';
import { tensorOps } from '../../../src/ir/ops/index.ts';
import { parseGraph, parseModel, printGraph, printModel } from '../../../src/ir/text/index.ts';
import { verifyGraph } from '../../../src/ir/verify.ts';
import { kernels } from '../../../src/kernels/index.ts';
import { int } from '../../../src/num/elem.ts';
import { readSafetensors, writeSafetensors } from '../../../src/num/safetensors.ts';
import { MODEL, runPasses, STREAMING } from '../../../src/passes/index.ts';
import { benchGraph, drawSubject } from '../../conformance/bench.ts';
import type { Sampler } from '../../conformance/case.ts';
import { SAMPLES, single } from './graphs.ts';

function expectRoundTrip(model: Model): void {
  for (const inline of [true, false]) {
    const printed = printModel(model, { inline });
    if (inline) expect(printed.consts.size).toBe(0);
    const consts = readSafetensors(writeSafetensors(printed.consts), 'weights.safetensors');
    const back = parseModel(printed.text, consts);
    expect(back).toStrictEqual(model);
    expect(printModel(back, { inline }).text).toBe(printed.text);
  }
}

const alone = (graph: Graph): Model => ({ graph, pre: emptyProgram, post: emptyProgram });

describe.each([...tensorOps.keys()])('op %s', (op) => {
  it('round-trips', () => {
    const sample = SAMPLES[op];
    if (!sample) throw new Error(`no sample of ${op}: add one to test/ir/text/graphs.ts`);
    const graph = single(op, sample);
    expect(verifyGraph(graph, (kind) => tensorOps.get(kind))).toEqual([]);
    expectRoundTrip(alone(graph));
    expect(parseGraph(printGraph(graph))).toStrictEqual(graph);
  });
});

describe.each([...kernels.keys()])('kernel %s', (kind) => {
  it('round-trips', async () => {
    const file = new URL(`../../conformance/samplers/${kind}.ts`, import.meta.url);
    const { sample } = (await import(file.href)) as { sample: Sampler };
    const graph = benchGraph(Array.from({ length: 6 }, (_, i) => drawSubject(sample, i + 1, 1)));
    expect(printGraph(graph)).toMatch(new RegExp(` = ${kind}\\(.*\\].* x\\d+`, 's'));
    expectRoundTrip(alone(graph));
  });
});

const examples = new URL('../../../examples/', import.meta.url);
const networks = readdirSync(examples).filter((name) => existsSync(new URL(`${name}/model.onnx`, examples)));

/** All passes but the one that only changes numbers, and takes the longest. */
const BUILT = [...MODEL, ...STREAMING].filter((p) => p.name !== 'set-fifo-depths');

describe.each(networks)('example %s', (name) => {
  const imported = (): Model => importOnnx(readFileSync(new URL(`${name}/model.onnx`, examples))).model;

  it('round-trips as imported', () => {
    expectRoundTrip(imported());
  });

  it('round-trips as built', () => {
    const model = imported();
    expectRoundTrip({ ...model, graph: runPasses(model.graph, BUILT, {}).graph });
  });
});

/** Names and numbers that no importer would choose, in every place that takes one. */
const odd: Model = {
  graph: {
    name: 'a "name"\n// %x',
    level: 'kernel',
    inputs: [
      {
        name: '__proto__',
        value: '__proto__',
        steps: [
          { kind: 'count', thresholds: [['1/2', '3'], []] },
          { kind: 'function', name: 'tanh' },
          { kind: 'sign' },
        ],
        range: [-8, -3],
        layout: { shape: [2, 0], perm: [1, 0] },
      },
    ],
    outputs: [{ name: '', value: 'as', steps: [], layout: { shape: [], perm: [] } }],
    nodes: [
      {
        name: 'node',
        op: 'no op',
        attrs: Object.fromEntries([
          ['__proto__', [{ deep: [[], {}, [null, true, false]] }]],
          ['as', 'x"\\\u2028\ud800'],
          ['n', [-0, 1e-7, 1e300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]],
        ]),
        inputs: ['__proto__'],
        consts: Object.fromEntries([
          ['as', '__metadata__'],
          ['from', 'a b'],
          ['__proto__', 'pre/c'],
        ]),
        outputs: ['as', '..'],
        origin: ['', 'a, b'],
      },
      { name: 'sink', op: 'from', attrs: {}, inputs: ['..'], consts: {}, outputs: [], origin: [] },
    ],
    values: Object.fromEntries([
      ['__proto__', { shape: [2, 0], elem: int(4), lanes: 3 }],
      ['as', { shape: [], elem: int(1) }],
      ['..', { shape: [1], elem: int(53) }],
      ['loose', { shape: [7], elem: int(2) }],
    ]),
    consts: {
      __metadata__: { shape: [70], elem: int(2), data: Int32Array.from({ length: 70 }, (_, i) => (i % 3) - 1) },
      'a b': { shape: [], elem: int(53), data: Float64Array.of(-(2 ** 52)) },
      'pre/c': { shape: [65], elem: int(34), data: Float64Array.from({ length: 65 }, (_, i) => i * 2 ** 20) },
    },
  },
  pre: {
    inputs: [{ name: 'x', dtype: 'float32', shape: [1, 2] }],
    outputs: [{ name: 'x', dtype: 'bfloat16', shape: [1, 2] }],
    nodes: [
      {
        op: 'Clip',
        attrs: { min: -0, max: Number.POSITIVE_INFINITY },
        opset: 6,
        inputs: ['x', '', 'c'],
        outputs: ['x'],
      },
      { op: 'Split', attrs: {}, opset: 13, inputs: ['x'], outputs: ['', 'y'] },
    ],
    consts: {
      // The name that its data would have is taken by a constant of the graph.
      c: { dtype: 'float64', shape: [66], data: Float64Array.from({ length: 66 }, (_, i) => 1 / (i - 3)) },
      big: { dtype: 'int64', shape: [70], data: Float64Array.from({ length: 70 }, (_, i) => -i * 2 ** 45) },
      none: { dtype: 'float32', shape: [0], data: new Float64Array(0) },
    },
  },
  post: emptyProgram,
};

describe('text', () => {
  it('keeps odd names and numbers', () => {
    expectRoundTrip(odd);
  });

  it('has comments, any spacing, and constants after their use', () => {
    const graph = parseGraph(`sir 1 // the version
      graph g tensor { // a network
        input "x" %x:u1[2]range 0..1layout[2]perm[0]
        %y=dense(%x){groups=1}weight=@w:u2[1]
        output "y" %y layout[1]perm[0]
        const @w:u1[1,2]=[1,
          1]
      }`);
    expect(verifyGraph(graph, (kind) => tensorOps.get(kind))).toEqual([]);
    expect(printGraph(graph)).toBe(`sir 1

graph g tensor {
  input "x" %x : u1[2] range 0..1 layout [2] perm [0]
  const @w : u1[1, 2] = [1, 1]
  %y = dense(%x) {groups = 1} weight=@w : u2[1]
  output "y" %y layout [1] perm [0]
}
`);
  });

  it('is read in linear time', () => {
    const fraction = (i: number): string => `${'7'.repeat(300)}/1${i}`;
    const list = (n: number): string[] => Array.from({ length: n }, (_, i) => fraction(i));
    const steps = [{ kind: 'affine', a: list(640), b: list(640) }] as const;
    const { graph } = alone(single('reshape', { inputs: [[2, 320]], attrs: { shape: [640] } }));
    const node = { op: 'quantise', name: 'q', attrs: { steps }, inputs: ['x0'], consts: {}, origin: [] };
    const nodes = Array.from({ length: 20 }, (_, i) => ({ ...node, name: `q${i}`, outputs: [`q${i}`] }));
    const values = { ...graph.values };
    for (const n of nodes) values[n.name] = { shape: [640], elem: int(9) };
    const large = { ...graph, nodes: [...graph.nodes, ...nodes], values };
    const text = printGraph(large);
    expect(text.length).toBeGreaterThan(7e6);
    const start = performance.now();
    expect(printGraph(parseGraph(text))).toBe(text);
    // Tens of milliseconds; anything that is not linear takes minutes.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
