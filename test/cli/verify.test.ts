import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { VerifyResult } from '../../src/flow/verify.ts';
import { sluice, workplace } from './session.ts';

/** `verify` as the gate of a pipeline: what it must let pass, and what it must not. */
let leave = async (): Promise<void> => {};
let dir = '';
const environment = { ...process.env };

beforeAll(async () => {
  ({ dir, leave } = await workplace());
  process.env['SLUICE_CACHE'] = join(dir, 'cache');
  expect((await sluice('build', 'mlp.onnx', '-o', 'good')).exitCode).toBe(0);
});
afterAll(() => leave());

beforeEach(async () => {
  await rm('out', { recursive: true, force: true });
  await cp('good', 'out', { recursive: true });
});
afterEach(() => {
  for (const name of ['PATH', 'SLUICE_CACHE', 'HOME', 'XDG_CACHE_HOME']) {
    const value = name === 'SLUICE_CACHE' ? join(dir, 'cache') : environment[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const document = async (...args: string[]): Promise<VerifyResult> =>
  JSON.parse((await sluice('verify', 'out', '--json', ...args)).stdout) as VerifyResult;

/** Changes the first hexadecimal digit that `pick` accepts on a line of a memory file. */
async function flip(file: string, line: number, at: number): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const text = lines[line] ?? '';
  const digit = (Number.parseInt(text.at(at) ?? '', 16) ^ 1).toString(16);
  lines[line] = at === -1 ? text.slice(0, -1) + digit : text.slice(0, at) + digit + text.slice(at + 1);
  await writeFile(file, lines.join('\n'));
}

describe('a good build', () => {
  it('is equal, and its JSON holds what pipelines read', async () => {
    const args = ['--with', 'reference,wasm', '--inputs', 'input.npy', '--expect', 'expected.npy'];
    const result = await document(...args);
    expect(result).toMatchObject({
      ok: true,
      samples: 64,
      executors: {
        reference: { status: 'equal', mismatches: 0 },
        wasm: { status: 'equal', mismatches: 0, cycles: result.model },
      },
      golden: { status: 'equal', mismatches: 0, maxAbsError: 0 },
    });
    expect(result.model.latency).toBeGreaterThan(0);
    expect(result.model.ii).toBeGreaterThan(0);
    expect(result.executors['reference']).not.toHaveProperty('cycles');
  });

  it('is equal under stalls, where cycles mean nothing', async () => {
    const answer = await sluice('verify', 'out', '--with', 'wasm', '--stall', '0.3', '--seed', '7', '--samples', '2');
    expect(answer.exitCode).toBe(0);
    expect(answer.stdout).toMatch(/^2 samples, stalls with probability 0.3; .*\n {2}wasm {7}equal\nequal/);
    expect(answer.progress).toEqual(['… the imported model', '… wasm']);
  });

  it('also meets expectations that are the raw integers', async () => {
    expect((await sluice('run', 'out', '--inputs', 'input.npy', '--ints', '-o', 'y.npy')).exitCode).toBe(0);
    const result = await document('--with', 'reference', '--inputs', 'input.npy', '--expect', 'y.npy');
    expect(result.golden).toMatchObject({ status: 'equal', maxAbsError: 0 });
  });
});

describe('a changed build', () => {
  it('of which one weight in a memory file is another, fails and says where', async () => {
    await flip('out/rtl/mem/MatMul_1_weights.mem', 3, 5);
    const answer = await sluice('verify', 'out', '--with', 'reference,wasm', '--inputs', 'input.npy');
    expect(answer.exitCode).toBe(1);
    expect(answer.stdout).toMatch(
      /reference {2}equal\n.*wasm {7}different .*frame \d+, element \d+: expected -?\d+, got/,
    );
    expect(answer.stderr).toContain('W0720');
    expect(answer.stdout.trimEnd().split('\n').at(-1)).toBe('NOT EQUAL');
    const result = await document('--with', 'wasm');
    expect(result.ok).toBe(false);
    expect(result.executors['wasm']?.mismatches).toBeGreaterThan(0);
    expect(result.executors['wasm']?.notes.join()).toMatch(/m_axis: frame/);
  });

  it('fails too where the samples cannot show it: the weight of a pixel that is never lit', async () => {
    await flip('out/rtl/mem/MatMul_0_weights.mem', 3, -1);
    const result = await document('--with', 'wasm', '--inputs', 'input.npy');
    expect(result.ok).toBe(false);
    expect(result.executors['wasm']?.status).toBe('different');
    expect(result.executors['wasm']?.notes[0]).toContain('rtl/mem/MatMul_0_weights.mem');
  });

  it('of which one weight in the C++ is another, is caught by csim', async () => {
    const file = 'out/hls/weights/MatMul_1.hpp';
    const text = await readFile(file, 'utf8');
    const changed = text.replace(/(= [^-\d]*)(-?\d+)/, (_all, before, weight) => `${before}${weight === '1' ? 0 : 1}`);
    expect(changed).not.toBe(text);
    await writeFile(file, changed);
    const answer = await sluice('verify', 'out', '--with', 'csim');
    expect(answer.exitCode).toBe(1);
    expect(answer.stdout).toMatch(/csim {7}different .*frame \d+, element \d+/);
  });

  it('passes when only a comment was added', async () => {
    const file = 'out/rtl/mlp.v';
    await writeFile(file, `${await readFile(file, 'utf8')}\n// reviewed\n`);
    const answer = await sluice('verify', 'out', '--with', 'wasm');
    expect(answer.exitCode).toBe(0);
    expect(answer.stderr).toContain('rtl/mlp.v');
  });

  it('that no tool can read is a failure, not a difference, and spares the other executors', async () => {
    const file = 'out/rtl/lib/sluice_fifo.v';
    await writeFile(file, `${await readFile(file, 'utf8')}\nmodule\n`);
    const answer = await sluice('verify', 'out', '--with', 'wasm,reference');
    expect(answer.exitCode).toBe(3);
    expect(answer.stdout).toMatch(/wasm {7}failed .*\n {2}reference {2}equal\nNOT VERIFIED/);
    expect(answer.stderr).toMatch(/error\[E06\d\d\].*\n( {2}\|.*\n)*.*syntax error/);
    expect(answer.stderr).not.toMatch(/^\s+at /m);
  });
});

describe('tools', () => {
  it('that were asked for and are not there end in 3, with how to get them', async () => {
    process.env['PATH'] = join(dir, 'nothing');
    const answer = await sluice('verify', 'out', '--with', 'reference,verilator,icarus');
    expect(answer.exitCode).toBe(3);
    expect(answer.stdout).toMatch(
      /verilator {2}missing .*\n {2}icarus {5}missing .*\nNOT VERIFIED: a tool is missing\n/,
    );
    expect(answer.stderr).toBe(
      'error[E0601]: verilator: it is not found on PATH\n' +
        '  help: install Verilator 5.006 or newer, such as with "apt-get install verilator g++ make"\n' +
        'error[E0601]: icarus: it is not found on PATH\n' +
        '  help: install Icarus Verilog 11 or newer, such as with "apt-get install iverilog"\n',
    );
    expect(await document('--with', 'verilator')).toMatchObject({
      ok: false,
      executors: { verilator: { status: 'missing' } },
    });
  });

  it.each([['echo boom >&2; exit 1'], ['exit 1']])('that fail (%s) end in 3, with the log', async (script) => {
    await mkdir('bin', { recursive: true });
    await writeFile('bin/verilator', `#!/bin/sh\n${script}\n`);
    await chmod('bin/verilator', 0o755);
    process.env['PATH'] = [join(dir, 'bin'), environment['PATH']].join(delimiter);
    const answer = await sluice('verify', 'out', '--with', 'reference,verilator');
    expect(answer.exitCode).toBe(3);
    expect(answer.stdout).toMatch(/reference {2}equal\n {2}verilator {2}failed {5}exit code 1\nNOT VERIFIED/);
    expect(answer.stderr).toMatch(/^error\[E0602\]: verilator: exit code 1\n/);
    const log = /full output: (.*)/.exec(answer.stderr)?.[1] ?? '';
    expect(await readFile(log, 'utf8')).toMatch(/^verilator --cc .*mlp\.v/);
    await rm(log);
  });
});

describe('the cache', () => {
  it('must be writable where it was asked for', async () => {
    process.env['SLUICE_CACHE'] = join(dir, 'mlp.onnx/cache');
    const answer = await sluice('verify', 'out', '--with', 'csim');
    expect(answer.exitCode).toBe(2);
    expect(answer.stderr).toMatch(/^error\[E0718\]: SLUICE_CACHE: .* cannot be written: a part of the path is a file/);
    expect((await sluice('verify', 'out', '--with', 'reference')).exitCode).toBe(0);
  });

  it('may lie in a home that cannot be written: a temporary one serves', async () => {
    delete process.env['SLUICE_CACHE'];
    process.env['XDG_CACHE_HOME'] = join(dir, 'mlp.onnx');
    const answer = await sluice('verify', 'out', '--with', 'csim', '--samples', '2');
    expect(answer.exitCode).toBe(0);
    expect(answer.stderr).toMatch(/^warning\[W0719\]/);
    expect(process.env['SLUICE_CACHE']).toBeUndefined();
  });
});
