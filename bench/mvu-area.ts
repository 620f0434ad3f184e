/**
 * Area of an MVU of 64×64, PE = SIMD = 8, without its weight memory, from Yosys for UltraScale+, beside what FINN's
 * authors print for theirs. Yosys keeps the registers and adders of a multiplier block outside it; the vendor's tools
 * may take them in.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Const } from '../src/ir/graph.ts';
import { hull } from '../src/ir/op.ts';
import type { Mult } from '../src/kernels/mac.ts';
import { mvu } from '../src/kernels/mvu/kernel.ts';
import { elemFor, elemRange, int } from '../src/num/elem.ts';
import { runYosysScript } from '../src/tools/yosys.ts';

export interface AreaRow {
  readonly name: string;
  readonly lut: number;
  readonly dsp: number;
  readonly ff: number;
}

const SIZE = 64;
const FOLD = 8;

const PUBLISHED: readonly AreaRow[] = [
  { name: 'FINN W4A4', lut: 1575, dsp: 16, ff: 821 },
  { name: 'FINN W8A8', lut: 2176, dsp: 32, ff: 1005 },
];

/** The Verilog of an MVU of signed factors of `bits` bits, whose accumulator is as wide as any weights may need. */
function design(bits: number, mult: Mult) {
  const elem = int(bits);
  const weight: Const = { shape: [SIZE, SIZE], elem, data: new Int32Array(SIZE * SIZE).fill(elemRange(elem).lo) };
  const ctx = {
    attrs: { MW: SIZE, MH: SIZE, groups: 1, vectors: 1, PE: FOLD, SIMD: FOLD, mult },
    inputs: [{ shape: [SIZE], elem, lanes: FOLD }],
    consts: { weight },
  };
  const sums = elemFor(hull(mvu.bounds(ctx, [[elemRange(elem)]])[0] ?? []));
  return mvu.verilog({ ...ctx, name: 'mvu', outputs: [{ shape: [SIZE], elem: sums, lanes: FOLD }] });
}

async function area(bits: number, mult: Mult): Promise<AreaRow> {
  const { module, files, params } = design(bits, mult);
  const library = new URL('../templates/verilog/lib/', import.meta.url);
  const sources = new Map(files.map((f) => [f, readFileSync(new URL(f, library), 'utf8')]));
  const script = [
    ...files.map((f) => `read_verilog ${f}`),
    ...Object.entries(params).map(([name, value]) => `chparam -set ${name} ${value} ${module}`),
    `hierarchy -top ${module}`,
    'blackbox *sluice_mvu_rom*',
    `synth_xilinx -family xcup -top ${module} -flatten -noiopad`,
    'stat',
  ];
  const { log } = await runYosysScript(sources, script.join('\n'));
  const cells = log.slice(log.lastIndexOf('Number of cells')).matchAll(/^\s+(\S+)\s+(\d+)$/gm);
  const counts = [...cells].map(([, type = '', count]) => ({ type, count: Number(count) }));
  const total = (type: RegExp): number => counts.reduce((n, c) => n + (type.test(c.type) ? c.count : 0), 0);
  return { name: `W${bits}A${bits} ${mult}`, lut: total(/^LUT\d$/), dsp: total(/^DSP48E2$/), ff: total(/^FD/) };
}

/** Our rows and the published ones, one after the other: about twenty seconds of Yosys for each of ours. */
export async function mvuArea(): Promise<AreaRow[]> {
  const rows: AreaRow[] = [];
  for (const bits of [4, 8]) {
    for (const mult of ['lut', 'dsp'] as const) rows.push(await area(bits, mult));
  }
  return [...rows, ...PUBLISHED];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, lut, dsp, ff } of await mvuArea()) {
    console.log(
      `${name.padEnd(10)} ${String(lut).padStart(6)} LUT ${String(dsp).padStart(4)} DSP ${String(ff).padStart(6)} FF`,
    );
  }
}
