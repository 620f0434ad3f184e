/** What the house asks of every file of ours: readable in one go, typed, and free of escapes. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LONGEST = 300;
const GENERATED = 'src/import/onnx/proto/';
const TEXT = new Set(['.ts', '.mjs', '.cjs', '.v', '.hpp', '.cpp', '.hbs', '.py']);

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && TEXT.has(extname(e.name)))
    .map((e) => relative(ROOT, join(e.parentPath, e.name)))
    .filter((f) => !f.startsWith(GENERATED) && !f.includes('node_modules'));
}

const FILES = ['src', 'templates', 'sim', 'test', 'scripts', 'bench', 'examples'].flatMap(filesOf);
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const lines = (file: string): number => read(file).split('\n').length - 1;

/** Whether a TypeScript file writes the type `any` anywhere. */
function usesAny(file: string): boolean {
  const text = read(file);
  if (!/\bany\b/.test(text)) return false;
  const isAny = (node: ts.Node): boolean =>
    node.kind === ts.SyntaxKind.AnyKeyword || (ts.forEachChild(node, (child) => isAny(child) || undefined) ?? false);
  return isAny(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022));
}

const TYPESCRIPT = FILES.filter((f) => f.endsWith('.ts'));

describe('every file', () => {
  it('is found', () => {
    expect(FILES.length).toBeGreaterThan(300);
    expect(TYPESCRIPT).toContain('src/ir/graph.ts');
  });

  it(`has at most ${LONGEST} lines`, () => {
    expect(FILES.filter((f) => lines(f) > LONGEST).map((f) => `${f}: ${lines(f)} lines`)).toEqual([]);
  });

  it('uses no `any`', () => {
    expect(TYPESCRIPT.filter(usesAny)).toEqual([]);
  });

  it('suppresses no type error', () => {
    expect(
      TYPESCRIPT.filter((f) => /@ts-(ignore|nocheck|expect-error)/.test(read(f)) && !f.startsWith('test/house/')),
    ).toEqual([]);
  });

  it('has half of the source files under 100 lines', () => {
    const sorted = TYPESCRIPT.filter((f) => f.startsWith('src/'))
      .map(lines)
      .sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(100);
  });
});
