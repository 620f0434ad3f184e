import { columns, percent } from '../num/text-table.ts';
import type { Measured } from '../quantise/measure.ts';
import type { QuantisationReport } from '../quantise/quantise.ts';

/** Signal to quantisation noise of the outputs, in dB. */
const decibels = (error: number): string => (error === 0 ? 'exact' : `${(-10 * Math.log10(error)).toFixed(1)} dB`);

const figures = ({ cost, accuracy, error }: Measured): string[] => [
  cost.toFixed(3),
  percent(accuracy),
  decibels(error),
];

/** What calibration measured and chose, for people: layers with their bits, and where a search ran, its tables. */
export function quantisationText(r: QuantisationReport): string {
  const what = r.measure === 'labels' ? 'accuracy' : 'agreement with the float model';
  const { chosen } = r;
  const layers = [
    ['layer', 'op', 'products', 'weights', 'data', ...(r.choices?.map((b) => `at ${b}`) ?? [])],
    ...r.layers.map((l) => [
      l.name,
      l.op,
      `${l.macs}`,
      `${l.weightBits} bit`,
      `${l.dataBits} bit`,
      ...(l.sensitivity?.map(decibels) ?? []),
    ]),
  ];
  return [
    `quantised on ${r.frames} frames, ranges by ${r.ranges}: ${what} ${percent(chosen.accuracy)} (float ${percent(r.floatAccuracy)}), ` +
      `outputs ${decibels(chosen.error)}, cost ${chosen.cost.toFixed(3)} of 8 bits`,
    ...figuresTable(layers),
    ...(r.uniform ? ['', ...uniformLines(r.uniform, what, r.searched ?? r.frames)] : []),
  ].join('\n');
}

/** Names to the left, figures to the right. */
const figuresTable = (rows: readonly (readonly string[])[]): string[] => columns(rows, (c) => c > 0);

function uniformLines(uniform: NonNullable<QuantisationReport['uniform']>, what: string, frames: number): string[] {
  return [
    `cost, ${what} and output signal to noise on ${frames} frames: the same bits in all layers, and the best mixture found that costs no more`,
    ...figuresTable([
      ['bits', 'cost', 'right', 'SNR', 'mixture', 'cost', 'right', 'SNR'],
      ...uniform.map((u) => [`${u.bits}`, ...figures(u.uniform), u.mixed.bits.join('-'), ...figures(u.mixed)]),
    ]),
  ];
}
