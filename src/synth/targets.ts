/** What `synth` can map a design to, and the Yosys commands that do it. */
import { CELL_SIZES, type CellSizes } from './resources.ts';

export const FPGA_TARGETS = ['xc7', 'xcup', 'ecp5', 'ice40'] as const;
export type FpgaTarget = (typeof FPGA_TARGETS)[number];

interface Fpga {
  readonly summary: string;
  readonly sizes: CellSizes;
  /** Maps the hierarchy below `top`; modules marked with `keep_hierarchy` stay. */
  readonly map: (top: string, multipliers: boolean) => readonly string[];
  /** Memories whose style the fabric cannot give fall back to what it has. */
  readonly styled: boolean;
}

const amd = (family: string, summary: string): Fpga => ({
  summary,
  sizes: CELL_SIZES.xc7,
  map: (top) => [`synth_xilinx -family ${family} -flatten -noiopad -noclkbuf -top ${top}`],
  styled: true,
});

export const FPGAS: { readonly [target in FpgaTarget]: Fpga } = {
  xc7: amd('xc7', 'AMD 7 series and Zynq-7000'),
  xcup: amd('xcup', 'AMD UltraScale+'),
  ecp5: {
    summary: 'Lattice ECP5',
    sizes: CELL_SIZES.ecp5,
    map: (top) => [`synth_ecp5 -top ${top}`],
    styled: true,
  },
  ice40: {
    summary: 'Lattice iCE40: HX, or UltraPlus, which has multiplier blocks',
    sizes: CELL_SIZES.ice40,
    map: (top, multipliers) => [`synth_ice40 -device ${multipliers ? 'u -dsp' : 'hx'} -top ${top}`],
    // It has no memory with an asynchronous read: small FIFOs become registers.
    styled: false,
  },
};

/** Whether cells of a library have delays. ABC ends where it is asked for paths in one without. */
export const isTimed = (liberty: string): boolean => /\btiming\s*\(/.test(liberty);

/** What ABC needs to be told before it says how long paths are: that outputs have no load of their own. */
export const NO_LOAD = 'set_load 0 [all_outputs]\n';

interface LibertyFiles {
  readonly library: string;
  /** Where `NO_LOAD` is, and where the log of ABC goes. */
  readonly constraints: string;
  readonly log: string;
}

/** Maps to the cells of a Liberty library. */
export function libertyMap(
  top: string,
  { library, constraints, log }: LibertyFiles,
  timed: boolean,
): readonly string[] {
  const map = `abc -liberty ${library}`;
  return [
    `synth -flatten -top ${top}`,
    `dfflibmap -liberty ${library}`,
    timed ? `tee -q -o ${log} ${map} -constr ${constraints}` : map,
    'opt_clean',
  ];
}

/** The longest path through logic, in picoseconds, that a log of ABC tells: cells alone, no wires; undefined where it tells none. */
export function longestPath(log: string): number | undefined {
  const delays = [...log.matchAll(/\bDelay =\s*([\d.]+) ps/g)].map(([, ps]) => Number(ps));
  const longest = Math.max(0, ...delays);
  return longest > 0 ? longest : undefined;
}
