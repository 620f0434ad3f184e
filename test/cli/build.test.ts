import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, sluice, workplace } from './session.ts';

let leave = async (): Promise<void> => {};
let dir = '';
beforeAll(async () => {
  ({ dir, leave } = await workplace());
});
afterAll(() => leave());
afterEach(() => process.chdir(dir));

async function tree(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const e of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!e.isFile()) continue;
    const path = join(e.parentPath, e.name);
    files.set(path.slice(root.length + 1), await readFile(path, 'latin1'));
  }
  return new Map([...files].sort());
}

describe('build', () => {
  it('writes the same bytes from everywhere, to everywhere, by option or by file', async () => {
    await mkdir('elsewhere/deep', { recursive: true });
    await cp('mlp.onnx', 'elsewhere/mlp.onnx');
    await writeFile('c.yaml', 'targetIi: 128\ndevice: xc7z020clg400-1\n');
    await writeFile('c.json', '{"device": "xc7z020clg400-1", "targetIi": 64}');
    const device = ['--device', 'xc7z020clg400-1'];
    expect((await sluice('build', 'mlp.onnx', '-o', 'one', '--target-ii', '128', ...device)).exitCode).toBe(0);
    const one = await tree('one');
    expect((await sluice('build', 'mlp.onnx', '-o', 'two', '--config', 'c.yaml')).exitCode).toBe(0);
    expect(await tree('two')).toEqual(one);
    process.chdir('elsewhere/deep');
    const third = ['build', '../mlp.onnx', '-o', '../../other-name', '--config', '../../c.json', '--target-ii', '128'];
    expect((await sluice(...third)).exitCode).toBe(0);
    process.chdir(dir);
    expect(await tree('other-name')).toEqual(one);
    // A second build replaces the first, and leaves nothing of it.
    expect((await sluice('build', 'mlp.onnx', '-o', 'two', '--target-ii', '64')).exitCode).toBe(0);
    expect(await tree('two')).not.toEqual(one);
    expect((await sluice('build', 'mlp.onnx', '-o', 'two', '--config', 'c.yaml')).exitCode).toBe(0);
    expect(await tree('two')).toEqual(one);
  });

  it('reports the same figures on stdout, in JSON and in the directory', async () => {
    const people = await sluice(
      'build',
      'mlp.onnx',
      '-o',
      'r',
      '--target-fps',
      '1000000',
      '--clock',
      '100',
      '--name',
      'tagger',
    );
    expect(people.exitCode).toBe(0);
    const text = await readFile('r/reports/summary.txt', 'utf8');
    expect(people.stdout).toBe(`${text.trimEnd()}\nwrote r\n`);
    const programs = await sluice(
      'build',
      'mlp.onnx',
      '-o',
      'r',
      '--target-fps',
      '1e6',
      '--clock',
      '100',
      '--name',
      'tagger',
      '--json',
    );
    const { ok, summary } = JSON.parse(programs.stdout) as { ok: boolean; summary: Record<string, unknown> };
    expect(ok).toBe(true);
    expect(summary).toEqual(JSON.parse(await readFile('r/reports/summary.json', 'utf8')));
    expect(summary).toMatchObject({ name: 'tagger', clockMhz: 100, weights: 8832 });
    expect(Number(summary['ii'])).toBeLessThanOrEqual(100);
    expect(programs.stderr).toBe('');
  });

  it('takes a folding file and shows the folding in the summary', async () => {
    await writeFile('f.yaml', 'Defaults: {PE: 2}\nMatMul_0: {PE: 4, SIMD: 16}\n');
    expect((await sluice('build', 'mlp.onnx', '-o', 'f', '--folding', 'f.yaml')).exitCode).toBe(0);
    const summary = JSON.parse(await readFile('f/reports/summary.json', 'utf8')) as {
      kernels: { name: string; folding: object; cycles: number }[];
    };
    const kernel = (name: string) => summary.kernels.find((k) => k.name === name);
    expect(kernel('MatMul_0')).toMatchObject({ folding: { PE: 4, SIMD: 16 }, cycles: 64 });
    expect(kernel('MatMul_1')).toMatchObject({ folding: { PE: 2, SIMD: 1 }, cycles: 2048 });
  });
});

