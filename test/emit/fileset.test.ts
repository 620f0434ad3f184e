import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import { fileSet, fileSetHash, merge, under, writeFileSet } from '../../src/emit/fileset.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-fileset-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const build = fileSet([
  ['rtl/top.v', 'module top; endmodule\n'],
  ['build.json', '{}\n'],
  ['weights.bin', Uint8Array.of(1, 2, 3)],
]);

it('orders paths by code unit, so that the same files hash the same', () => {
  const set = fileSet([...build].reverse());
  expect([...set.keys()]).toEqual(['build.json', 'rtl/top.v', 'weights.bin']);
  expect(fileSetHash(set)).toBe(fileSetHash(build));
  expect(fileSetHash(under('a', build))).not.toBe(fileSetHash(build));
});

it('refuses two contents for one path, and paths that leave the directory', () => {
  expect(() => merge(build, fileSet([['build.json', '{"a":1}']]))).toThrow(/twice/);
  expect(merge(build, build)).toEqual(build);
  for (const path of ['../x', '/x', 'a//b', 'a/./b', 'a\\b']) expect(() => fileSet([[path, '']])).toThrow(/relative/);
});

it('replaces an earlier build entirely and leaves nothing beside it', async () => {
  const target = join(dir, 'out');
  await writeFileSet(target, fileSet([...build, ['old.txt', 'old']]));
  await writeFileSet(target, build);
  expect((await readdir(target)).sort()).toEqual(['build.json', 'rtl', 'weights.bin']);
  expect([...(await readFile(join(target, 'weights.bin')))]).toEqual([1, 2, 3]);
  expect(await readdir(dir)).toEqual(['out']);
});

it('fills an empty directory but does not touch one that is no build', async () => {
  const target = join(dir, 'mine');
  await mkdir(target);
  await writeFileSet(target, build);
  const other = join(dir, 'other');
  await mkdir(other);
  await writeFile(join(other, 'thesis.tex'), 'precious');
  await expect(writeFileSet(other, build)).rejects.toThrow(/E0502/);
  expect(await readFile(join(other, 'thesis.tex'), 'utf8')).toBe('precious');
});

it('reports an unwritable target as a diagnostic and keeps what was there', async () => {
  await writeFile(join(dir, 'file'), 'x');
  const error = await writeFileSet(join(dir, 'file', 'sub'), build).catch((e) => e);
  expect(error).toBeInstanceOf(DiagnosticError);
  expect(error.message).toMatch(/E0501.*cannot be written/);
  expect(await readdir(dir)).toEqual(['file']);
});
