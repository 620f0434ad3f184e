/** Whether a build is still as good as one that was stored: for pull requests. */
import type { Summary } from './summary.ts';

/** What is compared, in the order of the table; more is worse in each. */
export const MEASURES = ['latency', 'ii', 'lut', 'ff', 'dsp', 'bram'] as const;
export type Measure = (typeof MEASURES)[number];
export type Measures = { readonly [m in Measure]: number };

const NAMES: { readonly [m in Measure]: string } = {
  latency: 'latency, cycles',
  ii: 'initiation interval, cycles',
  lut: 'LUT, estimated',
  ff: 'FF, estimated',
  dsp: 'DSP, estimated',
  bram: 'BRAM18, estimated',
};

/** How much worse a measure may get, as a share. */
export interface Limits {
  readonly cycles: number;
  readonly resources: number;
}

/** The parts of `verify --json` that decide. */
export interface Verdict {
  readonly ok: boolean;
  readonly samples: number;
  readonly executors: {
    readonly [name: string]: {
      readonly status: string;
      readonly notes?: readonly string[];
      readonly cycles?: { readonly latency: number; readonly ii: number | null };
    };
  };
}

export interface Comparison {
  readonly measure: Measure;
  readonly before: number;
  readonly now: number;
  /** Beyond its limit. */
  readonly worse: boolean;
}

export interface GateResult {
  readonly ok: boolean;
  readonly equal: boolean;
  readonly comparisons: readonly Comparison[];
}

export const measuresOf = ({ latency, ii, cost }: Summary): Measures => ({ latency, ii: ii ?? latency, ...cost });

const limitOf = (m: Measure, { cycles, resources }: Limits): number =>
  m === 'latency' || m === 'ii' ? cycles : resources;

/** Compares with what was stored; without it only the proof counts. */
export function gate(now: Measures, before: Measures | undefined, verdict: Verdict, limits: Limits): GateResult {
  const comparisons = before
    ? MEASURES.map((measure) => ({
        measure,
        before: before[measure],
        now: now[measure],
        worse: now[measure] > before[measure] * (1 + limitOf(measure, limits)),
      }))
    : [];
  return { ok: verdict.ok && !comparisons.some((c) => c.worse), equal: verdict.ok, comparisons };
}

const change = ({ before, now }: Comparison): string => {
  if (before === now) return 'same';
  const sign = now > before ? '+' : '−';
  const share = before === 0 ? '' : ` (${sign}${((100 * Math.abs(now - before)) / before).toFixed(1)} %)`;
  return `${sign}${Math.abs(now - before)}${share}`;
};

/** A Markdown summary of a gate, for the page of a pull request. */
export function gateMarkdown(name: string, result: GateResult, verdict: Verdict, limits: Limits): string {
  const percent = (v: number): string => `${Number((100 * v).toFixed(2))} %`;
  const executors = Object.entries(verdict.executors).map(([executor, { status, cycles, notes }]) => {
    const measured = cycles ? `latency ${cycles.latency}, II ${cycles.ii}` : '';
    return `| ${executor} | ${status === 'equal' ? '✅' : '❌'} ${status} | ${notes?.[0] ?? measured} |`;
  });
  const rows = result.comparisons.map(
    (c) => `| ${NAMES[c.measure]} | ${c.before} | ${c.now} | ${change(c)} | ${c.worse ? '❌' : '✅'} |`,
  );
  return [
    `## ${result.ok ? '✅' : '❌'} Sluice: ${name}`,
    '',
    result.equal
      ? `Hardware and model are equal, integer for integer, on ${verdict.samples} samples.`
      : 'Hardware and model **differ**.',
    '',
    '| executor | status | |',
    '| --- | --- | --- |',
    ...executors,
    '',
    ...(rows.length > 0
      ? [
          `Cycles may grow by ${percent(limits.cycles)}, resources by ${percent(limits.resources)}.`,
          '',
          '| | stored | now | change | |',
          '| --- | --- | --- | --- | --- |',
          ...rows,
          '',
        ]
      : []),
  ].join('\n');
}