describe('ir', () => {
  it('gives text that it reads back, with the constants inline or beside it', async () => {
    const inline = await sluice('ir', 'mlp.onnx', '-p', 'absorb-layout', '-p', 'fuse-quantise', '--inline');
    await writeFile('m.sir', inline.stdout);
    expect((await sluice('ir', 'm.sir', '--inline')).stdout).toBe(inline.stdout);
    await sluice('build', 'mlp.onnx', '-o', 'b');
    const built = await sluice('ir', 'b');
    expect(built.stdout).toBe(await readFile('b/graph.sir', 'utf8'));
    expect((await sluice('ir', 'b/graph.sir')).stdout).toBe(built.stdout);
  });

  it('stops and goes on between any two passes', async () => {
    const passes = [
      'absorb-layout',
      'fuse-quantise',
      'lower-quantise',
      'decompose',
      'lower-to-kernels',
      'fold:targetIi=128',
    ];
    const folded = await sluice('ir', 'mlp.onnx', '--inline', ...passes.flatMap((p) => ['-p', p]));
    expect(folded.exitCode).toBe(0);
    await writeFile('k.sir', folded.stdout);
    const rest = await sluice('ir', 'k.sir', '-p', 'connect', '-p', 'set-fifo-depths');
    await sluice('build', 'mlp.onnx', '-o', 'b', '--target-ii', '128');
    expect(rest.stdout).toBe(await readFile('b/graph.sir', 'utf8'));
  });
});

describe('run', () => {
  it('writes real outputs by default and raw integers on demand, the same from model and build', async () => {
    await sluice('build', 'mlp.onnx', '-o', 'b');
    const done = await sluice('run', 'mlp.onnx', '--inputs', 'input.npy', '-o', 'y.npy');
    expect(done.stdout).toBe('global_out: float32[64, 10] → y.npy\n');
    expect(await readFile('y.npy')).toEqual(await readFile('expected.npy'));
    await sluice('run', 'b', '--inputs', 'global_in=input.npy', '-o', 'z.npy');
    expect(await readFile('z.npy')).toEqual(await readFile('y.npy'));
    const ints = await sluice('run', 'b', '--inputs', 'input.npy', '--ints', '--json');
    expect(JSON.parse(ints.stdout)).toMatchObject({
      ok: true,
      outputs: [{ name: 'global_out', dtype: 'int64', shape: [64, 10] }],
      files: [],
    });
  });
});

/** A process of its own, for what only a process shows. */
function start(args: readonly string[], stdio: 'pipe' | 'closed' = 'pipe') {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(ROOT, 'src/cli/main.ts'), ...args],
    {
      cwd: dir,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  if (stdio === 'closed') child.stdout.destroy();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const done = new Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
  return { child, done };
}

describe('the process', () => {
  it('leaves no half-written directory, and nothing beside it, when it is interrupted while it writes', async () => {
    process.chdir(ROOT);
    await rm(join(dir, 'i'), { recursive: true, force: true });
    const before = await readdir(dir);
    const { child, done } = start(['build', 'mlp.onnx', '-o', 'i']);
    child.stderr.on('data', (text: string) => {
      if (text.includes('… write')) child.kill('SIGINT');
    });
    const { code, signal, stderr } = await done;
    expect(stderr).not.toMatch(/^\s+at /m);
    // The signal may come before the handler, or after all is done.
    expect([130, 0, null]).toContain(code);
    if (code === null) expect(signal).toBe('SIGINT');
    const after = await readdir(dir);
    if (after.includes('i')) expect(await readdir(join(dir, 'i'))).toContain('build.json');
    expect(after.filter((name) => name !== 'i')).toEqual(before);
  });

  it('ends quietly when nobody reads on', async () => {
    const { done } = start(['list', 'ops'], 'closed');
    const { code, stderr } = await done;
    expect(code).toBe(0);
    expect(stderr).toBe('');
  });
});
