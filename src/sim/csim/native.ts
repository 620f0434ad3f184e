import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { cxx, cxxCompiler } from '../../tools/cxx.ts';
import { runTool } from '../../tools/exec.ts';
import { cached, contentHash } from '../cache.ts';
import type { CsimSource } from './job.ts';

/** The compiled program: input file's bytes and the memory image in, output file's bytes out. */
export type Bench = (input: Uint8Array, image: Uint8Array | undefined) => Promise<Uint8Array>;

/** Compiles with the machine's own compiler; the program is kept. */
export async function nativeBench(source: CsimSource): Promise<Bench> {
  const version = (await cxxCompiler())?.version ?? '';
  const key = contentHash([version, ...source.args, ...source.sources, ...[...source.files].flat()]);
  const entry = await cached('csim', key, async (dir) => {
    const work = join(dir, 'src');
    for (const [path, content] of source.files) {
      const file = join(work, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    await cxx([...source.args, ...source.sources, '-fno-strict-aliasing', '-o', '../csim'], work);
    await rm(work, { recursive: true });
  });
  return async (input, image) => {
    const scratch = await mkdtemp(join(tmpdir(), 'sluice-csim-'));
    try {
      const [vectors, output] = [join(scratch, 'input.bin'), join(scratch, 'output.bin')];
      await writeFile(vectors, input);
      const tool = resolve(entry, 'csim');
      const memory = join(scratch, 'memory.bin');
      if (image) await writeFile(memory, image);
      const args = [...(image ? ['--memory', memory] : []), vectors, '--write', output];
      await runTool({ tool, args, install: '' });
      return await readFile(output);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  };
}
