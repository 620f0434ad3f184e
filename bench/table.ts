import type { Row } from './bench.ts';

/** Three significant digits, thousands separated. */
function figure(v: number): string {
  const digits = v >= 100 ? 0 : v >= 10 ? 1 : 2;
  return v.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A row alone, as it comes. */
export const line = (r: Row): string =>
  [
    r.what,
    `${figure(r.value)} ${r.unit}`,
    ...(r.against ? [`${figure(r.against.ratio)} × ${r.against.what}`] : []),
  ].join('  ');

export function table(name: string, summary: string, load: readonly [number, number], rows: readonly Row[]): string {
  const cells = rows.map((r) => [
    r.what,
    `${figure(r.value)} ${r.unit}`,
    r.against ? `${figure(r.against.ratio)} × ${r.against.what}` : '',
    r.cpu === undefined ? '' : `${figure(r.cpu)} s`,
    r.peak === undefined ? '' : `${figure(r.peak)} MB`,
  ]);
  const all = [['', 'measured', 'ratio', 'CPU', 'peak memory'], ...cells];
  const widths = [0, 1, 2, 3, 4].map((c) => Math.max(...all.map((r) => r[c]?.length ?? 0)));
  const lines = all.map((r) =>
    r
      .map((text, c) => text.padEnd(widths[c] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [`${name}: ${summary} (load ${load.map((l) => l.toFixed(1)).join(' → ')})`, ...lines].join('\n');
}
