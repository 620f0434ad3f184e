import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { hexLines } from '../../num/hex.ts';
import { iverilog, vvp } from '../../tools/icarus.ts';
import { harnessSource } from '../assets.ts';
import type { RtlJob, RtlResult } from '../rtl.ts';
import { BENCH_SOURCES, BENCH_TOP, benchText } from './bench.ts';
import { parseTrace } from './text.ts';

/** Simulates the design in Icarus Verilog: slow, but with four-state logic, so that X on any port is seen. */
export async function simulateIcarus(job: RtlJob): Promise<RtlResult> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-icarus-'));
  try {
    const rtl = join(dir, 'rtl');
    for (const [path, content] of job.files) {
      await mkdir(dirname(join(rtl, path)), { recursive: true });
      await writeFile(join(rtl, path), content);
    }
    const vectorFile = (input: number): string => `../input${input}.hex`;
    for (const [i, { port, beats }] of job.inputs.entries()) {
      await writeFile(join(rtl, vectorFile(i)), hexLines(beats, port.width / 8));
    }
    const imageFile = (master: number): string => `../image${master}.hex`;
    for (const [m, { base, bytes, width }] of (job.memory?.masters ?? []).entries()) {
      const part = job.memory?.image.subarray(base, base + bytes) ?? new Uint8Array(0);
      await writeFile(join(rtl, imageFile(m)), hexLines(part, width / 8));
    }
    for (const source of BENCH_SOURCES) await writeFile(join(dir, basename(source)), harnessSource(source));
    await writeFile(join(dir, 'bench.v'), benchText(job, vectorFile, imageFile));
    const sources = [...job.files.keys()].filter((path) => path.endsWith('.v'));
    const bench = [...BENCH_SOURCES.map((source) => basename(source)), 'bench.v'].map((name) => `../${name}`);
    await iverilog(['-g2005', '-s', BENCH_TOP, '-o', '../bench.vvp', ...bench, ...sources], rtl);
    const { stdout } = await vvp(['-n', '../bench.vvp', '+trace'], rtl);
    return parseTrace(stdout, job);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
