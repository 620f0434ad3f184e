/** Shared by the scripts behind `npm run`: they run on a fresh clone, so they use Node and nothing else. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const at = (path) => join(ROOT, path);
const readJson = (path) => JSON.parse(readFileSync(at(path), 'utf8'));

/** Runs a program in the root folder; resolves to its exit code and, where captured, its standard output. */
export function run(command, args, { capture = false, env = {}, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', capture ? 'pipe' : 'inherit', quiet ? 'ignore' : 'inherit'],
    });
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout }));
  });
}

/** Runs a JavaScript file with this Node. */
export const node = (args, options) => run(process.execPath, args, options);

/** The file behind a package's command, such as `tsc`: no shell, no PATH. */
export function binary(pkg, name) {
  const { bin } = readJson(`node_modules/${pkg}/package.json`);
  return at(join('node_modules', pkg, typeof bin === 'string' ? bin : bin[name]));
}

export function must({ code }, what) {
  if (code === 0) return;
  console.error(`\n${what} failed with exit code ${code}.`);
  process.exit(code);
}

/** True when every package of the lock file is there in its version; those of other platforms may be missing. */
function installed() {
  if (!existsSync(at('node_modules/.package-lock.json'))) return false;
  const wanted = readJson('package-lock.json').packages;
  const there = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || (there[path] ? there[path].version === version : optional === true),
  );
}

/**
 * Installs the locked versions where packages are missing or stale. Not with `npm ci`: that also demands the optional
 * binaries of all other platforms, which a lock file need not list and a registry mirror need not have.
 */
export async function ensureInstalled() {
  if (installed()) return;
  console.log('Installing packages …');
  const npm = process.env['npm_execpath'];
  const args = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  must(npm ? await node([npm, ...args]) : await run('npm', args), 'npm install');
}

/** A hash of all that `dist/` is made from. */
function sourceHash() {
  const hash = createHash('sha256');
  const files = readdirSync(at('src'), { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .sort();
  for (const file of [...files, at('tsconfig.json'), at('tsconfig.build.json'), at('package-lock.json')]) {
    hash.update(file.slice(ROOT.length)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** Compiles `src/` to `dist/`, beside the old one and swapped in, unless nothing has changed. */
export async function ensureBuilt() {
  const hash = sourceHash();
  const stamp = at('dist/.stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  console.log('Compiling …');
  const beside = join('node_modules', '.cache', `sluice-dist-${process.pid}`);
  must(
    await node([binary('typescript', 'tsc'), '-p', 'tsconfig.build.json', '--outDir', beside]),
    'the TypeScript compiler',
  );
  mkdirSync(at(beside), { recursive: true });
  writeFileSync(at(`${beside}/.stamp`), hash);
  rmSync(at('dist'), { recursive: true, force: true });
  renameSync(at(beside), at('dist'));
}

/** A table with columns as wide as they must be; the first row is the head. */
export function table(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((r) => String(r[i]).length)));
  const line = (r) =>
    r
      .map((cell, i) => String(cell).padEnd(widths[i]))
      .join('  ')
      .trimEnd();
  return [line(rows[0]), widths.map((w) => '-'.repeat(w)).join('  '), ...rows.slice(1).map(line)].join('\n');
}
