import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diag/diagnostic.ts';
import { writeNpy } from '../../src/num/npy.ts';
import { CALIBRATION } from './calibration.ts';
import { FLOAT_MODEL, OPEN_SHAPE, UNSUPPORTED } from './models.ts';
import { type Answer, ROOT, sluice, workplace } from './session.ts';

/** Refreshed by UPDATE_GOLDEN=1. */
const GOLDEN = join(ROOT, 'test/cli/golden');

interface Case {
  /** Names the golden file. */
  readonly name: string;
  readonly args: readonly string[];
  readonly exitCode: 1 | 2 | 3;
  /** Files to write first: text, bytes, or a change to a copy of the good build in `changed/`. */
  readonly files?: { readonly [path: string]: string | Uint8Array };
  readonly prepare?: () => Promise<void>;
}

const build = (...args: string[]): string[] => ['build', 'mlp.onnx', '-o', 'new', ...args];
const verify = (...args: string[]): string[] => ['verify', 'good', '--with', 'reference', ...args];
const run = (...args: string[]): string[] => ['run', 'mlp.onnx', ...args];
const sweep = (): string[] => ['sweep', 's.json', '-o', 'new'];
const gate = (): string[] => ['gate', 'good', '--verdict', 'v.json', '--baseline', 'b.json'];
const VERDICT = '{"ok": true, "samples": 1, "executors": {}}';
const remove = (path: string) => () => rm(path);
const append = (path: string) => async () => writeFile(path, `${await readFile(path, 'latin1')} `, 'latin1');

