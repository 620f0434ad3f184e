import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../diag/diagnostic.ts';
import { toolFailed } from '../../diag/messages-emit.ts';
import { clangWasm, clangWasmVersion } from '../../tools/clang.ts';
import { cached, contentHash } from '../cache.ts';
import { compileModule } from '../wasm/engine.ts';
import type { CsimSource } from './job.ts';
import type { Bench } from './native.ts';
import { runWasi } from './wasi.ts';

/** Without exceptions and with room on the stack for the local buffers of large kernels. */
const FLAGS = ['--target=wasm32-wasip1', '-fno-exceptions', '-fno-strict-aliasing', '-Wl,-z,stack-size=16777216'];

/** Compiles with Clang in WebAssembly, for machines without a C++ compiler; the program is kept. */
export async function wasmBench(source: CsimSource): Promise<Bench> {
  const args = [...FLAGS, ...source.args];
  const key = contentHash([await clangWasmVersion(), ...args, ...source.sources, ...[...source.files].flat()]);
  const entry = await cached('csim', key, async (dir) => {
    await writeFile(join(dir, 'csim.wasm'), await compiled(source, args));
  });
  const file = join(entry, 'csim.wasm');
  const program = await compileModule(await readFile(file));
  return async (input, image) => {
    const commandLine = ['csim', ...(image ? ['--memory', '-'] : []), '-', '--write', '-'];
    const run = await runWasi(program, commandLine, image ? Buffer.concat([image, input]) : input);
    if (run.exitCode === 0) return run.stdout;
    const outcome = `exit code ${run.exitCode}`;
    const lastLines = run.stderr.trimEnd().split('\n');
    return fail(
      toolFailed({ tool: 'csim', commandLine: commandLine.join(' '), outcome, lastLines, log: file }),
      'tool',
    );
  };
}

/** Several files are compiled one by one: each needs much of the 4 GiB that a WebAssembly program can have. */
async function compiled({ files, sources }: CsimSource, args: readonly string[]): Promise<Uint8Array> {
  if (sources.length === 1) return clangWasm(files, [...args, ...sources]);
  const objects = new Map<string, Uint8Array>();
  for (const path of sources) objects.set(`${objects.size}.o`, await clangWasm(files, [...args, '-c', path]));
  return clangWasm(objects, [...args, ...objects.keys()]);
}
