/** The directory of a sweep: a file per result, written whole or not at all. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DiagnosticError, fail } from '../diag/diagnostic.ts';
import { cannotWrite } from '../diag/messages-emit.ts';
import { foreignSweep } from '../diag/messages-sweep.ts';
import { systemReason } from '../diag/system-error.ts';
import { replaceFile } from '../flow/replace-file.ts';
import type { JobResult } from './job.ts';

const MARK = 'sweep.id';
const JOBS = 'jobs';

export interface Store {
  readonly dir: string;
  readonly find: (key: string) => Promise<JobResult | undefined>;
  readonly put: (result: JobResult) => Promise<void>;
  /** Writes a file of the sweep's own. */
  readonly write: (name: string, text: string) => Promise<void>;
}

/** Opens the directory of the sweep with that hash, and makes it if need be. */
export async function openStore(dir: string, hash: string): Promise<Store> {
  const jobs = join(dir, JOBS);
  const found = await readFile(join(dir, MARK), 'utf8').catch(() => undefined);
  const entries = await readdir(dir).catch(() => []);
  if (found === undefined ? entries.some((name) => !name.endsWith('.new')) : found.trim() !== hash)
    fail(foreignSweep(dir));
  try {
    await mkdir(dir, { recursive: true });
    // Before anything else lies there: a directory with results and no mark would be nobody's.
    if (found === undefined) await replaceFile(join(dir, MARK), `${hash}\n`);
    await mkdir(jobs, { recursive: true });
  } catch (e) {
    if (e instanceof DiagnosticError) throw e;
    fail(cannotWrite(dir, systemReason(e) ?? String(e)));
  }
  const file = (key: string): string => join(jobs, `${key}.json`);
  return {
    dir,
    find: async (key) => {
      const text = await readFile(file(key), 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as JobResult);
    },
    put: (result) => replaceFile(file(result.key), `${JSON.stringify(result)}\n`),
    write: (name, text) => replaceFile(join(dir, name), text),
  };
}
