import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '../../tools/exec.ts';
import { verilatorVersion } from '../../tools/verilator.ts';
import { harnessSource } from '../assets.ts';
import { cached, contentHash } from '../cache.ts';
import type { RtlJob, RtlResult } from '../rtl.ts';
import { decodeTrace, encodeVectors, portsHeader } from './files.ts';
import { pieces } from './parts.ts';
import { buildProgram, designText, type Effort, recipeText } from './program.ts';

/** The harness's sources, in `sim/rtl`, and the one that is made for the design. */
const HARNESS = ['driver.cpp', 'memory.hpp', 'parts.hpp', 'stall.hpp'];
const PORTS = 'ports.hpp';

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
  const harness = new Map([
    ...HARNESS.map((name) => [name, harnessSource(`sim/rtl/${name}`)] as const),
    [PORTS, ports],
  ]);
  const recipe = { version: (await verilatorVersion()) ?? '', effort, harness };
  const design = pieces(job.files);
  const key = contentHash([...recipeText(recipe), ...designText(job.top, design)]);
  return cached('verilator', key, (dir) => buildProgram(job.top, design, recipe, dir));
}
