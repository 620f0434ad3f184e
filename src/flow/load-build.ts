import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { DiagnosticError, fail } from '../diag/diagnostic.ts';
import { changedBuild, notABuild } from '../diag/messages-cli.ts';
import { systemReason } from '../diag/system-error.ts';
import type { Model } from '../ir/model.ts';
import { parseModel } from '../ir/text/index.ts';
import { readSafetensors } from '../num/safetensors.ts';
import { MANIFEST, type Manifest, parseManifest, sha256 } from './manifest.ts';

/** A build directory as it lies on disk: what is simulated is what the user has, edits included. */
export interface LoadedBuild {
  readonly dir: string;
  readonly name: string;
  /** The part that it was built for. */
  readonly device?: string;
  /** As imported: the reference. */
  readonly model: Model;
  /** As built: a kernel graph. */
  readonly hardware: Model;
  readonly rtl: ReadonlyMap<string, Uint8Array>;
  readonly hls: ReadonlyMap<string, Uint8Array>;
  /** Files of `rtl/` and `hls/` that are not as the build wrote them, edited or added. */
  readonly edited: readonly string[];
}

/** Each text of the IR and the constants that belong to it. */
export const TEXTS = [
  ['model.sir', 'weights.safetensors'],
  ['graph.sir', 'graph.safetensors'],
] as const;

/** What everything else is compared with, so it must be what was built; hardware may be edited. */
const FIXED = new Set<string>(TEXTS.flat());
const HARDWARE = ['rtl', 'hls'] as const;

async function readManifest(dir: string): Promise<Manifest> {
  const info = await stat(dir).catch((e) => fail(notABuild(dir, systemReason(e) ?? String(e))));
  if (!info.isDirectory()) fail(notABuild(dir, 'it is a file'));
  const text = await readFile(join(dir, MANIFEST), 'utf8').catch(() =>
    fail(notABuild(dir, `${MANIFEST} is missing or cannot be read`)),
  );
  return parseManifest(text) ?? fail(notABuild(dir, `${MANIFEST} is not one that Sluice wrote`));
}

async function filesUnder(dir: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // Plain arrays: a Buffer's `slice` is no copy, and these are shared by all executors.
    files.set(relative(dir, path).split(sep).join('/'), new Uint8Array(await readFile(path)));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The files that are verified, by path in the build directory; a missing one is left out. */
async function readParts(dir: string): Promise<Map<string, Uint8Array>> {
  const parts = new Map<string, Uint8Array>();
  for (const file of FIXED) {
    const bytes = await readFile(join(dir, file)).catch(() => undefined);
    if (bytes) parts.set(file, bytes);
  }
  for (const folder of HARDWARE) {
    const files = await filesUnder(join(dir, folder)).catch(() => new Map<string, Uint8Array>());
    for (const [path, bytes] of files) parts.set(`${folder}/${path}`, bytes);
  }
  return parts;
}

/** Reads a build directory; throws diagnostics where it is none, or where parts are missing or the reference is changed. */
export async function loadBuild(dir: string): Promise<LoadedBuild> {
  const manifest = await readManifest(dir);
  const parts = await readParts(dir);
  const checked = (path: string): boolean =>
    FIXED.has(path) || HARDWARE.some((folder) => path.startsWith(`${folder}/`));
  const missing = Object.keys(manifest.files).filter((path) => checked(path) && !parts.has(path));
  const edited = [...parts].filter(([path, bytes]) => manifest.files[path] !== sha256(bytes)).map(([path]) => path);
  const problems = [
    ...missing.map((path) => changedBuild(dir, path, 'missing')),
    ...edited.filter((path) => FIXED.has(path)).map((path) => changedBuild(dir, path, 'changed')),
  ];
  if (problems.length > 0) throw new DiagnosticError(problems);
  const [model, hardware] = TEXTS.map(([text, consts]) => modelOf(dir, parts, text, consts)) as [Model, Model];
  const folder = (name: string): Map<string, Uint8Array> =>
    new Map([...parts].flatMap(([p, b]) => (p.startsWith(`${name}/`) ? [[p.slice(name.length + 1), b] as const] : [])));
  const device = manifest.device === undefined ? {} : { device: manifest.device };
  return { dir, name: hardware.graph.name, ...device, model, hardware, rtl: folder('rtl'), hls: folder('hls'), edited };
}

function modelOf(dir: string, parts: ReadonlyMap<string, Uint8Array>, text: string, consts: string): Model {
  const source = parts.get(text) ?? fail(changedBuild(dir, text, 'missing'));
  const tensors = parts.get(consts) ?? fail(changedBuild(dir, consts, 'missing'));
  return parseModel(new TextDecoder().decode(source), readSafetensors(tensors, consts));
}
