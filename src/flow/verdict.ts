import { join } from 'node:path';
import { replaceFile } from './replace-file.ts';
import type { VerifyResult } from './verify.ts';

/** What the last verification of a build found, beside the reports of the build itself. */
export const VERDICT_FILE = 'reports/verify.json';

/** Keeps a verdict for `sluice report`. A build that cannot be written to can be verified all the same. */
export async function keepVerdict(dir: string, result: VerifyResult): Promise<void> {
  await replaceFile(join(dir, VERDICT_FILE), `${JSON.stringify(result, null, 2)}\n`).catch(() => undefined);
}
