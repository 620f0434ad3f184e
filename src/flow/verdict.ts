import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VerifyResult } from './verify.ts';

/** What the last verification of a build found, beside the reports of the build itself. */
export const VERDICT_FILE = 'reports/verify.json';

/** Keeps a verdict for `sluice report`. A build that cannot be written to can be verified all the same. */
export async function keepVerdict(dir: string, result: VerifyResult): Promise<void> {
  const file = join(dir, VERDICT_FILE);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.new`, `${JSON.stringify(result, null, 2)}\n`);
    await rename(`${file}.new`, file);
  } catch {}
}
