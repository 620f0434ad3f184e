/**
 * FPGA parts by name, with what they hold, as their vendors' tables state it: AMD DS180 (7 series), DS190 (Zynq-7000), DS891
 * (Zynq UltraScale+), DS987 (Kria), DS962 and DS963 and DS965 (Alveo), Lattice FPGA-DS-02012 (ECP5) and FPGA-DS-02008 and
 * DS1040 (iCE40). `--device` takes any part name; these are the ones known by size.
 */

/** Fabrics that differ in what a netlist of the same design is made of. */
export type Fabric = 'xc7' | 'xcup' | 'ecp5' | 'ice40';

export interface Device {
  readonly part: string;
  readonly board: string;
  readonly fabric: Fabric;
  /** Look-up tables: of six inputs (AMD) or four (Lattice). */
  readonly lut: number;
  readonly ff: number;
  /** Multiplier blocks. */
  readonly dsp: number;
  /** Blocks of memory: of 18 Kbit, but 4 Kbit on iCE40. */
  readonly bram: number;
}

const device = (
  fabric: Fabric,
  part: string,
  board: string,
  [lut, ff, dsp, bram]: readonly [number, number, number, number],
): Device => ({ part, board, fabric, lut, ff, dsp, bram });

export const DEVICES: readonly Device[] = [
  device('xc7', 'xc7z010clg400-1', 'Zynq-7010 (Zybo Z7-10)', [17_600, 35_200, 80, 120]),
  device('xc7', 'xc7z020clg400-1', 'Zynq-7020 (Pynq-Z1, Pynq-Z2)', [53_200, 106_400, 220, 280]),
  device('xc7', 'xc7z045ffg900-2', 'Zynq-7045 (ZC706)', [218_600, 437_200, 900, 1_090]),
  device('xc7', 'xc7a35ticsg324-1L', 'Artix-7 35T (Arty A7-35)', [20_800, 41_600, 90, 100]),
  device('xc7', 'xc7a100tcsg324-1', 'Artix-7 100T (Arty A7-100)', [63_400, 126_800, 240, 270]),
  device('xc7', 'xc7a200tfbg676-2', 'Artix-7 200T (AC701)', [134_600, 269_200, 740, 730]),
  device('xc7', 'xc7k325tffg900-2', 'Kintex-7 325T (KC705, Genesys 2)', [203_800, 407_600, 840, 890]),
  device('xcup', 'xczu3eg-sbva484-1-i', 'Zynq UltraScale+ ZU3EG (Ultra96)', [70_560, 141_120, 360, 432]),
  device('xcup', 'xczu7ev-ffvc1156-2-e', 'Zynq UltraScale+ ZU7EV (ZCU104)', [230_400, 460_800, 1_728, 624]),
  device('xcup', 'xczu9eg-ffvb1156-2-e', 'Zynq UltraScale+ ZU9EG (ZCU102)', [274_080, 548_160, 2_520, 1_824]),
  device('xcup', 'xck26-sfvc784-2LV-c', 'Kria K26 (KV260)', [117_120, 234_240, 1_248, 288]),
  device('xcup', 'xcu50-fsvh2104-2-e', 'Alveo U50', [870_720, 1_741_440, 5_940, 2_688]),
  device('xcup', 'xcu250-figd2104-2L-e', 'Alveo U250', [1_728_000, 3_456_000, 12_288, 5_376]),
  device('xcup', 'xcu280-fsvh2892-2L-e', 'Alveo U280', [1_303_680, 2_607_360, 9_024, 4_032]),
  device('ecp5', 'LFE5U-25F-6BG381C', 'ECP5-25 (ULX3S-25, Colorlight i5)', [24_288, 24_288, 28, 56]),
  device('ecp5', 'LFE5U-45F-6BG381C', 'ECP5-45 (ULX3S-45)', [43_848, 43_848, 72, 108]),
  device('ecp5', 'LFE5U-85F-6BG381C', 'ECP5-85 (ULX3S-85)', [83_640, 83_640, 156, 208]),
  device('ice40', 'iCE40HX8K-CT256', 'iCE40 HX8K (breakout board)', [7_680, 7_680, 0, 32]),
  device('ice40', 'iCE40UP5K-SG48', 'iCE40 UltraPlus 5K (iCEBreaker, UPduino)', [5_280, 5_280, 8, 30]),
];

/** What blocks of memory are called. */
const memoryUnit = (fabric: Fabric): string => (fabric === 'ice40' ? 'BRAM4' : 'BRAM18');

export const deviceSummary = (d: Device): string =>
  `${d.board}: ${d.lut} LUT, ${d.ff} FF, ${d.dsp} DSP, ${d.bram} ${memoryUnit(d.fabric)}`;

/** The part of this name, upper or lower case; or the only one whose name begins like this. */
export function deviceOf(name: string): Device | undefined {
  const wanted = name.toLowerCase();
  const begin = DEVICES.filter((d) => d.part.toLowerCase().startsWith(wanted));
  return DEVICES.find((d) => d.part.toLowerCase() === wanted) ?? (begin.length === 1 ? begin[0] : undefined);
}
