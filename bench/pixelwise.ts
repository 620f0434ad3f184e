import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { invariant } from '../src/diag/diagnostic.ts';
import { writeInto } from '../src/emit/fileset.ts';
import { build } from '../src/flow/build.ts';
import { loadBuild } from '../src/flow/load-build.ts';
import { synthesiseBuild } from '../src/flow/synth.ts';
import type { BuildConfig } from '../src/passes/config.ts';
import { nativeYosysVersion } from '../src/tools/yosys-script.ts';
import type { Benchmark, Row } from './bench.ts';
import { inScratch } from './scratch.ts';

const NETWORKS: readonly (readonly [name: string, bytes: () => Uint8Array])[] = [
  ['digits-cnn', () => readFileSync(new URL('../examples/digits-cnn/model.onnx', import.meta.url))],
];

const PARTS = { lut: 'LUT', ff: 'FF', dsp: 'DSP', bram: 'BRAM18' } as const;

interface Measured {
  readonly ii: number;
  readonly latency: number;
  readonly cells: { readonly [part: string]: number };
}

function measure(name: string, bytes: Uint8Array, config: BuildConfig): Promise<Measured> {
  return inScratch(async (dir) => {
    const { files, summary } = build({ bytes, file: name, name: name.replace(/\W/g, '_'), config });
    const { ii, latency } = summary;
    invariant(ii !== null, `${name} has a steady interval`);
    const out = join(dir, 'build');
    await writeInto(out, files);
    const yosys = (await nativeYosysVersion()) === undefined ? 'wasm' : 'native';
    const { report } = await synthesiseBuild(await loadBuild(out), { target: 'xcup', yosys });
    return { ii, latency, cells: report.total };
  });
}

/** Both architectures at the interval of the first. */
async function compare(name: string, bytes: Uint8Array): Promise<Row[]> {
  const circuits = await measure(name, bytes, { arch: 'pixelwise' });
  const folded = await measure(name, bytes, { arch: 'streaming', targetIi: circuits.ii });
  const row = (unit: string, a: number, b: number): Row => ({
    what: `${name}, a frame in ${circuits.ii} cycles`,
    value: a,
    unit,
    against: { what: `streaming, a frame in ${folded.ii} cycles, ${b.toLocaleString('en-US')}`, ratio: a / b },
  });
  return [
    ...Object.entries(PARTS).flatMap(([part, unit]) => {
      const [a, b] = [circuits.cells[part] ?? 0, folded.cells[part] ?? 0];
      return a === 0 && b === 0 ? [] : [row(unit, a, b)];
    }),
    row('cycles of latency', circuits.latency, folded.latency),
  ];
}

export const pixelwise: Benchmark = {
  name: 'pixelwise',
  summary:
    'convolutions as circuits of shift-adds beside folded multipliers at the same interval, by `synth --target xcup`',
  run: async (tell) => {
    const rows: Row[] = [];
    for (const [name, bytes] of NETWORKS) {
      const measured = await compare(name, bytes());
      tell(measured);
      rows.push(...measured);
    }
    return rows;
  },
};
