import { batchInterpreter } from '../src/ir/batch.ts';
import { constant, GraphBuilder } from '../src/ir/builder.ts';
import { tensorOps } from '../src/ir/ops/index.ts';
import { type Benchmark, fastest, peakOfProcess, type Row } from './bench.ts';
import { plainMatrix } from './plain.ts';
import { randomIntegers } from './random.ts';

interface Case {
  readonly what: string;
  readonly shape: readonly number[];
  readonly op: string;
  readonly attrs: { readonly [name: string]: number | readonly number[] };
  readonly weight: readonly number[];
  readonly frames: number;
}

const CONV = { kernel: [3, 3], stride: [1, 1], dilation: [1, 1], pads: [0, 0, 0, 0], padValue: 0, groups: 1 };

const CASES: readonly Case[] = [
  {
    what: 'conv 3×3, 64 → 64 on 30×30',
    shape: [30, 30, 64],
    op: 'conv',
    attrs: CONV,
    weight: [64, 3, 3, 64],
    frames: 2,
  },
  {
    what: 'dense 512 → 512, 64 frames',
    shape: [512],
    op: 'dense',
    attrs: { groups: 1 },
    weight: [512, 512],
    frames: 64,
  },
  { what: 'dense 512 → 512, 1 frame', shape: [512], op: 'dense', attrs: { groups: 1 }, weight: [512, 512], frames: 1 },
];

const REPEATS = 7;
const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function measure(c: Case): Row[] {
  const builder = new GraphBuilder('bench');
  const layout = { shape: c.shape, perm: c.shape.map((_, i) => i) };
  const x = builder.input({ name: 'x', steps: [], range: [-8, 7], layout }, c.shape);
  const weight = constant(c.weight, randomIntegers(product(c.weight), -2, 1, 1));
  const y = builder.node({ op: c.op, name: 'y', attrs: c.attrs, inputs: [x], consts: { weight } });
  const shape = builder.type(y).shape;
  builder.output({ name: 'y', value: y, steps: [], layout: { shape, perm: shape.map((_, i) => i) } });
  const run = batchInterpreter(builder.finish(), (kind) => tensorOps.get(kind));

  const data = randomIntegers(c.frames * product(c.shape), -8, 7, 2);
  const input = new Map([['x', { shape: [c.frames, ...c.shape], data }]]);
  const [rows = 1, ...window] = c.weight;
  const cols = product(window);
  const vectors = (c.frames * product(shape)) / rows;
  const macs = vectors * rows * cols;
  const rate = macs / 1e6 / fastest(REPEATS, () => run(c.frames, input));

  const windows = randomIntegers(vectors * cols, -8, 7, 3);
  const out = new Int32Array(vectors * rows);
  const w = Int32Array.from(weight.data);
  const plain = macs / 1e6 / fastest(REPEATS, () => plainMatrix(windows, w, out, rows, cols));
  return [
    { what: `${c.what}: plain loops`, value: plain, unit: 'M MAC/s' },
    {
      what: c.what,
      value: rate,
      unit: 'M MAC/s',
      against: { what: 'plain loops', ratio: rate / plain },
      peak: peakOfProcess(),
    },
  ];
}

/** The reference's products against three plain loops over windows that are already gathered. */
export const interpreter: Benchmark = {
  name: 'interpreter',
  summary: 'the integer reference on one core',
  run: async () => CASES.flatMap(measure),
};
