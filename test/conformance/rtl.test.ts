/**
 * Every kernel, on random parameters: reference = RTL in Icarus and Verilator, without and with stalls, and every
 * handshake in the cycle that the kernel's cycle model says. `SLUICE_CASES` kernels of each kind.
 */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import { kernels } from '../../src/kernels/index.ts';
import { runYosysScript } from '../../src/tools/yosys.ts';
import { hasIcarus, hasVerilator } from '../tools.ts';
import { benchGraph, drawSubject, type Subject } from './bench.ts';
import type { Sampler } from './case.ts';
import { checkRtl, FRAMES, lint } from './check.ts';

const CASES = Number(process.env['SLUICE_CASES'] ?? 8);
const FIRST_SEED = Number(process.env['SLUICE_SEED'] ?? 1);
const BATCH = 40;

async function samplerOf(kind: string): Promise<Sampler> {
  const file = new URL(`./samplers/${kind}.ts`, import.meta.url);
  if (!existsSync(file))
    throw new Error(`no sampler of ${kind}: write ${file.pathname.split('/').slice(-3).join('/')}`);
  return ((await import(file.href)) as { sample: Sampler }).sample;
}

async function draw(kind: string, first: number, count: number): Promise<Subject[]> {
  const sample = await samplerOf(kind);
  return Array.from({ length: count }, (_, i) => drawSubject(sample, first + i, FRAMES));
}

describe.each([...kernels.keys()])('%s', (kind) => {
  it('gives the integers of the reference, in the cycles of its model', async () => {
    for (let first = 0; first < CASES; first += BATCH) {
      const subjects = await draw(kind, FIRST_SEED + first, Math.min(BATCH, CASES - first));
      expect((await checkRtl(subjects)).slice(0, 20)).toEqual([]);
    }
  });

  it.skipIf(!hasIcarus || !hasVerilator)('reads without a warning in Verilator, Icarus and Yosys', async () => {
    const subjects = await draw(kind, FIRST_SEED, Math.min(8, CASES));
    const files = emitVerilog(benchGraph(subjects));
    await lint(files);
    const sources = [...files.keys()].filter((path) => path.endsWith('.v'));
    const script = [
      ...sources.map((path) => `read_verilog ${path}`),
      'hierarchy -check -top bench',
      'proc',
      'check -assert',
    ];
    const { log } = await runYosysScript(files, script.join('\n'));
    expect(log.split('\n').filter((line) => line.startsWith('Warning:'))).toEqual([]);
  });
});
