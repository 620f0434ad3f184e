import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeNpy } from '../src/num/npy.ts';
import { type Benchmark, fastest } from './bench.ts';
import { fastestRun } from './cli.ts';
import { jetTagger } from './models.ts';
import { plainMatrix } from './plain.ts';
import { random, randomIntegers } from './random.ts';
import { inScratch } from './scratch.ts';

const SAMPLES = 200_000;
const LAYERS = [16, 64, 32, 32, 5];
const PLAIN_SAMPLES = 2000;

/** The multiplications of the network alone, sample by sample in plain loops: samples per second. */
function plainRate(): number {
  const layers = LAYERS.slice(1).map((rows, i) => {
    const cols = LAYERS[i] ?? 1;
    const ints = (n: number): Int32Array => randomIntegers(n, -8, 7, i);
    return { rows, cols, x: ints(cols), w: ints(rows * cols), y: new Int32Array(rows) };
  });
  return (
    PLAIN_SAMPLES /
    fastest(5, () => {
      for (let s = 0; s < PLAIN_SAMPLES; s++) for (const l of layers) plainMatrix(l.x, l.w, l.y, l.rows, l.cols);
    })
  );
}

/** Floats in a file → floats in a file: quantisers, integers, output scale and softmax. */
export const run: Benchmark = {
  name: 'run',
  summary: `\`sluice run\` of a jet tagger with 4,389 parameters on ${SAMPLES.toLocaleString('en-US')} samples`,
  run: () =>
    inScratch(async (dir) => {
      const [model, x, y] = ['model.onnx', 'x.npy', 'y.npy'].map((f) => join(dir, f)) as [string, string, string];
      const next = random(9);
      const data = Float32Array.from({ length: SAMPLES * 16 }, () => next() * 4 - 2);
      await writeFile(model, jetTagger({ weights: 8, activations: 6 }));
      await writeFile(x, writeNpy([SAMPLES, 16], data));
      const { seconds, cpu, peak } = await fastestRun('run', model, '--inputs', x, '-o', y);
      const rate = SAMPLES / seconds;
      const plain = plainRate();
      return [
        { what: 'products alone, plain loops', value: plain, unit: 'samples/s' },
        {
          what: 'all of it, with program start',
          value: rate,
          unit: 'samples/s',
          against: { what: 'plain loops', ratio: rate / plain },
          cpu,
          peak,
        },
      ];
    }),
};
