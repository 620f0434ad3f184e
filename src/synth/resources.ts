/** What the cells of a mapped netlist take of a device. */

/** How many cells there are of each type. */
export type Cells = { readonly [type: string]: number };

export interface Resources {
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram: number;
}

/** The cell types of one fabric: what each takes of every resource. */
export type CellSizes = { readonly [resource in keyof Resources]: readonly (readonly [type: RegExp, each: number])[] };

/** AMD 7 series and UltraScale+ (UG474, UG574, UG953): memory and shift registers in LUTs count as LUTs; BRAM in 18 Kbit. */
const AMD: CellSizes = {
  lut: [
    [/^LUT[1-6]$/, 1],
    [/^SRL(16E|C32E|C16E)$/, 1],
    [/^RAM(32|64)X1S$/, 1],
    [/^RAM(32|64)X1D$|^RAM128X1S$/, 2],
    [/^RAM(32M|64M|128X1D|256X1S)$/, 4],
    [/^RAM(32M16|64M8|256X1D|512X1S|64X8SW|32X16DR8)$/, 8],
  ],
  ff: [[/^(FD[CPRS]E|LD[CP]E)(_1)?$/, 1]],
  dsp: [[/^DSP48E[12]$/, 1]],
  bram: [
    [/^RAMB18E[12]$/, 1],
    [/^RAMB36E[12]$/, 2],
  ],
};

/** Lattice ECP5 (FPGA-TN-02204): a carry cell is two LUTs; a 16×4 memory takes four and the two of its write port. */
const ECP5: CellSizes = {
  lut: [
    [/^LUT4$/, 1],
    [/^CCU2C$/, 2],
    [/^TRELLIS_DPR16X4$/, 6],
  ],
  ff: [[/^TRELLIS_FF$/, 1]],
  dsp: [[/^MULT(18X18|9X9)D$/, 1]],
  bram: [[/^(DP16KD|PDPW16KD)$/, 1]],
};

/** Lattice iCE40: a carry sits in a logic cell whose LUT is mostly the adder's own; BRAM in 4 Kbit. */
const ICE40: CellSizes = {
  lut: [[/^SB_LUT4$/, 1]],
  ff: [[/^SB_DFF/, 1]],
  dsp: [[/^SB_MAC16$/, 1]],
  bram: [[/^SB_RAM40_4K/, 1]],
};

export const CELL_SIZES = { xc7: AMD, xcup: AMD, ecp5: ECP5, ice40: ICE40 } as const;

export function resourcesOf(cells: Cells, sizes: CellSizes): Resources {
  const count = (resource: keyof Resources): number =>
    Object.entries(cells).reduce(
      (n, [type, c]) => n + c * (sizes[resource].find(([re]) => re.test(type))?.[1] ?? 0),
      0,
    );
  return { lut: count('lut'), ff: count('ff'), dsp: count('dsp'), bram: count('bram') };
}
