import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { solver } from '../scripts/solver.ts';
import { invariant } from '../src/diag/diagnostic.ts';
import { type BuildInput, build, readModel } from '../src/flow/build.ts';
import { batchInterpreter } from '../src/ir/batch.ts';
import type { Graph } from '../src/ir/graph.ts';
import { tensorOps } from '../src/ir/ops/index.ts';
import { numel, tensor } from '../src/num/tensor.ts';
import type { Benchmark, Row } from './bench.ts';
import { da4mlNetwork, haveDa4ml } from './da4ml.ts';
import { layersOf } from './layers.ts';
import { randomPerceptron } from './perceptron.ts';
import { random } from './random.ts';
import { inScratch } from './scratch.ts';
import { type Mapped, rtlOf, synthesise } from './xcup.ts';

const onnx = (name: string, file: string): BuildInput => ({
  bytes: readFileSync(new URL(file, import.meta.url)),
  file,
  name: name.replace(/-/g, '_'),
  config: { arch: 'unrolled' },
});

/** The jet taggers have the integers on which da4ml was measured elsewhere, too. */
const NETWORKS: readonly (readonly [name: string, input: () => BuildInput])[] = [
  ['jet-mlp-w6a6', () => onnx('jet-mlp-w6a6', './networks/jet-mlp-w6a6.onnx')],
  ['jet-mlp-w8a8', () => onnx('jet-mlp-w8a8', './networks/jet-mlp-w8a8.onnx')],
  ['digits-autoencoder', () => onnx('digits-autoencoder', '../examples/digits-autoencoder/model.onnx')],
  ['random 32-64-32-8', () => randomPerceptron([32, 64, 32, 8], { arch: 'unrolled' })],
];

/** A design after synthesis. */
interface Figures extends Mapped {
  readonly cycles: number;
}

/** Random frames of a graph with one input, and what its reference makes of them. */
function frames(graph: Graph, count: number): { inputs: number[][]; outputs: number[][] } {
  const [input, output] = [graph.inputs[0], graph.outputs[0]];
  const type = input && graph.values[input.value];
  invariant(input && output && type, 'one input, one output');
  const [lo, hi] = input.range;
  const next = random(2);
  const size = numel(type.shape);
  const data = Float64Array.from({ length: count * size }, () => lo + Math.floor(next() * (hi - lo + 1)));
  const run = batchInterpreter(graph, (kind) => tensorOps.get(kind));
  const y = run(count, new Map([[input.name, tensor([count, ...type.shape], data)]])).get(output.name);
  const rows = (d: ArrayLike<number>): number[][] => {
    const each = d.length / count;
    return Array.from({ length: count }, (_, f) => Array.from({ length: each }, (_, i) => d[f * each + i] as number));
  };
  return { inputs: rows(data), outputs: rows(y?.data ?? []) };
}

interface Peer extends Figures {
  readonly seconds: number;
  /** Share of outputs that are ours. */
  readonly equal: number;
}

/** The same network by da4ml, through the same Yosys. */
function peerOf(input: BuildInput): Promise<Peer | undefined> {
  return inScratch(async (dir) => {
    const { graph } = readModel(input).model;
    const { inputs, outputs } = frames(graph, 256);
    const net = layersOf(graph);
    const made = await da4mlNetwork(net, inputs, dir);
    if (!made) return undefined;
    const files = new Map<string, string>();
    for (const folder of ['src', 'src/static']) {
      for (const f of await readdir(join(dir, folder))) {
        if (f.endsWith('.v')) files.set(f, await readFile(join(dir, folder, f), 'utf8'));
      }
    }
    const all = outputs.flatMap((row, f) => row.map((y, i) => y === made.outputs[f]?.[i]));
    const equal = all.filter((same) => same).length / all.length;
    invariant(equal === 1 || net.layers.some((l) => l.rounding !== 'FLOOR'), 'da4ml has built another network');
    return { ...(await synthesise(files, 'peer')), cycles: made.cycles, seconds: made.seconds, equal };
  });
}

async function measure(name: string, input: BuildInput, withPeer: boolean): Promise<Row[]> {
  const started = performance.now();
  const { files, summary } = build({ ...input, solver });
  const seconds = (performance.now() - started) / 1000;
  const ours: Figures = { ...(await synthesise(rtlOf(files), input.name)), cycles: summary.latency };
  const peer = withPeer ? await peerOf(input) : undefined;
  const row = (part: keyof Figures): Row => ({
    what: name,
    value: ours[part],
    unit: part,
    ...(peer
      ? { against: { what: `da4ml, ${peer[part].toLocaleString('en-US')}`, ratio: ours[part] / peer[part] } }
      : {}),
  });
  return [
    row('LUT'),
    row('FF'),
    row('cycles'),
    { what: `${name}, import to files`, value: seconds, unit: 's' },
    ...(peer
      ? [
          { what: `${name}, da4ml from matrices to stages`, value: peer.seconds, unit: 's' },
          { what: `${name}, outputs of da4ml that are ours`, value: peer.equal * 100, unit: '%' },
        ]
      : []),
  ];
}

export const unrolled: Benchmark = {
  name: 'unrolled',
  summary:
    'networks, a frame per cycle, by Yosys synth_xilinx for xcup without DSP; beside da4ml 0.6.0 in the same run where it can be installed',
  run: async (tell) => {
    const withPeer = await haveDa4ml();
    const rows: Row[] = [];
    for (const [name, input] of NETWORKS) {
      const measured = await measure(name, input(), withPeer);
      tell(measured);
      rows.push(...measured);
    }
    return rows;
  },
};
