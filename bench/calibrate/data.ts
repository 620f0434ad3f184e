/** The measurements, one file per kernel and fabric: what Yosys counted for the design of each seed. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Fabric } from '../../src/kernels/devices.ts';
import type { Resources } from '../../src/synth/resources.ts';

export interface Measurement extends Resources {
  readonly seed: number;
}

const COLUMNS = ['seed', 'lut', 'ff', 'dsp', 'bram'] as const;

const fileOf = (kernel: string, fabric: Fabric): string =>
  fileURLToPath(new URL(`data/${fabric}/${kernel}.csv`, import.meta.url));

export function readMeasurements(kernel: string, fabric: Fabric): Measurement[] {
  const file = fileOf(kernel, fabric);
  if (!existsSync(file)) return [];
  const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [seed = 0, lut = 0, ff = 0, dsp = 0, bram = 0] = line.split(',').map(Number);
    return { seed, lut, ff, dsp, bram };
  });
}

/** Sorted, so that the order of measuring leaves no trace. */
export function writeMeasurements(kernel: string, fabric: Fabric, rows: readonly Measurement[]): void {
  const file = fileOf(kernel, fabric);
  const sorted = [...rows].sort((a, b) => a.seed - b.seed);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `${[COLUMNS, ...sorted.map((r) => COLUMNS.map((c) => r[c]))].map((r) => r.join(',')).join('\n')}\n`,
  );
}
