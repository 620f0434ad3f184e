/** AMD's open `ap_types` headers, which come with the `hls4ml` package: what our own headers must agree with. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, copyFile, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cached, contentHash } from '../../../src/sim/cache.ts';

const run = promisify(execFile);
const FOLDER = 'hls4ml/templates/vivado/ap_types';

/** The package has no `ap_axi_sdata.h`: ours only declares a struct and works with either. */
const AXI = new URL('../../../sim/hls/include/ap_axi_sdata.h', import.meta.url);

let folder: Promise<string | undefined> | undefined;

/** A folder with the headers: `$SLUICE_AP_TYPES`, or downloaded once with pip; undefined when they cannot be had. */
export function amdHeaders(): Promise<string | undefined> {
  folder ??= find().catch(() => undefined);
  return folder;
}

async function find(): Promise<string | undefined> {
  const given = process.env['SLUICE_AP_TYPES'];
  if (given !== undefined) return existsSync(join(given, 'ap_int.h')) ? withAxi(given) : undefined;
  const entry = await cached('ap-types', contentHash(['hls4ml 1.3.0']), async (dir) => {
    const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', dir, 'hls4ml==1.3.0'];
    await run('python3', args, { timeout: 60_000 });
    const wheel = (await readdir(dir)).find((f) => f.endsWith('.whl'));
    if (wheel === undefined) throw new Error('pip downloaded no wheel');
    await run('python3', ['-m', 'zipfile', '-e', join(dir, wheel), dir]);
    await access(join(dir, FOLDER, 'ap_int.h'));
    await copyFile(AXI, join(dir, FOLDER, 'ap_axi_sdata.h'));
  });
  return join(entry, FOLDER);
}

/** A folder of forwarding headers, since the given one is not ours to write to. */
async function withAxi(given: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-ap-types-'));
  for (const name of ['ap_int.h', 'hls_stream.h'])
    await writeFile(join(dir, name), `#include "${join(given, name)}"\n`);
  await copyFile(AXI, join(dir, 'ap_axi_sdata.h'));
  return dir;
}
