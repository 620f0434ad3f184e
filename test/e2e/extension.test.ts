/**
 * Adding an op or a kernel is a folder and a line: done in a copy of the tree, which then type-checks, lists them and
 * tests the kernel. Taking them out again leaves the tree as it was.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COPIED = [
  'src',
  'templates',
  'sim',
  'test',
  'bench',
  'scripts',
  'examples',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];
const BIN = {
  tsc: join(ROOT, 'node_modules/typescript/bin/tsc'),
  tsx: join(ROOT, 'node_modules/tsx/dist/cli.mjs'),
  vitest: join(ROOT, 'node_modules/vitest/vitest.mjs'),
};

/** A tensor op of its own. */
const NEGATE = `import { Type } from 'typebox';
import type { IntTensor } from '../../../num/tensor.ts';
import { defineOp } from '../../op.ts';

export const negate = defineOp({
  kind: 'negate',
  summary: 'Every element with the other sign.',
  attrs: Type.Object({}, { additionalProperties: false }),
  inputs: 1,
  outputs: () => 1,
  consts: { required: [], optional: [] },
  check: () => [],
  shapes: (ctx) => ctx.inputs.map((t) => t.shape),
  bounds: (_ctx, [x = []]) => [x.map(({ lo, hi }) => ({ lo: 0 - hi, hi: 0 - lo }))],
  reference: (_ctx, [x]) => {
    const { shape, data } = x as IntTensor;
    return [{ shape, data: data.map((v) => 0 - v) }];
  },
});
`;

let tree = '';
let before: ReadonlyMap<string, string>;

const node = (args: readonly string[], env: { readonly [name: string]: string } = {}): string =>
  execFileSync(process.execPath, args, { cwd: tree, encoding: 'utf8', env: { ...process.env, ...env }, stdio: 'pipe' });

function hashes(): Map<string, string> {
  const files = readdirSync(tree, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
  const paths = files.map((e) => join(e.parentPath, e.name)).filter((p) => !p.includes('node_modules'));
  return new Map(paths.map((p) => [relative(tree, p), createHash('sha256').update(readFileSync(p)).digest('hex')]));
}

const write = (file: string, text: string): void => writeFileSync(join(tree, file), text);
const read = (file: string): string => readFileSync(join(tree, file), 'utf8');

/** A kernel of its own, with a sampler: the width converter under another name. */
function addTwin(): void {
  const renamed = (file: string): string =>
    read(file).replace("kind: 'dwc'", "kind: 'twin'").replace('const dwc =', 'const twin =');
  mkdirSync(join(tree, 'src/kernels/twin'));
  for (const file of readdirSync(join(tree, 'src/kernels/dwc')))
    write(`src/kernels/twin/${file}`, renamed(`src/kernels/dwc/${file}`));
  write('test/conformance/samplers/twin.ts', renamed('test/conformance/samplers/dwc.ts'));
  appendFileSync(join(tree, 'src/kernels/list.ts'), "export { twin } from './twin/kernel.ts';\n");
}

function addNegate(): void {
  mkdirSync(join(tree, 'src/ir/ops/negate'));
  write('src/ir/ops/negate/op.ts', NEGATE);
  appendFileSync(join(tree, 'src/ir/ops/list.ts'), "export { negate } from './negate/op.ts';\n");
}

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'sluice-extension-'));
  for (const path of COPIED) cpSync(join(ROOT, path), join(tree, path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  before = hashes();
  addNegate();
  addTwin();
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

describe('an added op and an added kernel', () => {
  it('touch a folder and a line each, and the sampler', () => {
    const changed = [...hashes()].filter(([path, hash]) => before.get(path) !== hash).map(([path]) => path);
    expect(changed.sort()).toEqual([
      'src/ir/ops/list.ts',
      'src/ir/ops/negate/op.ts',
      'src/kernels/list.ts',
      'src/kernels/twin/calibration.ts',
      'src/kernels/twin/kernel.ts',
      'test/conformance/samplers/twin.ts',
    ]);
  });

  it('type-check', () => {
    expect(node([BIN.tsc, '--noEmit', '-p', 'tsconfig.json'])).toBe('');
  });

  it('are listed', () => {
    expect(node([BIN.tsx, 'src/cli/main.ts', 'list', 'ops'])).toMatch(/^negate +Every element/m);
    expect(node([BIN.tsx, 'src/cli/main.ts', 'list', 'kernels'])).toMatch(/^twin +Joins or splits/m);
  });

  it('are tested by the conformance suites', () => {
    const args = ['run', 'test/conformance', '-t', '^twin', '--reporter=json'];
    const text = node([BIN.vitest, ...args], { SLUICE_CASES: '2', NO_COLOR: '1' });
    const report = JSON.parse(text.slice(text.indexOf('{')));
    expect(report.numPassedTests).toBeGreaterThanOrEqual(2);
    expect(report.numFailedTests).toBe(0);
  });

  it('leave no trace when they are taken out', () => {
    for (const path of ['src/ir/ops/negate', 'src/kernels/twin', 'test/conformance/samplers/twin.ts']) {
      rmSync(join(tree, path), { recursive: true });
    }
    for (const list of ['src/ir/ops/list.ts', 'src/kernels/list.ts'])
      write(list, read(list).replace(/^.*'\.\/(negate|twin)\/.*\n/m, ''));
    expect(hashes()).toEqual(before);
  });
});
