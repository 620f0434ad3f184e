import type { VerifyResult } from '../flow/verify.ts';

const NOTES = 3;

const row = (name: string, status: string, note: string): string =>
  `  ${name.padEnd(10)} ${status.padEnd(10)} ${note}`.trimEnd();

const plural = (n: number, what: string): string => `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;

/** What `verify` says to people: a line per executor, with where it differs, and the verdict. `asked`: by name. */
export function verdictLines(r: VerifyResult, asked: boolean): string[] {
  const rows = Object.entries(r.executors).map(([name, e]) => {
    const cycles = e.cycles ? [`latency ${e.cycles.latency}, II ${e.cycles.ii} cycles`] : [];
    const reads = e.reads?.map((m) => `${plural(m.bursts, 'burst')} of ${plural(m.beats, 'beat')} read`) ?? [];
    return row(
      name,
      e.status,
      e.notes.length > 0 ? e.notes.slice(0, NOTES).join('; ') : [...cycles, ...reads].join('; '),
    );
  });
  const stalls = r.stall > 0 ? `, stalls with probability ${r.stall}` : '';
  const golden = r.golden
    ? [
        row(
          'golden',
          r.golden.status,
          r.golden.notes[0] ?? (r.golden.maxAbsError === 0 ? '' : `largest error ${r.golden.maxAbsError}`),
        ),
      ]
    : [];
  return [
    `${plural(r.samples, 'sample')}${stalls}; the cycle model says latency ${r.model.latency}, II ${r.model.ii} cycles`,
    ...rows,
    ...golden,
    verdict(r, asked),
  ];
}

function verdict(r: VerifyResult, asked: boolean): string {
  const all = Object.values(r.executors);
  if (all.some((e) => e.status === 'different') || r.golden?.status === 'different') return 'NOT EQUAL';
  if (all.some((e) => e.status === 'failed')) return 'NOT VERIFIED: an executor failed';
  if (asked && all.some((e) => e.status === 'missing')) return 'NOT VERIFIED: a tool is missing';
  return all.some((e) => e.status === 'equal') ? 'equal, integer for integer' : 'NOT VERIFIED: nothing could run';
}
