import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** Packages that a module loads at once: those that it and its own modules import statically. */
function packagesOf(module: URL, seen = new Set<string>(), packages = new Set<string>()): Set<string> {
  if (seen.has(module.href)) return packages;
  seen.add(module.href);
  const text = readFileSync(module, 'utf8');
  for (const [, types, name = ''] of text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm)) {
    if (types) continue;
    if (name.startsWith('.')) packagesOf(new URL(name, module), seen, packages);
    else if (!name.startsWith('node:')) packages.add(name);
  }
  return packages;
}

const source = (path: string): URL => new URL(`../../src/${path}`, import.meta.url);

it('loads nothing but the argument parser before it knows the verb', () => {
  expect([...packagesOf(source('cli/main.ts'))]).toEqual(['commander']);
});

it('loads no simulator or compiler before one of them runs', () => {
  for (const verb of ['build', 'verify', 'run', 'ir', 'list']) {
    const loaded = packagesOf(source(`cli/commands/${verb}.ts`));
    expect(loaded, verb).toContain('commander');
    for (const heavy of ['binaryen', '@yowasp/yosys', '@yowasp/clang', 'execa'])
      expect(loaded, verb).not.toContain(heavy);
  }
});

it('finds the packages that are there to be found', () => {
  expect(fileURLToPath(source('sim/wasm/index.ts'))).toContain('wasm');
  expect(packagesOf(source('sim/wasm/compile.ts'))).toContain('binaryen');
});
