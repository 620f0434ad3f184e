/** Verilog to mapped cells, with each instance of the top module counted by itself. */
import { type FileContent, runYosys, type YosysKind } from '../tools/yosys-script.ts';
import { HARNESS } from './harness.ts';
import { type MappedDesign, readDesign } from './netlist.ts';
import { FPGAS, type FpgaTarget, libertyMap } from './targets.ts';

export interface SynthJob {
  readonly top: string;
  /** Verilog and memory files by path. */
  readonly files: ReadonlyMap<string, FileContent>;
  readonly target: FpgaTarget | { readonly liberty: string };
  readonly yosys: YosysKind;
  /** The part has multiplier blocks; for iCE40, where not all have. */
  readonly multipliers?: boolean;
  /** A frame around the design (`harness`): it also gives the flattened netlist of both, for a router. */
  readonly frame?: string;
}

export interface Synthesis {
  readonly design: MappedDesign;
  /** `write_json` of the flattened design in its frame, where there is one. */
  readonly netlist?: string;
}

const FILES = {
  library: 'cells.lib',
  frame: 'frame.v',
  stat: 'stat.json',
  top: 'top.json',
  flat: 'flat.json',
} as const;

/**
 * Maps a design. The instances in the top module keep their boundaries, so that each can be counted; everything below them
 * is flattened. Between kernels lie FIFOs with registered flags, so that little could be shared across.
 */
export async function synthesise({ top, files, target, yosys, multipliers, frame }: SynthJob): Promise<Synthesis> {
  const fpga = typeof target === 'string' ? FPGAS[target] : undefined;
  const all = new Map(files);
  if (typeof target !== 'string') all.set(FILES.library, target.liberty);
  if (frame !== undefined) all.set(FILES.frame, frame);
  const root = frame === undefined ? top : HARNESS;
  const roots = [...new Set([root, top])];
  const script = [
    ...[...all.keys()].filter((f) => f.endsWith('.v')).map((f) => `read_verilog -defer "${f}"`),
    `hierarchy -check -top ${root}`,
    ...(fpga?.styled === false ? ['setattr -unset ram_style m:*', 'setattr -unset rom_style m:*'] : []),
    ...roots.map((r) => `setattr -set keep_hierarchy 1 ${r}/t:*`),
    ...(fpga ? fpga.map(root, multipliers ?? true) : libertyMap(root, FILES.library)),
    `tee -q -o ${FILES.stat} stat -json -top ${root}`,
    `json -o ${FILES.top} ${top}`,
    ...(frame === undefined ? [] : flatten(roots)),
  ];
  const wanted = [FILES.stat, FILES.top, ...(frame === undefined ? [] : [FILES.flat])];
  const written = await runYosys(yosys, all, script, wanted);
  const text = (name: string): string => written.get(name) ?? '';
  const design = readDesign(text(FILES.stat), text(FILES.top), top);
  return frame === undefined ? { design } : { design, netlist: text(FILES.flat) };
}

const flatten = (roots: readonly string[]): string[] => [
  ...roots.map((r) => `setattr -unset keep_hierarchy ${r}/c:*`),
  'flatten',
  'opt_clean',
  `write_json ${FILES.flat}`,
];
