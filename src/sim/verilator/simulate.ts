import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, freemem, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runTool } from '../../tools/exec.ts';
import { makeVerilated, verilator, verilatorVersion } from '../../tools/verilator.ts';
import { harnessSource } from '../assets.ts';
import { cached, contentHash, lookUp } from '../cache.ts';
import type { RtlJob, RtlResult } from '../rtl.ts';
import { decodeTrace, encodeVectors, portsHeader } from './files.ts';

/** What to make fast: `run` for many cycles of one design, `build` for few cycles of many designs. */
export type Effort = 'run' | 'build';

/** The harness's sources, in `sim/rtl`. */
const HARNESS = ['driver.cpp', 'memory.hpp', 'stall.hpp'];

/** Versions to 5.026 have an optimisation that gives wrong values for some ands, ors, xors of bits: verilator issues 4059, 4832, 5186. */
const NO_BIT_TREES = '-fno-const-bit-op-tree';

const CXX_LEVEL: Record<Effort, string> = { run: '-O3', build: '-O1' };

/** Few files of short functions: each file reads the headers anew, and compilers take long functions badly. */
const SPLIT: Record<Effort, readonly string[]> = {
  run: [],
  build: ['--output-split', '400000', '--output-split-cfuncs', '500'],
};

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
    job.memory?.masters ?? [],
  );
  const harness = HARNESS.map((name) => [name, harnessSource(`sim/rtl/${name}`)] as const);
  const version = (await verilatorVersion()) ?? '';
  const args = verilatorArgs(job, effort);
  const flags = makeFlags(effort);
  const key = contentHash([version, ...args, ...flags, ...harness.flat(), ports, ...[...job.files].flat()]);
  return cached('verilator', key, async (dir) => {
    for (const [path, content] of job.files) {
      const file = join(dir, 'rtl', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    const work = join(dir, 'build');
    await mkdir(work);
    await writeFile(join(work, 'ports.hpp'), ports);
    for (const [name, text] of harness) await writeFile(join(work, name), text);
    await verilator(args, join(dir, 'rtl'));
    const make = ['-f', 'Vtop.mk', `-j${compilers()}`, ...flags];
    await withRuntime([version, ...flags], work, (extra) => makeVerilated([...make, ...extra], work));
    await rename(join(work, 'sim'), join(dir, 'sim'));
    await rm(work, { recursive: true });
  });
}

/**
 * Verilator compiles its own run-time library anew for each design, which takes longer than most designs do. Its
 * objects are the same every time, so they are put in place first, and `make` is told to leave them (`-o`).
 */
async function withRuntime(
  builtBy: readonly string[],
  work: string,
  build: (extra: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const key = contentHash([...builtBy, process.arch, process.platform]);
  const copy = async (from: string, to: string): Promise<string[]> => {
    const objects = (await readdir(from)).filter((name) => /^verilated\w*\.o$/.test(name));
    for (const name of objects) await copyFile(join(from, name), join(to, name));
    return objects;
  };
  const known = await lookUp('verilator-runtime', key);
  const objects = known ? await copy(known, work) : [];
  await build(objects.flatMap((name) => ['-o', name]));
  if (!known) await cached('verilator-runtime', key, async (dir) => void (await copy(work, dir)));
}

/** What a compiler may take for a large file, in bytes. */
const COMPILER_BYTES = 1.5e9;

/** How many compilers run at once: one for each core, as far as memory goes. */
const compilers = (): number => Math.max(1, Math.min(availableParallelism(), Math.floor(freemem() / COMPILER_BYTES)));

const makeFlags = (effort: Effort): string[] => [`OPT_FAST=${CXX_LEVEL[effort]}`, 'OPT_SLOW=-O0', 'OPT_GLOBAL=-O1'];

function verilatorArgs(job: RtlJob, effort: Effort): string[] {
  return [
    ...['--cc', '--exe', '-O3', '-Wno-fatal', '--x-initial', 'unique', '--x-assign', 'unique'],
    NO_BIT_TREES,
    ...SPLIT[effort],
    ...['--top-module', job.top, '--prefix', 'Vtop', '--Mdir', '../build', '-o', 'sim', '-CFLAGS', '-I.'],
    ...[...job.files.keys()].filter((path) => path.endsWith('.v')),
    '../build/driver.cpp',
  ];
}
