/** Compiled simulators, kept by the hash of everything that went into them. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Entries kept per kind; the ones unused for longest go first. */
const KEEP = 64;

/** `$SLUICE_CACHE`, or `sluice` in the user's cache directory. */
export function cacheRoot(): string {
  const own = process.env['SLUICE_CACHE'];
  if (own) return own;
  const base = process.env['XDG_CACHE_HOME'];
  if (base) return join(base, 'sluice');
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'sluice')
    : join(homedir(), '.cache', 'sluice');
}

export type HashPart = string | number | Uint8Array;

/** SHA-256 over parts, each with its length. */
export function contentHash(parts: Iterable<HashPart>): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(typeof part === 'number' ? `${part}` : part);
    hash.update(`${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

const entryOf = (kind: string, key: string): string => join(cacheRoot(), kind, key.slice(0, 32));

/** The directory of an entry, or undefined. Looking at it keeps it from being pruned. */
export async function lookUp(kind: string, key: string): Promise<string | undefined> {
  const entry = entryOf(kind, key);
  if (!(await isDirectory(entry))) return undefined;
  const now = new Date();
  await utimes(entry, now, now).catch(() => undefined);
  return entry;
}

/**
 * The directory of an entry; when there is none, `build` fills a fresh one, which is renamed into place, so that a
 * half-built entry is never found and several processes may build the same one.
 */
export async function cached(kind: string, key: string, build: (dir: string) => Promise<void>): Promise<string> {
  const known = await lookUp(kind, key);
  if (known) return known;
  const shelf = join(cacheRoot(), kind);
  const entry = entryOf(kind, key);
  const fresh = `${entry}.${randomUUID().slice(0, 8)}`;
  await mkdir(fresh, { recursive: true });
  try {
    await build(fresh);
    await rename(fresh, entry).catch(async (error) => {
      if (!(await isDirectory(entry))) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  await prune(shelf);
  return entry;
}

async function prune(shelf: string): Promise<void> {
  const names = (await readdir(shelf)).filter((name) => !name.includes('.'));
  if (names.length <= KEEP) return;
  const aged = await Promise.all(
    names.map(async (name) => {
      const info = await stat(join(shelf, name)).catch(() => undefined);
      return { name, time: info?.mtimeMs ?? 0 };
    }),
  );
  aged.sort((a, b) => b.time - a.time);
  for (const { name } of aged.slice(KEEP)) await rm(join(shelf, name), { recursive: true, force: true });
}

const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (s) => s.isDirectory(),
    () => false,
  );
