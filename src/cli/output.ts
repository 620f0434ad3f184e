import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fail } from '../diag/diagnostic.ts';
import { cannotWrite, foreignDirectory, foreignFiles, notADirectory } from '../diag/messages-emit.ts';
import { systemReason } from '../diag/system-error.ts';
import { MANIFEST, parseManifest } from '../flow/manifest.ts';

/** Folders that later verbs make inside a build. */
const LATER = ['reports', 'synth', 'sim'];

/** What file managers leave behind; nobody misses it. */
const LITTER = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

/**
 * Looks whether a build may be written to `dir` before any work is done: it is not there yet, or empty, or an earlier
 * build with nothing else in it. Gives the path to write to, with symbolic links followed, so that a link stays one.
 */
export async function outputDirectory(dir: string): Promise<string> {
  try {
    const found = await lstat(dir).catch((e: NodeJS.ErrnoException) => {
      if (e.code === 'ENOENT') return undefined;
      throw e;
    });
    if (!found) return resolve(dir);
    const target = await realpath(dir);
    if (!(await lstat(target)).isDirectory()) return fail(notADirectory(dir));
    const entries = (await readdir(target)).filter((name) => !LITTER.has(name));
    if (entries.length > 0) await checkOurs(dir, target, entries);
    return target;
  } catch (e) {
    const reason = systemReason(e);
    if (reason !== undefined) return fail(cannotWrite(dir, reason));
    throw e;
  }
}

async function checkOurs(dir: string, target: string, entries: readonly string[]): Promise<void> {
  const manifest = entries.includes(MANIFEST) ? await readFile(join(target, MANIFEST), 'utf8') : '';
  const { files } = parseManifest(manifest) ?? fail(foreignDirectory(dir, MANIFEST));
  const known = new Set([MANIFEST, ...LATER, ...Object.keys(files).map((f) => f.split('/')[0] ?? '')]);
  const foreign = entries.filter((name) => !known.has(name)).sort();
  if (foreign.length > 0) fail(foreignFiles(dir, foreign));
}
