/** Verilog through Yosys to LUTs and flip-flops of an UltraScale+ part, without its multiplier blocks and block RAM. */
import { writeInto } from '../src/emit/fileset.ts';
import { runTool, toolVersion } from '../src/tools/exec.ts';
import { runYosysScript } from '../src/tools/yosys.ts';
import { inScratch } from './scratch.ts';

type Files = ReadonlyMap<string, string | Uint8Array>;

export interface Mapped {
  readonly LUT: number;
  readonly FF: number;
}

/** The Verilog of a build. */
export const rtlOf = (files: Files): Files =>
  new Map([...files].flatMap(([p, f]) => (p.startsWith('rtl/') ? [[p.slice(4), f] as const] : [])));

/** LUT1 to LUT6 and flip-flops in the last table that `stat` prints. */
function countCells(log: string): Mapped {
  const table = log.slice(log.lastIndexOf('Number of cells'));
  const cells = [...table.matchAll(/^\s+(\S+)\s+(\d+)$/gm)].map(([, type = '', n]) => ({ type, n: Number(n) }));
  const total = (type: RegExp): number => cells.reduce((sum, c) => sum + (type.test(c.type) ? c.n : 0), 0);
  return { LUT: total(/^LUT\d$/), FF: total(/^FD/) };
}

/**
 * Modules are read where they are used: da4ml's library has one whose memory file is not always there.
 * Yosys of the machine where there is one (figures differ between versions), else the embedded one.
 */
export async function synthesise(files: Files, top: string): Promise<Mapped> {
  const script = [
    ...[...files.keys()].filter((f) => f.endsWith('.v')).map((f) => `read_verilog -defer ${f}`),
    `synth_xilinx -family xcup -top ${top} -nodsp -nobram -noiopad`,
    'stat',
  ];
  const native = (await toolVersion('yosys', ['-V'])) !== undefined;
  if (!native) return countCells((await runYosysScript(files, script.join('\n'))).log);
  return inScratch(async (cwd) => {
    await writeInto(cwd, files);
    const { stdout } = await runTool({
      tool: 'yosys',
      args: ['-p', script.join('; ')],
      cwd,
      install: 'apt-get install yosys',
    });
    return countCells(stdout);
  });
}
