import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runTool } from '../../tools/exec.ts';
import { verilator, verilatorVersion } from '../../tools/verilator.ts';
import { harnessSource } from '../assets.ts';
import { cached, contentHash } from '../cache.ts';
import type { RtlJob, RtlResult } from '../rtl.ts';
import { decodeTrace, encodeVectors, portsHeader } from './files.ts';

/** What to make fast: `run` for many cycles of one design, `build` for few cycles of many designs. */
export type Effort = 'run' | 'build';

const CXX_LEVEL: Record<Effort, string> = { run: '-O3', build: '-O1' };

/**
 * Simulates the design natively. It is compiled once; other vectors, stalls and numbers of frames use the same
 * program. Verilator has two-state logic, so registers start at random values instead of X.
 */
export async function simulateVerilator(job: RtlJob, effort: Effort = 'run'): Promise<RtlResult> {
  const entry = await compiled(job, effort);
  const scratch = await mkdtemp(join(tmpdir(), 'sluice-verilator-'));
  try {
    const vectors = join(scratch, 'vectors.bin');
    const trace = join(scratch, 'trace.bin');
    await writeFile(vectors, encodeVectors(job));
    // Memory files are named relative to the rtl folder.
    await runTool({ tool: join(entry, 'sim'), args: [vectors, trace], cwd: join(entry, 'rtl'), install: '' });
    return decodeTrace(await readFile(trace), job);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function compiled(job: RtlJob, effort: Effort): Promise<string> {
  const ports = portsHeader(
    job.inputs.map((i) => i.port),
    job.outputs,
  );
  const driver = harnessSource('sim/rtl/driver.cpp');
  const version = (await verilatorVersion()) ?? '';
  const args = verilatorArgs(job, effort);
  const key = contentHash([version, ...args, driver, ports, ...[...job.files].flat()]);
  return cached('verilator', key, async (dir) => {
    for (const [path, content] of job.files) {
      const file = join(dir, 'rtl', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    const work = join(dir, 'build');
    await mkdir(work);
    await writeFile(join(work, 'ports.hpp'), ports);
    await writeFile(join(work, 'driver.cpp'), driver);
    await verilator(args, join(dir, 'rtl'));
    await rename(join(work, 'sim'), join(dir, 'sim'));
    await rm(work, { recursive: true });
  });
}

function verilatorArgs(job: RtlJob, effort: Effort): string[] {
  const level = CXX_LEVEL[effort];
  return [
    ...['--cc', '--exe', '--build', '-j', '1', '-O3', '-Wno-fatal', '--x-initial', 'unique', '--x-assign', 'unique'],
    ...['--top-module', job.top, '--prefix', 'Vtop', '--Mdir', '../build', '-o', 'sim', '-CFLAGS', '-I.'],
    ...['-MAKEFLAGS', `OPT_FAST=${level} OPT_SLOW=-O0 OPT_GLOBAL=${level}`],
    ...[...job.files.keys()].filter((path) => path.endsWith('.v')),
    '../build/driver.cpp',
  ];
}
