import type { Figures, SynthReport } from '../flow/synth.ts';
import { percent, ruled } from '../num/text-table.ts';

const NAMES: { readonly [figure: string]: string } = { lut: 'LUT', ff: 'FF', dsp: 'DSP', bram: 'BRAM' };

const title = (figure: string): string => NAMES[figure] ?? figure;

const number = (v: number | undefined): string => (v ?? 0).toLocaleString('en-US', { maximumFractionDigits: 2 });

const add = (all: readonly Figures[]): Figures => {
  const sum: Record<string, number> = {};
  for (const f of all) for (const [k, v] of Object.entries(f)) sum[k] = (sum[k] ?? 0) + v;
  return sum;
};

/** What `synth` says to people: a row per kernel, FIFOs together, and the whole. */
export function synthLines(r: SynthReport): string[] {
  const columns = Object.keys(r.total);
  const fifos = r.kernels.filter((k) => k.kernel === 'fifo');
  const row = (name: string, kernel: string, f: Figures): string[] => [
    name,
    kernel,
    ...columns.map((c) => number(f[c])),
  ];
  const rows = [
    ...r.kernels.filter((k) => k.kernel !== 'fifo').map((k) => row(k.name, k.kernel, k.figures)),
    ...(fifos.length > 0 ? [row(`${fifos.length} FIFOs`, 'fifo', add(fifos.map((k) => k.figures)))] : []),
    row('between', '', r.interface),
    row('all', '', r.total),
  ];
  const head = ['node', 'kernel', ...columns.map(title)];
  const used = Object.entries(r.device?.used ?? {}).map(([k, v]) => `${percent(v)} of ${title(k)}`);
  return [
    ...ruled(head, rows, (c) => c >= 2),
    '',
    `${r.name} on ${r.target} by Yosys ${r.yosys.version} (${r.yosys.kind}), kernel boundaries kept`,
    ...(r.device ? [`${r.device.part}: ${used.join(', ')}`] : []),
    ...(r.path === undefined
      ? []
      : [`longest path ${number(r.path / 1000)} ns between registers, by ABC: delays of cells, none of wires`]),
    ...(r.energy ? energyLines(r.energy) : []),
    ...(r.fmax ? [`${r.fmax.mhz} MHz on ${r.fmax.part} after place and route`] : []),
  ];
}

const picojoules = (joules: number): string => `${number(1e12 * joules)} pJ`;
const picofarads = (farads: number): string => `${number(1e12 * farads)} pF`;

function energyLines(e: NonNullable<SynthReport['energy']>): string[] {
  const frame = (e.data + e.clock) * e.beats;
  return [
    `estimated energy ${picojoules(frame)} per frame: in a cycle ${picojoules(e.data)} of data (${percent(e.rate)} of the bits change on ` +
      `${e.frames} frames, inputs of cells ${picofarads(e.load)}) and ${picojoules(e.clock)} of clock (${picofarads(e.clockLoad)}) at ${e.volts} V; ` +
      'wires, glitches, currents inside cells and leakage are not in it',
  ];
}
