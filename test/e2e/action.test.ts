/** `action.yml`, run as a runner does: each step in a shell of its own, inputs put into its text, stopped at the first failure. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { onPath } from '../../src/flow/presence.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Step {
  readonly name: string;
  readonly shell: string;
  readonly env?: { readonly [name: string]: string };
  readonly run: string;
}
interface Action {
  readonly inputs: { readonly [name: string]: { readonly required?: boolean; readonly default?: string } };
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Action;
const dir = mkdtempSync(join(tmpdir(), 'sluice-action-'));
const summary = join(dir, 'summary.md');
const verilator = await onPath('verilator');

beforeAll(() => {
  for (const file of ['model.onnx', 'input.npy', 'expected.npy'])
    cpSync(join(ROOT, 'examples/digits-mlp', file), join(dir, file));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

type Inputs = { readonly [name: string]: string };

/** Runs the steps; `between` may change files before a step. Gives the step that failed, with its code. */
function run(
  given: Inputs,
  between: (next: string) => void = () => {},
): { failed?: string; code: number; text: string } {
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: usual }]) => [name, given[name] ?? usual ?? '']),
  );
  const put = (text: string): string =>
    text.replaceAll(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, name: string) => inputs[name] ?? '');
  writeFileSync(summary, '');
  let text = '';
  for (const step of action.runs.steps) {
    between(step.name);
    const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([k, v]) => [k, put(v)]));
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', put(step.run)],
      {
        cwd: dir,
        env: { ...process.env, ...own, GITHUB_STEP_SUMMARY: summary },
        encoding: 'utf8',
      },
    );
    text += stdout + stderr;
    if (status !== 0) return { failed: step.name, code: status ?? -1, text };
  }
  return { code: 0, text };
}

const tsx = join(ROOT, 'node_modules/tsx/dist/loader.mjs');
const command = `${process.execPath} --import ${tsx} ${join(ROOT, 'src/cli/main.ts')}`;
const INPUTS: Inputs = {
  model: 'model.onnx',
  command,
  'build-options': '--target-ii 64',
  'verify-options': '--inputs input.npy --expect expected.npy --samples 8',
  stall: '0.2',
  executors: verilator ? 'reference,verilator' : 'reference,wasm',
  baseline: 'sluice.json',
};

describe('the action', () => {
  it('is composite, and every step says its shell', () => {
    expect(action.runs.using).toBe('composite');
    for (const step of action.runs.steps) expect(step.shell).toBe('bash');
  });

  it('puts no input into the text of a script, and runs the version that it belongs to', () => {
    for (const step of action.runs.steps) expect(step.run).not.toContain('${{');
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
    expect(action.inputs['version']?.default).toBe(version);
  });

  it('wants a baseline before it compares with one', () => {
    const { failed, code, text } = run(INPUTS);
    expect([failed, code]).toEqual(['Gate', 2]);
    expect(text).toContain('E1103');
  });

  it('passes on a good build, and writes a summary', () => {
    expect(run({ ...INPUTS, baseline: '' })).toMatchObject({ code: 0 });
    const args = 'gate sluice-build --verdict sluice-build.verdict.json --baseline sluice.json --update';
    expect(spawnSync('bash', ['-c', `${command} ${args}`], { cwd: dir }).status).toBe(0);
    expect(run(INPUTS)).toMatchObject({ code: 0 });
    expect(readFileSync(summary, 'utf8')).toContain('equal, integer for integer');
    expect(readFileSync(summary, 'utf8')).toContain('| initiation interval, cycles | 64 | 64 | same | ✅ |');
  });

  it('fails where the RTL is not the model', () => {
    const { failed, code } = run(INPUTS, (next) => next === 'Verify' && sow(join(dir, 'sluice-build/rtl')));
    expect([failed, code]).toEqual(['Gate', 1]);
    expect(readFileSync(summary, 'utf8')).toContain('Hardware and model **differ**');
  });

  it('fails where the RTL is equal, but takes other cycles than predicted', () => {
    const { failed, code } = run(INPUTS, (next) => next === 'Verify' && delay(join(dir, 'sluice-build/rtl')));
    expect([failed, code]).toEqual(['Gate', 1]);
  });

  it('runs again under stalls', () => {
    const hang = run({ ...INPUTS, stall: '2' });
    expect([hang.failed, hang.code]).toEqual(['Stalls', 2]);
    expect(run({ ...INPUTS, stall: '' }).code).toBe(0);
  });

  it('fails where cycles grow, and where they may, passes', () => {
    const slower = { ...INPUTS, 'build-options': '--target-ii 128' };
    const { failed, code } = run(slower);
    expect([failed, code]).toEqual(['Gate', 1]);
    expect(readFileSync(summary, 'utf8')).toMatch(
      /\| initiation interval, cycles \| 64 \| 128 \| \+64 \(\+100\.0 %\) \| ❌ \|/,
    );
    expect(run({ ...slower, 'max-cycles': '1' })).toMatchObject({ code: 0 });
  });
});

/** Lets every FIFO take a beat only in every other cycle: right integers, later. */
function delay(rtl: string): void {
  const file = join(rtl, 'lib', 'sluice_fifo.v');
  const text = readFileSync(file, 'utf8');
  const changed = text
    .replace(
      'assign in_ready  = not_full;',
      "reg turn; always @(posedge clk) turn <= rst ? 1'b0 : !turn;\nassign in_ready = not_full && turn;",
    )
    .replace('in_valid && not_full;', 'in_valid && in_ready;');
  expect(changed).not.toBe(text);
  writeFileSync(file, changed);
}

/** Inverts the sign of an accumulation, as a careless edit would. */
function sow(rtl: string): void {
  const file = join(rtl, 'lib', 'sluice_mvu.v');
  const path = existsSync(file)
    ? file
    : join(rtl, 'lib', readdirSync(join(rtl, 'lib')).find((f) => /mvu/.test(f)) ?? '');
  const text = readFileSync(path, 'utf8');
  const changed = text.replace(/<=([^;]*) \+ /, '<=$1 - ');
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
}
