/** A share for people. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Cells as text in columns as wide as their widest; `right` says which are set to the right. */
export function columns(
  rows: readonly (readonly string[])[],
  right: (column: number) => boolean = () => false,
): string[] {
  const widths = widthsOf(rows);
  const cell = (text: string, i: number): string =>
    right(i) ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0);
  return rows.map((r) => r.map(cell).join('  ').trimEnd());
}

/** The same with a rule below the heads; none below an empty head. */
export function ruled(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  right?: (column: number) => boolean,
): string[] {
  const widths = widthsOf([heads, ...rows]);
  return columns([heads, heads.map((h, i) => '-'.repeat(h === '' ? 0 : (widths[i] ?? 0))), ...rows], right);
}

const widthsOf = (rows: readonly (readonly string[])[]): number[] =>
  (rows[0] ?? []).map((_, i) => Math.max(...rows.map((r) => r[i]?.length ?? 0)));
