import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** One model of the folder's manifest, as far as the tests read it. */
export interface PublishedModel {
  readonly id: string;
  readonly dir: string;
  /** 0: to be refused (or right); 1: must be right; 2: a bonus; 3: float networks. */
  readonly tier: number;
  /** `name:type[shape]`. */
  readonly inputs: readonly string[];
  readonly golden: { readonly method?: string };
}

/** The folder of published models: env SLUICE_MODELS, or beside the project. Undefined when there is none. */
export function modelsFolder(): string | undefined {
  const root = resolve(import.meta.dirname, '../..');
  const folder = resolve(root, process.env['SLUICE_MODELS'] ?? '../shared/models');
  return existsSync(join(folder, 'MANIFEST.json')) ? folder : undefined;
}

export const MISSING = 'no published models: set SLUICE_MODELS to their folder to run this';

/** The manifest; it holds `Infinity` and `NaN`, which JSON has not. */
export function publishedModels(folder: string): PublishedModel[] {
  const text = readFileSync(join(folder, 'MANIFEST.json'), 'utf8').replace(/-?\b(Infinity|NaN)\b/g, 'null');
  return (JSON.parse(text) as { models: PublishedModel[] }).models;
}

export const fileOf = (folder: string, m: PublishedModel, file: string): Uint8Array | undefined => {
  const path = join(folder, m.dir, file);
  return existsSync(path) ? readFileSync(path) : undefined;
};

/** What became of one model or one suite test. */
export interface Row {
  readonly model: string;
  readonly tier: number;
  /** Nodes of the integer graph. */
  readonly nodes: number;
  readonly samples: number;
  readonly result: 'equal' | 'different' | 'refused' | 'skipped';
  readonly reason: string;
}

export function table(rows: readonly Row[]): string {
  const head = ['model', 'tier', 'nodes', 'samples', 'result', 'reason'];
  const cells = [head, ...rows.map((r) => [r.model, `${r.tier}`, `${r.nodes}`, `${r.samples}`, r.result, r.reason])];
  const widths = head.map((_, i) => Math.max(...cells.map((c) => (c[i] ?? '').length)));
  return cells
    .map((c) =>
      c
        .map((text, i) => (i < 5 ? text.padEnd(widths[i] ?? 0) : text))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `tier 1: 59 equal` and so on. */
export function totals(rows: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const r of rows) counts.set(`tier ${r.tier}: ${r.result}`, (counts.get(`tier ${r.tier}: ${r.result}`) ?? 0) + 1);
  return [...counts]
    .sort()
    .map(([k, n]) => `${k} ${n}`)
    .join('\n');
}
