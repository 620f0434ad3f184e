/** The native C++ compiler. */
import { runTool, type ToolOutput, toolVersion } from './exec.ts';

const CANDIDATES = ['c++', 'g++', 'clang++'];
const INSTALL = 'install a C++ compiler, such as with "apt-get install g++", or set CXX to its name';

export interface CxxCompiler {
  readonly command: string;
  /** The first line of `--version`. */
  readonly version: string;
}

let found: Promise<CxxCompiler | undefined> | undefined;

/** `$CXX` if set, otherwise the first of c++, g++ and clang++ that runs; undefined where there is none. */
export function cxxCompiler(): Promise<CxxCompiler | undefined> {
  found ??= search();
  return found;
}

async function search(): Promise<CxxCompiler | undefined> {
  const chosen = process.env['CXX'];
  for (const command of chosen ? [chosen] : CANDIDATES) {
    const version = await toolVersion(command);
    if (version !== undefined) return { command, version };
  }
  return undefined;
}

/** Runs the compiler in a directory; without one on the machine, an error says how to get it. */
export async function cxx(args: readonly string[], cwd: string): Promise<ToolOutput> {
  const compiler = await cxxCompiler();
  return runTool({ tool: compiler?.command ?? process.env['CXX'] ?? 'c++', args, cwd, install: INSTALL });
}
