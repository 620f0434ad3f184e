/** What large circuits say of themselves in Verilog: which module is a part, and which holds all parts of one. */
import type { FileContent } from './yosys.ts';

/** The attribute of modules so many alike that one by one they would be too much for Yosys. */
export const TABLE = 'sluice_table';
/** The attribute of a large module, the only one in its file: tools may take it by itself, beside what it has instances of. */
export const PART = 'sluice_part';
/** The attribute of a module, the only one in its file, of nothing but parts: their ports are joined by their names. */
export const PARTS = 'sluice_parts';

/** Characters of a file in which an attribute is looked for. */
const HEADER = 2000;

const headed = (attribute: string): RegExp => new RegExp(`^\\s*\\(\\* ${attribute} \\*\\)\\s*module\\s+(\\w+)`, 'm');

/** The module of a file that has the attribute; undefined where none has. */
export function moduleWith(attribute: string, content: FileContent): string | undefined {
  const header = typeof content === 'string' ? content.slice(0, HEADER) : decoded(content.subarray(0, HEADER));
  return headed(attribute).exec(header)?.[1];
}

export const isVerilog = (path: string): boolean => /\.s?v$/.test(path);

/** A file's text without its comments. */
export const codeIn = (content: FileContent): string =>
  (typeof content === 'string' ? content : decoded(content)).replace(/\/\/[^\n]*/g, '');

/** By the name of each module, its file. */
export function modulePaths(files: ReadonlyMap<string, FileContent>): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const [path, content] of files) {
    if (!isVerilog(path)) continue;
    for (const [, name] of codeIn(content).matchAll(/\bmodule\s+(\w+)/g)) paths.set(name as string, path);
  }
  return paths;
}

/** A Verilog file with all that it names, and what those name; and everything that is not Verilog. */
export function withInstances(
  files: ReadonlyMap<string, FileContent>,
  first: string,
  pathOf: ReadonlyMap<string, string>,
): Map<string, FileContent> {
  const found = new Set([first]);
  for (const path of found) {
    const names = new Set(codeIn(files.get(path) as FileContent).match(/[A-Za-z_]\w*/g));
    for (const name of names) found.add(pathOf.get(name) ?? path);
  }
  return new Map([...files].filter(([path]) => found.has(path) || !isVerilog(path)));
}

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
