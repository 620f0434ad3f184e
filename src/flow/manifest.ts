import { createHash } from 'node:crypto';

/** The file that marks a build directory and says what it was made from. */
export const MANIFEST = 'build.json';

/** What of it is read back: the hash of every file as it was written, and the part that was asked for. */
export interface Manifest {
  readonly device?: string;
  readonly files: { readonly [path: string]: string };
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const isRecord = (v: unknown): v is Readonly<Record<string, unknown>> => typeof v === 'object' && v !== null;

/** Reads a `build.json`; undefined when it is none of Sluice's. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const data: unknown = JSON.parse(text);
    if (!isRecord(data) || !isRecord(data['tool']) || data['tool']['name'] !== 'sluice') return undefined;
    const { files, config } = data;
    const device = isRecord(config) && typeof config['device'] === 'string' ? { device: config['device'] } : {};
    if (!isRecord(files) || !Object.values(files).every((hash) => typeof hash === 'string')) return undefined;
    return { ...device, files: files as Manifest['files'] };
  } catch {
    return undefined;
  }
}
