import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeInto } from '../../src/emit/fileset.ts';
import { emitVerilog } from '../../src/emit/verilog/emit.ts';
import { emitTestBench } from '../../src/emit/verilog/testbench.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { axisPorts } from '../../src/kernels/axis.ts';
import { packBeats } from '../../src/sim/vectors.ts';
import { benchGraph, drawSubject, type Subject } from '../conformance/bench.ts';
import { sample as sampleMvu } from '../conformance/samplers/mvu.ts';
import { sample as samplePool } from '../conformance/samplers/pool.ts';
import { passThrough } from '../sim/pass-through.ts';
import { hasIcarus, hasVerilator } from '../tools.ts';

const run = promisify(execFile);

const subjects = (): Subject[] => [drawSubject(sampleMvu, 5, 3), drawSubject(samplePool, 6, 3)];

describe('the Verilog emitter', () => {
  it('gives the same bytes every time', () => {
    const bytes = (): string => JSON.stringify([...emitVerilog(benchGraph(subjects()))]);
    expect(bytes()).toBe(bytes());
  });

  it('names memory files after their kernels and lists every source', () => {
    const files = emitVerilog(benchGraph(subjects()));
    expect([...files.keys()]).toContain('mem/mvu5_weights.mem');
    expect(files.get('bench.v')).toContain('.WEIGHTS("mem/mvu5_weights.mem")');
    const listed = String(files.get('sources.f')).trim().split('\n');
    expect(listed).toEqual([...files.keys()].filter((path) => path.endsWith('.v')).sort(libraryFirst));
  });

  it('says from which ONNX nodes an instance comes', () => {
    expect(emitVerilog(benchGraph(subjects())).get('bench.v')).toContain('// mvu, from mvu, seed 5');
  });

  it('calls single ports s_axis and m_axis and keeps clear of keywords', () => {
    const graph = { ...passThrough({ depths: [2] }), name: 'table' };
    const text = String(emitVerilog(graph).get('table_top.v'));
    expect(text).toContain('module table_top (');
    expect(text).toMatch(/input {2}wire \[7:0\] s_axis_tdata,/);
    expect(text).toMatch(/output wire \[7:0\] m_axis_tdata,/);
  });

  it('refuses a stream with two consumers', () => {
    const graph = passThrough({ depths: [2] });
    const [port] = graph.outputs;
    const twice = { ...graph, outputs: port ? [port, { ...port, name: 'again' }] : [] };
    expect(() => emitVerilog(twice)).toThrow(/2 consumers/);
  });
});

const libraryFirst = (a: string, b: string): number =>
  Number(b.startsWith('lib/')) - Number(a.startsWith('lib/')) || (a < b ? -1 : 1);

describe('the test bench for users', () => {
  let dir = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
    await write(0);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  async function write(error: number): Promise<void> {
    const all = subjects();
    const graph = benchGraph(all);
    const { inputs, outputs } = axisPorts(graph);
    const values = all.flatMap((s) => s.expected.map((data) => data.slice()));
    if (values[0]) values[0][1] = (values[0][1] as number) + error;
    const pack = (ports: typeof inputs, data: readonly ArrayLike<number>[]) =>
      ports.map((p, i) => ({ beats: packBeats(data[i] ?? [], typeOf(graph, p.value), p.width) }));
    const expected = pack(outputs, values);
    const given = pack(
      inputs,
      all.flatMap((s) => s.inputs),
    );
    await writeInto(join(dir, 'rtl'), emitVerilog(graph));
    await writeInto(join(dir, 'sim'), emitTestBench(graph, given, expected));
  }
  const typeOf = (graph: Graph, value: string) => {
    const type = graph.values[value];
    if (!type) throw new Error(`no value ${value}`);
    return type;
  };

  async function icarus(...options: string[]): Promise<string> {
    const cwd = join(dir, 'rtl');
    const args = ['-g2005', '-s', 'bench_tb', '-o', '../sim/tb.vvp', '-f', 'sources.f', '-f', '../sim/sources.f'];
    await run('iverilog', args, { cwd });
    return (await run('vvp', ['-n', '../sim/tb.vvp', ...options], { cwd })).stdout;
  }

  it.skipIf(!hasIcarus)('passes in Icarus, with and without stalls, and names the cycle of each frame', async () => {
    expect(await icarus()).toMatch(/m_axis_mvu5_out0: frame 2 complete in cycle \d+[\s\S]*PASS: \d+ cycles/);
    expect(await icarus('+stall=40')).toMatch(/PASS: \d+ cycles/);
  });

  it.skipIf(!hasVerilator)('passes in Verilator', async () => {
    const args = ['--binary', '-Wno-fatal', '-j', '1', '--top-module', 'bench_tb', '--Mdir', '../sim/obj'];
    await run('verilator', [...args, '-f', 'sources.f', '-f', '../sim/sources.f'], { cwd: join(dir, 'rtl') });
    const { stdout } = await run('../sim/obj/Vbench_tb', ['+stall=20'], { cwd: join(dir, 'rtl') });
    expect(stdout).toMatch(/PASS: \d+ cycles/);
  });

  it.skipIf(!hasIcarus)('fails when one integer differs', async () => {
    await write(1);
    const text = await icarus();
    expect(text).toMatch(/V m_axis_mvu5_out0: frame 0, beat \d+ is [0-9a-f]+ instead of [0-9a-f]+/);
    expect(text).toMatch(/^FAIL$/m);
    expect(text).not.toContain('PASS');
  });
});
