import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '../diag/diagnostic.ts';
import { cannotWrite } from '../diag/messages-emit.ts';
import { systemReason } from '../diag/system-error.ts';

/**
 * Writes a file beside its place and renames it into it: who reads it sees the old one or the new one, whole. A process that is
 * killed leaves at most a stray one that nobody reads.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(fresh, text);
    await rename(fresh, path);
  } catch (e) {
    await rm(fresh, { force: true }).catch(() => undefined);
    fail(cannotWrite(path, systemReason(e) ?? String(e)));
  }
}
