import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Diagnostic, fail } from '../diag/diagnostic.ts';
import { badCache, noCache } from '../diag/messages-cli.ts';
import { systemReason } from '../diag/system-error.ts';
import { makeDirectory } from '../emit/fileset.ts';
import { cacheRoot } from '../sim/cache.ts';

export interface Cache {
  readonly warnings: readonly Diagnostic[];
  /** Removes what was only made for this run. */
  readonly release: () => Promise<void>;
}

/**
 * Makes sure that compiled simulators can be kept somewhere. Where the default place cannot be written (a container
 * without a home directory) a temporary one serves for this run; a place that was asked for must be right.
 */
export async function openCache(): Promise<Cache> {
  const root = cacheRoot();
  try {
    await makeDirectory(root);
    const probe = join(root, `.probe-${randomUUID()}`);
    await writeFile(probe, '');
    await rm(probe);
    return { warnings: [], release: async () => {} };
  } catch (e) {
    const reason = systemReason(e) ?? String(e);
    if (process.env['SLUICE_CACHE']) fail(badCache(root, reason));
    const own = await mkdtemp(join(tmpdir(), 'sluice-cache-'));
    process.env['SLUICE_CACHE'] = own;
    return {
      warnings: [noCache(root, reason)],
      release: async () => {
        delete process.env['SLUICE_CACHE'];
        await rm(own, { recursive: true, force: true });
      },
    };
  }
}
