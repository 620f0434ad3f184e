import { solver } from '../scripts/solver.ts';
import { NetlistBuilder } from '../src/netlist/builder.ts';
import { cmvm as product } from '../src/netlist/cmvm/cmvm.ts';
import { costOf } from '../src/netlist/cost.ts';
import type { Benchmark, Row } from './bench.ts';
import { da4ml, haveDa4ml, type Peer } from './da4ml.ts';
import { allMatrices, type MatrixCase } from './matrices.ts';

/** How long da4ml may take for a matrix, in milliseconds. */
const PATIENCE = 300_000;

function ours({ rows, cols, lo, hi, weights }: MatrixCase): Peer {
  const start = performance.now();
  const b = new NetlistBuilder();
  const x = Array.from({ length: cols }, (_, i) => b.input(`x${i}`, { lo, hi }));
  product(b, { rows, cols, data: weights }, x, [], { solver }).forEach((v, i) => {
    b.output(`y${i}`, v);
  });
  const seconds = (performance.now() - start) / 1000;
  const { adders, luts, depth } = costOf(b.finish('bench'));
  return { adders, luts, depth, seconds };
}

const UNITS = { luts: 'LUT', adders: 'chains', depth: 'levels', seconds: 's' } as const;
const PARTS = Object.keys(UNITS) as (keyof Peer)[];

function rows(name: string, mine: Peer, peer: Peer | undefined): Row[] {
  return PARTS.map((part) => ({
    what: name,
    value: mine[part],
    unit: UNITS[part],
    ...(peer
      ? {
          against: { what: `da4ml, ${peer[part].toFixed(part === 'seconds' ? 2 : 0)}`, ratio: mine[part] / peer[part] },
        }
      : {}),
  }));
}

const geometricMean = (xs: readonly number[]): number =>
  Math.exp(xs.reduce((sum, x) => sum + Math.log(x), 0) / xs.length);

export const cmvm: Benchmark = {
  name: 'cmvm',
  summary:
    'products with constant matrices as netlists, LUTs by each cost model, beside da4ml 0.6.0 where it can be installed',
  run: async (tell) => {
    const there = await haveDa4ml();
    const out: Row[] = [];
    const pairs: { mine: Peer; peer: Peer }[] = [];
    for (const matrix of allMatrices()) {
      const mine = ours(matrix);
      const peer = there ? await da4ml(matrix, PATIENCE) : undefined;
      if (peer) pairs.push({ mine, peer });
      const measured = rows(matrix.name, mine, peer);
      tell(measured);
      out.push(...measured);
    }
    if (pairs.length === 0) return out;
    const means = PARTS.map((part) => geometricMean(pairs.map(({ mine, peer }) => mine[part] / peer[part])));
    return [
      ...out,
      ...PARTS.map((part, i) => ({
        what: `geometric mean of ${pairs.length} ratios to da4ml`,
        value: means[i] as number,
        unit: `× ${UNITS[part]}`,
      })),
    ];
  },
};
