/** What is needed of a Liberty file: the area of each cell. */
import { fail } from '../diag/diagnostic.ts';
import { badLiberty } from '../diag/messages-synth.ts';

export interface Library {
  readonly name: string;
  /** Cell → area, in the library's unit. */
  readonly areas: ReadonlyMap<string, number>;
  /** Area of the smallest two-input NAND, the unit of gate equivalents; undefined where no cell is called so. */
  readonly gate: number | undefined;
}

/** Comments, quoted text (which may hold anything), line continuations, words and punctuation. */
const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\]|\\[\s\S])*"|\\\r?\n|[{}():;,]|[^\s{}():;,"]+/g;

const NAND2 = /(^|_)nand2/i;

/** Reads cells and their areas; a diagnostic where the text is no Liberty library with cells of known area. */
export function readLiberty(text: string, file: string): Library {
  const tokens = text.match(TOKEN)?.filter((t) => !/^(\/\*|\/\/|\\\r?\n)/.test(t)) ?? [];
  const refuse = (why: string): never => fail(badLiberty(file, why));
  if (tokens[0] !== 'library' || tokens[1] !== '(') refuse('it does not begin with a library group');
  const areas = new Map<string, number>();
  const groups: string[] = [];
  let cell: string | undefined;
  for (const [i, t] of tokens.entries()) {
    if (t === '{') groups.push(groupName(tokens, i));
    else if (t === '}') {
      if (groups.length === 0) refuse('its braces do not match');
      if (groups.pop() === 'cell') cell = undefined;
    } else if (t === 'cell' && tokens[i + 1] === '(') cell = unquoted(tokens[i + 2] ?? '');
    else if (t === 'area' && tokens[i + 1] === ':' && cell !== undefined && groups.at(-1) === 'cell') {
      const area = Number(unquoted(tokens[i + 2] ?? ''));
      if (!(area >= 0)) refuse(`the area of cell ${cell} is no number`);
      areas.set(cell, area);
    }
  }
  if (groups.length > 0) refuse('it ends within a group: it is truncated');
  if (areas.size === 0) refuse('it has no cell with an area');
  const gates = [...areas].flatMap(([name, area]) => (NAND2.test(name) && area > 0 ? [area] : []));
  return { name: unquoted(tokens[2] ?? ''), areas, gate: gates.length > 0 ? Math.min(...gates) : undefined };
}

/** The word before the parentheses that stand before an opening brace. */
function groupName(tokens: readonly string[], brace: number): string {
  let i = brace - 1;
  while (i > 0 && tokens[i] !== '(') i--;
  return tokens[i - 1] ?? '';
}

const unquoted = (text: string): string => text.replace(/^"|"$/g, '');
