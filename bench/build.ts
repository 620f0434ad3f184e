import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Row } from './bench.ts';
import { fastestRun } from './cli.ts';
import { cnv, tfc } from './models.ts';
import { inScratch } from './scratch.ts';

const MODELS: readonly (readonly [string, () => Uint8Array])[] = [
  ['TFC, 59 k weights, 2-bit', () => tfc({ weights: 2, activations: 2 })],
  ['CNV, 1.5 M weights, 1-bit', () => cnv({ weights: 1, activations: 1 })],
  ['CNV, 1.5 M weights, 2-bit', () => cnv({ weights: 2, activations: 2 })],
];

/** ONNX file → build directory, by the compiled program, start to end. */
export const build: Benchmark = {
  name: 'build',
  summary: '`sluice build` of networks of well-known shapes',
  run: () =>
    inScratch(async (dir) => {
      const idle = await fastestRun('--version');
      const rows: Row[] = [{ what: 'program start', value: idle.seconds, unit: 's', cpu: idle.cpu, peak: idle.peak }];
      for (const [what, bytes] of MODELS) {
        const model = join(dir, 'model.onnx');
        await writeFile(model, bytes());
        const { seconds, cpu, peak } = await fastestRun('build', model, '-o', join(dir, 'out'));
        rows.push({
          what,
          value: seconds,
          unit: 's',
          against: { what: 'program start', ratio: seconds / idle.seconds },
          cpu,
          peak,
        });
      }
      return rows;
    }),
};