const CASES: readonly Case[] = [
  { name: 'no-verb', args: [], exitCode: 2 },
  { name: 'unknown-verb', args: ['bild', 'mlp.onnx'], exitCode: 2 },
  { name: 'unknown-option', args: build('--target-i', '3'), exitCode: 2 },
  { name: 'missing-output', args: ['build', 'mlp.onnx'], exitCode: 2 },
  { name: 'extra-argument', args: build('more'), exitCode: 2 },
  { name: 'option-out-of-range', args: build('--target-ii', '0'), exitCode: 2 },
  { name: 'stall-out-of-range', args: verify('--stall', '1'), exitCode: 2 },
  { name: 'too-many-samples', args: verify('--samples', '1000000000'), exitCode: 2 },
  { name: 'two-goals', args: build('--target-ii', '3', '--target-fps', '100'), exitCode: 2 },
  { name: 'architecture', args: build('--arch', 'systolic'), exitCode: 2 },
  { name: 'sweep-unknown-key', args: sweep(), files: { 's.json': '{"model": "mlp.onnx", "axis": {}}' }, exitCode: 2 },
  {
    name: 'sweep-axis',
    args: sweep(),
    files: { 's.json': '{"model": "mlp.onnx", "axes": {"targetIi": [64, 0]}}' },
    exitCode: 2,
  },
  {
    name: 'sweep-without-data',
    args: sweep(),
    files: { 's.json': '{"model": "mlp.onnx", "axes": {"targetIi": [64]}, "objectives": ["error"]}' },
    exitCode: 2,
  },
  {
    name: 'sweep-rows',
    args: sweep(),
    files: {
      's.json': '{"model": "mlp.onnx", "axes": {"targetIi": [64]}, "data": {"inputs": "x.npy", "expect": "y.npy"}}',
      'x.npy': writeNpy([3, 64], new Float32Array(192)),
      'y.npy': writeNpy([2], new Int32Array(2)),
    },
    exitCode: 2,
  },
  {
    name: 'sweep-model-missing',
    args: sweep(),
    files: { 's.json': '{"model": "none.onnx", "axes": {"targetIi": [64]}}' },
    exitCode: 2,
  },
  {
    name: 'sweep-foreign-directory',
    args: ['sweep', 's.json', '-o', 'good'],
    files: { 's.json': '{"model": "mlp.onnx", "axes": {"targetIi": [64]}}' },
    exitCode: 2,
  },
  { name: 'gate-update-what', args: ['gate', 'good', '--verdict', 'v.json', '--update'], exitCode: 2 },
  { name: 'gate-no-build', args: ['gate', '.', '--verdict', 'v.json'], exitCode: 2 },
  { name: 'gate-no-verdict', args: gate(), files: { 'v.json': '{"ok": 1}' }, exitCode: 2 },
  { name: 'gate-no-baseline', args: gate(), files: { 'v.json': VERDICT }, exitCode: 2 },
  { name: 'gate-bad-baseline', args: gate(), files: { 'v.json': VERDICT, 'b.json': '{"good": 3}' }, exitCode: 2 },
  { name: 'report-of-nothing', args: ['report', '.'], exitCode: 2 },
  { name: 'report-broken-sweep', args: ['report', '.'], files: { 'sweep.json': '{' }, exitCode: 2 },
  { name: 'list-of-what', args: ['list', 'colours'], exitCode: 2 },

  { name: 'no-onnx', args: ['build', 'x.onnx', '-o', 'new'], files: { 'x.onnx': 'hello' }, exitCode: 2 },
  { name: 'empty-onnx', args: ['build', 'x.onnx', '-o', 'new'], files: { 'x.onnx': '' }, exitCode: 2 },
  {
    name: 'truncated-onnx',
    args: ['build', 'cut.onnx', '-o', 'new'],
    prepare: async () => writeFile('cut.onnx', (await readFile('mlp.onnx')).subarray(0, 3000)),
    exitCode: 2,
  },
  { name: 'model-is-directory', args: ['build', 'good', '-o', 'new'], exitCode: 2 },
  { name: 'model-missing', args: ['build', 'none.onnx', '-o', 'new'], exitCode: 2 },
  { name: 'unsupported-op', args: ['build', 'm.onnx', '-o', 'new'], files: { 'm.onnx': UNSUPPORTED }, exitCode: 2 },
  { name: 'open-shape', args: ['build', 'm.onnx', '-o', 'new'], files: { 'm.onnx': OPEN_SHAPE }, exitCode: 2 },
  ...CALIBRATION,
  { name: 'float-model', args: ['build', 'm.onnx', '-o', 'new'], files: { 'm.onnx': FLOAT_MODEL }, exitCode: 2 },
  { name: 'bad-shape-option', args: build('--shape', 'global_in=1,a'), exitCode: 2 },
  { name: 'shape-of-unknown-input', args: build('--shape', 'pixels=1,64'), exitCode: 2 },
  { name: 'bad-input-type', args: build('--input-type', 'global_in=ap_int<80>'), exitCode: 2 },
  { name: 'type-of-unknown-input', args: build('--input-type', 'pixels=ap_int<8>'), exitCode: 2 },

  {
    name: 'folding-does-not-divide',
    args: build('--folding', 'f.json'),
    files: { 'f.json': '{"MatMul_0": {"PE": 3}, "MatMul_9": {"PE": 1}, "MatMul_0_q": {"SIMD": 2}}' },
    exitCode: 2,
  },
  {
    name: 'folding-unknown-knob',
    args: build('--folding', 'f.json'),
    files: { 'f.json': '{"MatMul_0": {"PEE": 2, "SIMD": 0.5}}' },
    exitCode: 2,
  },
  {
    name: 'config-unknown-key',
    args: build('--config', 'c.yaml'),
    files: { 'c.yaml': 'targetII: 64\nclockMhz: fast\n' },
    exitCode: 2,
  },
  {
    name: 'config-two-goals',
    args: build('--config', 'c.json'),
    files: { 'c.json': '{"targetIi": 64, "folding": {}}' },
    exitCode: 2,
  },
  { name: 'config-broken-json', args: build('--config', 'c.json'), files: { 'c.json': '{"targetIi": ' }, exitCode: 2 },
  { name: 'config-broken-yaml', args: build('--config', 'c.yaml'), files: { 'c.yaml': 'a: [1\nb: 2\n' }, exitCode: 2 },
  { name: 'config-empty', args: build('--config', 'c.yaml'), files: { 'c.yaml': '' }, exitCode: 2 },
  { name: 'config-missing', args: build('--config', 'none.json'), exitCode: 2 },

  { name: 'output-is-file', args: ['build', 'mlp.onnx', '-o', 'input.npy'], exitCode: 2 },
  { name: 'output-below-file', args: ['build', 'mlp.onnx', '-o', 'input.npy/new'], exitCode: 2 },
  {
    name: 'output-is-foreign',
    args: ['build', 'mlp.onnx', '-o', 'mine'],
    files: { 'mine/thesis.tex': 'x' },
    exitCode: 2,
  },
  {
    name: 'output-has-other-build-json',
    args: ['build', 'mlp.onnx', '-o', 'mine'],
    files: { 'mine/build.json': '{"name": "my own"}', 'mine/thesis.tex': 'x' },
    exitCode: 2,
  },
  {
    name: 'output-holds-more-than-a-build',
    args: ['build', 'mlp.onnx', '-o', 'changed'],
    files: { 'changed/notes.txt': 'precious' },
    exitCode: 2,
  },

  { name: 'no-inputs', args: run(), exitCode: 2 },
  { name: 'npy-is-none', args: run('--inputs', 'mlp.onnx'), exitCode: 2 },
  { name: 'npy-wrong-shape', args: run('--inputs', 'expected.npy'), exitCode: 2 },
  {
    name: 'npy-out-of-range',
    args: run('--inputs', 'x.npy'),
    files: { 'x.npy': writeNpy([1, 64], new Int32Array(64).fill(16)) },
    exitCode: 2,
  },
  {
    name: 'npy-not-finite',
    args: run('--inputs', 'x.npy'),
    files: { 'x.npy': writeNpy([1, 64], new Float32Array(64).fill(Number.NaN)) },
    exitCode: 2,
  },
  { name: 'unknown-input', args: run('--inputs', 'pixels=input.npy'), exitCode: 2 },
  { name: 'input-twice', args: run('--inputs', 'input.npy', '--inputs', 'global_in=input.npy'), exitCode: 2 },
  { name: 'result-not-writable', args: run('--inputs', 'input.npy', '-o', 'none/y.npy'), exitCode: 2 },

  { name: 'expect-wrong-size', args: verify('--inputs', 'input.npy', '--expect', 'input.npy'), exitCode: 2 },
  { name: 'expect-without-inputs', args: verify('--expect', 'expected.npy'), exitCode: 2 },
  { name: 'expect-unknown-output', args: verify('--inputs', 'input.npy', '--expect', 'y=expected.npy'), exitCode: 2 },
  { name: 'expect-differs', args: verify('--inputs', 'input.npy', '--expect', 'wrong.npy'), exitCode: 1 },
  { name: 'unknown-executor', args: ['verify', 'good', '--with', 'reference,vcs'], exitCode: 2 },
  { name: 'verify-no-build', args: ['verify', 'mine'], files: { 'mine/thesis.tex': 'x' }, exitCode: 2 },
  { name: 'verify-file', args: ['verify', 'mlp.onnx'], exitCode: 2 },
  { name: 'verify-missing', args: ['verify', 'none'], exitCode: 2 },
  { name: 'verify-foreign-manifest', args: ['verify', 'changed'], files: { 'changed/build.json': '{}' }, exitCode: 2 },
  { name: 'verify-graph-missing', args: ['verify', 'changed'], prepare: remove('changed/graph.sir'), exitCode: 2 },
  { name: 'verify-rtl-missing', args: ['verify', 'changed'], prepare: remove('changed/rtl/mlp.v'), exitCode: 2 },
  {
    name: 'verify-weights-changed',
    args: ['verify', 'changed'],
    prepare: append('changed/weights.safetensors'),
    exitCode: 2,
  },

  { name: 'unknown-pass', args: ['ir', 'mlp.onnx', '-p', 'vectorise'], exitCode: 2 },
  { name: 'pass-of-other-level', args: ['ir', 'mlp.onnx', '-p', 'fold'], exitCode: 2 },
  { name: 'pass-unknown-key', args: ['ir', 'mlp.onnx', '-p', 'fuse-quantise:level=3'], exitCode: 2 },
  {
    name: 'broken-sir',
    args: ['ir', 'x.sir'],
    files: { 'x.sir': 'sir 1\n\ngraph g tensor {\n  no such line\n' },
    exitCode: 2,
  },
];

