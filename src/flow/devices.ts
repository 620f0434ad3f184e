/** FPGA parts by name, with what they hold. `--device` takes any part name; these are the ones known by size. */
export interface Device {
  readonly part: string;
  readonly summary: string;
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram18: number;
}

const device = (part: string, board: string, lut: number, ff: number, dsp: number, bram18: number): Device => ({
  part,
  summary: `${board}: ${lut} LUT, ${ff} FF, ${dsp} DSP, ${bram18} BRAM18`,
  lut,
  ff,
  dsp,
  bram18,
});

export const DEVICES: readonly Device[] = [
  device('xc7z020clg400-1', 'Zynq-7020 (Pynq-Z1, Pynq-Z2)', 53_200, 106_400, 220, 280),
  device('xc7a100tcsg324-1', 'Artix-7 100T (Arty A7-100)', 63_400, 126_800, 240, 270),
  device('xczu3eg-sbva484-1-i', 'Zynq UltraScale+ ZU3EG (Ultra96)', 70_560, 141_120, 360, 432),
  device('xczu7ev-ffvc1156-2-e', 'Zynq UltraScale+ ZU7EV (ZCU104)', 230_400, 460_800, 1_728, 624),
  device('xczu9eg-ffvb1156-2-e', 'Zynq UltraScale+ ZU9EG (ZCU102)', 274_080, 548_160, 2_520, 1_824),
  device('xcu250-figd2104-2L-e', 'Alveo U250', 1_728_000, 3_456_000, 12_288, 5_376),
];
