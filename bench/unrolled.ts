import { readFileSync } from 'node:fs';
import { writeInto } from '../src/emit/fileset.ts';
import { build } from '../src/flow/build.ts';
import { runTool, toolVersion } from '../src/tools/exec.ts';
import { runYosysScript } from '../src/tools/yosys.ts';
import type { Benchmark, Row } from './bench.ts';
import { inScratch } from './scratch.ts';

/** A design after synthesis. */
interface Figures {
  readonly lut: number;
  readonly ff: number;
  readonly cycles: number;
}

/**
 * The same integers by da4ml 0.6.0 (fa85662a), its pipelined Verilog through Yosys 0.23, `synth_xilinx -family xcup`, no
 * DSP and no block RAM; measured once, beside ours.
 */
const DA4ML: { readonly [network: string]: Figures } = {
  'jet-mlp-w6a6': { lut: 31387, ff: 7883, cycles: 9 },
  'jet-mlp-w8a8': { lut: 54183, ff: 15555, cycles: 10 },
};

/** LUT1 to LUT6 and flip-flops in the last table that `stat` prints. */
function countCells(log: string): { lut: number; ff: number } {
  const table = log.slice(log.lastIndexOf('Number of cells'));
  const cells = [...table.matchAll(/^\s+(\S+)\s+(\d+)$/gm)].map(([, type = '', n]) => ({ type, n: Number(n) }));
  const total = (type: RegExp): number => cells.reduce((sum, c) => sum + (type.test(c.type) ? c.n : 0), 0);
  return { lut: total(/^LUT\d$/), ff: total(/^FD/) };
}

/** Yosys of the machine where there is one (figures differ between versions), else the embedded one. */
async function synthesise(files: ReadonlyMap<string, string | Uint8Array>, top: string): Promise<string> {
  const sources = [...files.keys()].filter((f) => f.endsWith('.v'));
  const script = [
    ...sources.map((f) => `read_verilog ${f}`),
    `synth_xilinx -family xcup -top ${top} -nodsp -nobram -noiopad`,
    'stat',
  ];
  if ((await toolVersion('yosys', ['-V'])) === undefined) return (await runYosysScript(files, script.join('\n'))).log;
  return inScratch(async (dir) => {
    await writeInto(dir, files);
    const { stdout } = await runTool({
      tool: 'yosys',
      args: ['-p', script.join('; ')],
      cwd: dir,
      install: 'apt-get install yosys',
    });
    return stdout;
  });
}

async function measure(name: string): Promise<Row[]> {
  const bytes = readFileSync(new URL(`./networks/${name}.onnx`, import.meta.url));
  const top = name.replace(/-/g, '_');
  const started = performance.now();
  const { files, summary } = build({ bytes, file: `${name}.onnx`, name: top, config: { arch: 'unrolled' } });
  const seconds = (performance.now() - started) / 1000;
  const rtl = new Map([...files].flatMap(([p, f]) => (p.startsWith('rtl/') ? [[p.slice(4), f] as const] : [])));
  const ours: Figures = { ...countCells(await synthesise(rtl, top)), cycles: summary.latency };
  const peer = DA4ML[name] as Figures;
  const row = (part: keyof Figures, unit: string): Row => ({
    what: name,
    value: ours[part],
    unit,
    against: { what: 'da4ml', ratio: ours[part] / peer[part] },
  });
  return [
    row('lut', 'LUT'),
    row('ff', 'FF'),
    row('cycles', 'cycles'),
    { what: `${name}, import to files`, value: seconds, unit: 's' },
  ];
}

export const unrolled: Benchmark = {
  name: 'unrolled',
  summary: 'two jet taggers, a frame per cycle, by Yosys synth_xilinx for xcup; beside da4ml on the same integers',
  run: async (tell) => {
    const rows: Row[] = [];
    for (const name of Object.keys(DA4ML)) {
      const measured = await measure(name);
      tell(measured);
      rows.push(...measured);
    }
    return rows;
  },
};
