import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fail, invariant } from '../diag/diagnostic.ts';
import { cannotWrite, foreignDirectory } from '../diag/messages-emit.ts';
import { systemReason } from '../diag/system-error.ts';

export type FileContent = string | Uint8Array;

/** Relative POSIX path → content, in path order: what an emitter makes, before anything touches a disk. */
export type FileSet = ReadonlyMap<string, FileContent>;

/** A file set in path order. A path given twice must have the same content both times. */
export function fileSet(entries: Iterable<readonly [string, FileContent]>): FileSet {
  const byPath = new Map<string, FileContent>();
  for (const [path, content] of entries) {
    invariant(isPlainPath(path), `"${path}" is not a relative path below the output directory`);
    const known = byPath.get(path);
    invariant(known === undefined || sameContent(known, content), `${path} is emitted twice, with different content`);
    byPath.set(path, content);
  }
  // Code unit order, not locale order: the same on every machine.
  return new Map([...byPath].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same files under a folder. */
export function under(folder: string, set: FileSet): FileSet {
  return fileSet([...set].map(([path, content]) => [`${folder}/${path}`, content]));
}

export function merge(...sets: readonly FileSet[]): FileSet {
  return fileSet(sets.flatMap((s) => [...s]));
}

/** SHA-256 over paths and contents, hexadecimal. */
export function fileSetHash(set: FileSet): string {
  const hash = createHash('sha256');
  for (const [path, content] of set) {
    const bytes = Buffer.from(content);
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * Makes `dir` hold exactly this set. The files are written beside it and renamed into place, so that an interrupted
 * run leaves the old directory or none, never half of one. An existing directory is replaced only when it is empty or
 * holds the file `marker`, which earlier builds leave.
 */
export async function writeFileSet(dir: string, set: FileSet, marker = 'build.json'): Promise<void> {
  const target = resolve(dir);
  const beside = (role: string): string => join(dirname(target), `.${basename(target)}.${role}-${process.pid}`);
  const fresh = beside('new');
  const old = beside('old');
  const write: Write = { target, fresh, old };
  try {
    const present = await entriesOf(target);
    if (present.length > 0 && !present.includes(marker)) fail(foreignDirectory(dir, marker));
    underway.add(write);
    await rm(fresh, { recursive: true, force: true });
    await writeInto(fresh, set);
    const replaces = await exists(target);
    if (replaces) await rename(target, old);
    await rename(fresh, target).catch(async (error) => {
      if (replaces) await rename(old, target);
      throw error;
    });
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    const reason = systemReason(error);
    if (reason !== undefined) fail(cannotWrite(dir, reason));
    throw error;
  } finally {
    underway.delete(write);
  }
}

interface Write {
  readonly target: string;
  readonly fresh: string;
  readonly old: string;
}

const underway = new Set<Write>();

/**
 * For a process that is about to end: removes what unfinished writes have put beside their targets, and puts an
 * earlier directory back where its successor is not in place yet. Synchronous, so that a signal handler can use it.
 */
export function abandonWrites(): void {
  for (const { target, fresh, old } of underway) {
    if (existsSync(old) && !existsSync(target)) renameSync(old, target);
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
  underway.clear();
}

/** Writes the set into a directory that is made if need be; not atomic, for scratch directories. */
export async function writeInto(dir: string, set: FileSet): Promise<void> {
  await makeDirectory(dir);
  const folders = new Set([...set.keys()].map((path) => dirname(path)));
  for (const folder of folders) await mkdir(join(dir, folder), { recursive: true });
  for (const [path, content] of set) await writeFile(join(dir, path), content);
}

/**
 * Makes a directory and those above it. Node's own recursive way never ends where the system refuses with "no such
 * file", as it does below /proc.
 */
export async function makeDirectory(dir: string): Promise<void> {
  if (await isMade(dir)) return;
  await makeDirectory(dirname(dir));
  if (!(await isMade(dir))) await mkdir(dir);
}

/** Whether the directory is there now; false where one above it is missing. */
async function isMade(dir: string): Promise<boolean> {
  try {
    await mkdir(dir);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' || code === 'ENOENT') return code === 'EEXIST';
    throw error;
  }
}

const isPlainPath = (path: string): boolean =>
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !path.includes('\\');

const sameContent = (a: FileContent, b: FileContent): boolean => Buffer.from(a).equals(Buffer.from(b));

async function entriesOf(dir: string): Promise<string[]> {
  return (await exists(dir)) ? readdir(dir) : [];
}

async function exists(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
