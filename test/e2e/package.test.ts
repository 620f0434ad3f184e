/** What a user gets: the packed tarball, installed into an empty folder, builds, verifies and is a typed library. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples/digits-mlp');

let home = '';
let tarball: readonly string[] = [];

/** npm without the settings that the npm around this test hands down. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([k]) => !/^npm_(package|lifecycle|command)/.test(k)),
);
const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', home], ROOT).replace(/^[^[]*/, ''));
  tarball = packed.files.map((f: { readonly path: string }) => f.path);
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];
  run('npm', ['install', ...flags, join(home, packed.filename)], home);
  cpSync(join(EXAMPLE, 'model.onnx'), join(home, 'mine.onnx'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('the package', () => {
  it('holds what it needs, and nothing else', () => {
    const tops = [...new Set(tarball.map((f) => f.split('/')[0]))].sort();
    expect(tops).toEqual(['LICENSE', 'README.md', 'dist', 'examples', 'package.json', 'sim', 'templates']);
    expect(tarball.filter((f) => /\.test\.|\.py$|\.tsbuildinfo$/.test(f))).toEqual([]);
  });

  it('builds and verifies a model', () => {
    run('npx', ['sluice', 'build', 'mine.onnx', '-o', 'out', '--target-ii', '128'], home);
    expect(readdirSync(join(home, 'out')).sort()).toContain('build.json');
    const vectors = ['--inputs', join(EXAMPLE, 'input.npy'), '--expect', join(EXAMPLE, 'expected.npy')];
    const text = run('npx', ['sluice', 'verify', 'out', '--with', 'reference,csim,wasm', ...vectors, '--json'], home);
    const result = JSON.parse(text);
    expect(result.ok).toBe(true);
    expect(result.golden.status).toBe('equal');
    expect(Object.keys(result.executors)).toEqual(['reference', 'csim', 'wasm']);
    expect(result.executors.wasm.cycles).toEqual(result.model);
  });

  it('says so, with exit code 1, where the hardware is wrong', () => {
    cpSync(join(home, 'out'), join(home, 'wrong'), { recursive: true });
    const mem = join(home, 'wrong/rtl/mem');
    const file = readdirSync(mem)[0] ?? '';
    const text = readFileSync(join(mem, file), 'utf8');
    writeFileSync(
      join(mem, file),
      text.replace(/^[0-9a-f]+/, (word) => word.replace(/./g, (c) => (c === '0' ? '1' : '0'))),
    );
    const verify = (): string => run('npx', ['sluice', 'verify', 'wrong', '--with', 'wasm', '--json'], home);
    expect(verify).toThrow(expect.objectContaining({ status: 1 }));
  });

  it('is a library with types', () => {
    const source = `
      import { build, type Built, emitVerilog, GraphBuilder, importOnnx, kernels, ops, runPasses, STREAMING, uint } from 'sluice-hw';
      import { readFileSync } from 'node:fs';
      const bytes = readFileSync('mine.onnx');
      const built: Built = build({ bytes, file: 'mine.onnx', name: 'mine', config: { targetIi: 256 } });
      const imported: number = importOnnx(bytes, { name: 'mine' }).model.graph.nodes.length;
      const b = new GraphBuilder('tiny');
      const x = ops.integerInput(b, 'x', [4], uint(2));
      ops.integerOutput(b, 'y', ops.dense(b, 'fc', x, ops.matrix([[1, -1, 0, 1], [2, 0, 1, 1]])));
      const tiny = emitVerilog(runPasses(b.finish(), STREAMING, {}).graph);
      console.log(JSON.stringify([built.summary.ii, imported > 0, tiny.has('tiny.v'), kernels.has('mvu')]));`;
    mkdirSync(join(home, 'app'), { recursive: true });
    writeFileSync(join(home, 'app/main.ts'), source);
    const options = ['--module', 'NodeNext', '--target', 'ES2022', '--strict', '--types', 'node', '--typeRoots'];
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    run('node', [tsc, ...options, join(ROOT, 'node_modules/@types'), 'app/main.ts'], home);
    expect(existsSync(join(home, 'app/main.js'))).toBe(true);
    expect(JSON.parse(run('node', ['app/main.js'], home))).toEqual([expect.any(Number), true, true, true]);
  });
});
