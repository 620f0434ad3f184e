/** Verilator takes no line of more than 40,000 words. */
const NAMES_PER_LINE = 16;

/** Names in lines, behind each but the last a comma. */
export function inLines(names: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; i < names.length; i += NAMES_PER_LINE) lines.push(names.slice(i, i + NAMES_PER_LINE).join(', '));
  return lines.join(',\n        ');
}
