import type { Benchmark, Row } from './bench.ts';
import { type AreaRow, mvuArea } from './mvu-area.ts';

const PARTS = ['lut', 'dsp', 'ff'] as const;

/** Cells of one design; ours beside the published design of the same factors and multiplier blocks. */
function rows(all: readonly AreaRow[], row: AreaRow): Row[] {
  const factors = row.name.split(' ')[0] ?? '';
  const ours = !row.name.startsWith('FINN');
  const published = ours ? all.find((r) => r.name === `FINN ${factors}`) : undefined;
  return PARTS.map((part) => ({
    what: row.name,
    value: row[part],
    unit: part.toUpperCase(),
    ...(published && published[part] > 0
      ? { against: { what: published.name, ratio: row[part] / published[part] } }
      : {}),
  }));
}

export const area: Benchmark = {
  name: 'area',
  summary: 'a 64×64 MVU, PE 8, SIMD 8, without its weight memory, by Yosys synth_xilinx for xcup',
  run: async () => {
    const all = await mvuArea();
    return all.flatMap((row) => rows(all, row));
  },
};