let leave = async (): Promise<void> => {};

beforeAll(async () => {
  ({ leave } = await workplace());
  const made = await sluice('build', 'mlp.onnx', '-o', 'good');
  expect(made.exitCode, made.stderr).toBe(0);
  const data = new Float32Array(640).fill(1.5);
  await writeFile('wrong.npy', writeNpy([64, 10], data));
});
afterAll(() => leave());

beforeEach(async () => {
  for (const name of ['changed', 'mine', 'new']) await rm(name, { recursive: true, force: true });
  await cp('good', 'changed', { recursive: true });
});

async function put(files: NonNullable<Case['files']>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, content);
  }
}

const shown = ({ stdout, stderr, exitCode }: Answer, args: readonly string[]): string =>
  `$ sluice ${args.map((a) => (/[<>[\]]/.test(a) ? `'${a}'` : a)).join(' ')}\n${stdout}${stderr}exit code ${exitCode}\n`
    // The parsers of JSON and protobuf have their own words, which differ between versions.
    .replace(/(it is no JSON|encoding is broken)[^\n]*/, '$1 …');

describe.each(CASES)('$name', (c) => {
  it('says what is wrong and what to do, for people and for programs', async () => {
    await put(c.files ?? {});
    await c.prepare?.();
    const before = await readdir('.');
    const answer = await sluice(...c.args);
    expect(answer.exitCode).toBe(c.exitCode);
    expect(answer.stderr).not.toMatch(/^\s+at .*:\d+/m);
    const golden = join(GOLDEN, `${c.name}.txt`);
    if (process.env['UPDATE_GOLDEN']) await writeFile(golden, shown(answer, c.args));
    expect(shown(answer, c.args)).toBe(await readFile(golden, 'utf8'));
    // Nothing is made, and nothing is left behind.
    expect(await readdir('.')).toEqual(before);

    const programs = await sluice(...c.args, '--json');
    expect(programs.exitCode).toBe(c.exitCode);
    expect(programs.progress).toEqual([]);
    const document = JSON.parse(programs.stdout) as { ok: boolean; diagnostics?: readonly Diagnostic[] };
    expect(document.ok).toBe(false);
    if (c.exitCode === 1) return;
    const codes = document.diagnostics?.map((d) => d.code) ?? [];
    expect(codes).toEqual([...answer.stderr.matchAll(/^error\[(E\d+)\]/gm)].map((m) => m[1]));
    expect(codes.length).toBeGreaterThan(0);
    for (const d of document.diagnostics ?? []) expect(d.message.length).toBeGreaterThan(0);
  });
});

it('keeps what was in directories that it refused', async () => {
  await put({ 'mine/thesis.tex': 'x', 'changed/notes.txt': 'precious' });
  await sluice('build', 'mlp.onnx', '-o', 'mine');
  await sluice('build', 'mlp.onnx', '-o', 'changed');
  expect(await readFile('mine/thesis.tex', 'utf8')).toBe('x');
  expect(await readFile('changed/notes.txt', 'utf8')).toBe('precious');
});

it('follows a symbolic link to the build directory and leaves the link', async () => {
  await symlink('changed', 'link');
  expect((await sluice('build', 'mlp.onnx', '-o', 'link', '--target-ii', '128')).exitCode).toBe(0);
  const manifest = await readFile('changed/build.json', 'utf8');
  expect(manifest).toContain('"targetIi": 128');
  await rm('link');
});
