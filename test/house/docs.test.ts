/** Documentation that cannot go stale: generated pages are what the generator says, and links lead somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pages } from '../../scripts/docs/pages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

describe('generated pages', () => {
  it.each([...pages()])('%s is up to date (npm run docs)', (path, text) => {
    expect(read(path)).toBe(text);
  });
});

const HANDWRITTEN = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
const documents = [...HANDWRITTEN, ...readdirSync(join(ROOT, 'docs')).map((f) => `docs/${f}`)];

/** Links and `code` that look like paths of this repository. */
function references(file: string): string[] {
  const text = read(file);
  const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((m) => m[1] ?? '').filter((l) => !l.includes(':'));
  const paths = [...text.matchAll(/`((?:src|test|docs|templates|sim|scripts|examples)\/[\w./-]+)`/g)];
  return [...links.map((l) => join(dirname(file), l)), ...paths.map((m) => m[1] ?? '')];
}

describe('documents', () => {
  it.each(documents)('%s refers to files that exist', (file) => {
    expect(references(file).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
