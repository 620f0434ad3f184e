import { MAX_STEPS } from '../../kernels/thresholds/kernel.ts';
import { bitsFor, bitsOf, requantiseCost, tableCost, thresholdsCost } from './cost.ts';
import { isIdentity } from './identity.ts';
import type { Requantisation } from './requantisation.ts';
import { requantisations } from './requantise.ts';
import { type Subject, staircasesOf } from './subject.ts';
import { tableRows } from './tables.ts';
import { type ThresholdRows, thresholdRows } from './thresholds.ts';

export const QUANTISE_METHODS = ['auto', 'thresholds', 'requantise', 'table'] as const;
export type QuantiseMethod = (typeof QUANTISE_METHODS)[number];

/** What takes the node's place. */
export type Form =
  | { readonly method: 'identity' }
  | { readonly method: 'thresholds'; readonly rows: ThresholdRows }
  | { readonly method: 'requantise'; readonly form: Requantisation }
  | { readonly method: 'table'; readonly rows: readonly Float64Array[] };

export interface Choice {
  readonly form: Form;
  /** The reason, one sentence. */
  readonly why: string;
  /** Estimated LUTs of one lane, of every method that was weighed. */
  readonly costs: { readonly [method: string]: number };
}

/** Above this many inputs a table is no alternative to thresholds; up to the second it may be the only way. */
const TABLE_BY_CHOICE = 1 << 12;
const TABLE_BY_NEED = 1 << 16;

interface Option {
  readonly cost: number;
  readonly why: string;
  /** Built only when chosen. */
  readonly build: () => Form;
}

/** The hardware for a node, or a sentence why there is none. */
export function choose(s: Subject, method: QuantiseMethod): Choice | string {
  if (method === 'auto' && isIdentity(s)) {
    return { form: { method: 'identity' }, why: 'leaves every value that can arrive unchanged', costs: {} };
  }
  const entries = s.domain.hi - s.domain.lo + 1;
  const t = thresholdsOption(s);
  const q = method === 'auto' || method === 'requantise' ? requantiseOption(s) : undefined;
  const lut = entries <= TABLE_BY_NEED ? tableOption(s, entries) : undefined;
  const costs = rounded({ thresholds: t?.cost, requantise: q?.cost, table: lut?.cost });
  const pick = (o: Option, why: string): Choice => ({ form: o.build(), why, costs });
  if (method !== 'auto') {
    const forced = { thresholds: t, requantise: q, table: lut }[method];
    return forced ? pick(forced, `asked for; ${forced.why}`) : impossible(s, method, entries);
  }
  if (t && (s.bipolar || (q && t.cost <= q.cost))) {
    return pick(t, s.bipolar ? `${t.why}; one bit` : `${t.why}: no larger than a multiplier`);
  }
  if (q) return pick(q, `${q.why}, proven equal at all steps of all channels`);
  if (t && lut && entries <= TABLE_BY_CHOICE && lut.cost < t.cost) {
    return pick(lut, `${lut.why}: no multiply-add-shift is equal, and thresholds are larger`);
  }
  if (t) return pick(t, `${t.why}: no multiply-add-shift is equal`);
  return lut
    ? pick(lut, `${lut.why}: no multiply-add-shift is equal, nor are few steps`)
    : impossible(s, method, entries);
}

function thresholdsOption(s: Subject): Option | undefined {
  const stairs = staircasesOf(s);
  if (!stairs || !s.range) return undefined;
  const levels = s.bipolar ? 1 : Math.max(1, s.range.hi - s.range.lo);
  if (levels > MAX_STEPS) return undefined;
  return {
    cost: thresholdsCost(s, levels),
    why: `${levels} threshold(s) on ${bitsFor(s.domain)} bits`,
    build: () => ({ method: 'thresholds', rows: thresholdRows(stairs, s.bipolar) }),
  };
}

function requantiseOption(s: Subject): Option | undefined {
  let best: (Option & { readonly form: Requantisation }) | undefined;
  for (const form of requantisations(s)) {
    const cost = requantiseCost(s, form);
    if (best && best.cost <= cost) continue;
    const multiplier =
      form.mul.length > 1 ? `one ${bitsOf(form.mul)}-bit multiplier per channel` : `multiplier ${form.mul[0]}`;
    const why = `${multiplier} and shift ${form.shift}${form.ties === 'even' ? ', ties to even' : ''}`;
    best = { cost, form, why, build: () => ({ method: 'requantise', form }) };
  }
  return best;
}

function tableOption(s: Subject, entries: number): Option | undefined {
  if (!s.range) return undefined;
  return {
    cost: tableCost(s),
    why: `${entries} entries`,
    build: () => ({ method: 'table', rows: tableRows(s) }),
  };
}

function impossible(s: Subject, method: QuantiseMethod, entries: number): string {
  const noRequantise = 'no multiplier and shift are equal to it on the whole range';
  const noThresholds = `it is not monotone or has more than ${MAX_STEPS + 1} levels`;
  const noTable = s.range
    ? `its ${entries} inputs are more than the ${TABLE_BY_NEED} of a table`
    : 'it has too many values to list';
  switch (method) {
    case 'requantise':
      return noRequantise;
    case 'thresholds':
      return noThresholds;
    case 'table':
      return noTable;
    case 'auto':
      return `${noRequantise}, ${noThresholds}, and ${noTable}`;
  }
}

function rounded(costs: { readonly [method: string]: number | undefined }): { readonly [method: string]: number } {
  return Object.fromEntries(Object.entries(costs).flatMap(([k, v]) => (v === undefined ? [] : [[k, Math.ceil(v)]])));
}
