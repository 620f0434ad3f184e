/**
 * Clang and its linker, compiled to WebAssembly: the only user of `@yowasp/clang`.
 *
 * Works on an in-memory file tree, without `..` in paths; nothing is written to the console or to the disk.
 */
import type { Tree } from '@yowasp/clang';
import { fail } from '../diag/diagnostic.ts';
import { toolFailed } from '../diag/messages-emit.ts';

const LAST_LINES = 12;
const OUTPUT = 'a.wasm';

/** Compiles and links C++ sources to a WASI program. `files`: path → content; `args`: sources and flags. */
export async function clangWasm(
  files: ReadonlyMap<string, string | Uint8Array>,
  args: readonly string[],
): Promise<Uint8Array> {
  const { commands, Exit, runLLVM } = await import('@yowasp/clang');
  const log: Uint8Array[] = [];
  const collect = (bytes: Uint8Array | null): void => {
    if (bytes) log.push(bytes.slice());
  };
  const options = { stdout: collect, stderr: collect };
  const failed = (outcome: string): never => {
    const lastLines = Buffer.concat(log).toString('utf8').trimEnd().split('\n').slice(-LAST_LINES);
    const commandLine = ['clang++', ...args].join(' ');
    return fail(toolFailed({ tool: 'clang (WebAssembly)', commandLine, outcome, lastLines, log: 'none' }), 'tool');
  };
  try {
    // Without arguments it only loads itself; `clang++` would do so too, but with progress on the console.
    await runLLVM(undefined, undefined, { fetchProgress: () => undefined });
    const tree = await commands['clang++']([...args, '-o', OUTPUT], treeOf(files), options);
    const program = tree?.[OUTPUT];
    return program instanceof Uint8Array ? program : failed('no program was written');
  } catch (error) {
    if (error instanceof Exit) return failed(`exit code ${error.code}`);
    throw error;
  }
}

/** The version of the package's compiler, for cache keys. */
export async function clangWasmVersion(): Promise<string> {
  const module: object = await import('@yowasp/clang');
  return `@yowasp/clang ${'version' in module ? module.version : ''}`;
}

function treeOf(files: ReadonlyMap<string, string | Uint8Array>): Tree {
  const root: Tree = {};
  for (const [path, content] of files) {
    const parts = path.split('/');
    const name = parts.pop() as string;
    let dir = root;
    for (const part of parts) {
      const next = (dir[part] ?? {}) as Tree;
      dir[part] = next;
      dir = next;
    }
    dir[name] = content;
  }
  return root;
}
