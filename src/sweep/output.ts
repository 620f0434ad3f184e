import { ruled } from '../num/text-table.ts';
import type { Design, SweepResult } from './run.ts';
import type { Sweep } from './spec.ts';

/** What `sweep.json` holds. */
export interface SweepRecord {
  readonly format: 1;
  readonly sweep: Sweep;
  readonly designs: readonly DesignLine[];
}

/** A design in it; those of `front.json` alike. */
export type DesignLine = Pick<Design, 'key' | 'front' | 'status' | 'config' | 'figures' | 'folding' | 'why'>;

const lineOf = ({ key, config, status, figures, folding, why, front }: Design): DesignLine => ({
  key,
  front,
  status,
  config,
  figures,
  folding,
  ...(why === undefined ? {} : { why }),
});

/** The files of a finished sweep. Nothing in them depends on when, where or in how many goes it ran. */
export function sweepFiles(sweep: Sweep, result: SweepResult): [name: string, text: string][] {
  const whole: SweepRecord = { format: 1, sweep, designs: result.designs.map(lineOf) };
  const front = whole.designs.filter((d) => d.front);
  return [
    ['sweep.json', `${JSON.stringify(whole, null, 1)}\n`],
    ['front.json', `${JSON.stringify(front, null, 1)}\n`],
  ];
}

/** What a design has for an axis. */
export const axisValue = (d: Pick<Design, 'config'>, axis: string): unknown =>
  (d.config as { readonly [key: string]: unknown })[axis];

/** The front as a table for people, best in the first objective first; of designs with the same figures, the first. */
export function frontTable({ designs, objectives, axes }: SweepResult): string {
  const figure = (d: Design, i: number): number => d.figures[objectives[i] ?? 'lut'] ?? Number.POSITIVE_INFINITY;
  const same = groupBy(
    designs.filter((d) => d.front),
    (d) => JSON.stringify(objectives.map((_, i) => figure(d, i))),
  );
  const rows = [...same.values()]
    .map(([d, ...others]) => ({ d: d as Design, others: others.length }))
    .toSorted((a, b) => objectives.reduce((o, _, i) => o || figure(a.d, i) - figure(b.d, i), 0))
    .map(({ d, others }) => [
      ...objectives.map((_, i) => `${Number(figure(d, i).toPrecision(6))}`),
      ...axes.map(({ key }) => text(axisValue(d, key))),
      others > 0 ? `and ${others} alike` : '',
    ]);
  return ruled([...objectives, ...axes.map((a) => a.key), ''], rows).join('\n');
}

const text = (v: unknown): string => (v === undefined ? '-' : typeof v === 'string' ? v : JSON.stringify(v));

function groupBy<T>(list: readonly T[], keyOf: (v: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const v of list) groups.set(keyOf(v), [...(groups.get(keyOf(v)) ?? []), v]);
  return groups;
}
