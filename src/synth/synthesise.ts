/** Verilog to mapped cells, with each instance of the top module counted by itself. */
import { type FileContent, runYosys, type YosysKind } from '../tools/yosys-script.ts';
import { HARNESS } from './harness.ts';
import { type MappedDesign, readDesign } from './netlist.ts';
import { FPGAS, type FpgaTarget, isTimed, libertyMap, longestPath, NO_LOAD } from './targets.ts';

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
  /** The longest path between registers or ports, in picoseconds, in a library that has delays: cells alone, no wires. */
  readonly path?: number;
  /** `write_json` of the flattened design in its frame, where there is one. */
  readonly netlist?: string;
}

const FILES = {
  library: 'cells.lib',
  constraints: 'abc.constr',
  log: 'abc.log',
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
  const timed = typeof target !== 'string' && isTimed(target.liberty);
  const all = new Map(files);
  if (typeof target !== 'string') all.set(FILES.library, target.liberty).set(FILES.constraints, NO_LOAD);
  if (frame !== undefined) all.set(FILES.frame, frame);
  const root = frame === undefined ? top : HARNESS;
  const roots = [...new Set([root, top])];
  const script = [
    ...[...all.keys()].filter((f) => f.endsWith('.v')).map((f) => `read_verilog -defer "${f}"`),
    `hierarchy -check -top ${root}`,
    ...(fpga?.styled === false ? ['setattr -unset ram_style m:*', 'setattr -unset rom_style m:*'] : []),
    ...roots.map((r) => `setattr -set keep_hierarchy 1 ${r}/t:*`),
    ...(fpga ? fpga.map(root, multipliers ?? true) : libertyMap(root, FILES, timed)),
    `tee -q -o ${FILES.stat} stat -json -top ${root}`,
    `json -o ${FILES.top} ${top}`,
    ...(frame === undefined ? [] : flatten(roots)),
  ];
  const wanted = [FILES.stat, FILES.top, ...(timed ? [FILES.log] : []), ...(frame === undefined ? [] : [FILES.flat])];
  const written = await runYosys(yosys, all, script, wanted);
  const text = (name: string): string => written.get(name) ?? '';
  const design = readDesign(text(FILES.stat), text(FILES.top), top);
  const path = longestPath(text(FILES.log));
  return {
    design,
    ...(path === undefined ? {} : { path }),
    ...(frame === undefined ? {} : { netlist: text(FILES.flat) }),
  };
}

const flatten = (roots: readonly string[]): string[] => [
  ...roots.map((r) => `setattr -unset keep_hierarchy ${r}/c:*`),
  'flatten',
  'opt_clean',
  `write_json ${FILES.flat}`,
];
