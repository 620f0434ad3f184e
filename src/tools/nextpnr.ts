/** nextpnr for iCE40: the program on PATH, or the WebAssembly package where a user has installed it beside Sluice. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { toolVersion } from './exec.ts';

/** Not a dependency: it is larger than all the others together, and needed for one figure of one family of parts. */
const PACKAGE: string = '@yowasp/nextpnr-ice40';

type Tree = { readonly [name: string]: string | Uint8Array | Tree };

interface Package {
  readonly version: string;
  readonly runNextpnrIce40: (
    args: readonly string[],
    files: Tree,
    options: { readonly stdout: (b: Uint8Array | null) => void; readonly stderr: (b: Uint8Array | null) => void },
  ) => Promise<unknown>;
}

export interface Placement {
  /** False where the design could not be placed and routed; the log says why. */
  readonly done: boolean;
  readonly log: string;
}

const embedded = (): Promise<Package | undefined> =>
  import(PACKAGE).then(
    (m: Package) => m,
    () => undefined,
  );

/** The name and version of what there is; undefined where there is neither. */
export async function nextpnrVersion(): Promise<string | undefined> {
  const native = await toolVersion('nextpnr-ice40');
  if (native !== undefined) return native.replace(/^"(.*)"/, '$1');
  const pack = await embedded();
  return pack && `${PACKAGE} ${pack.version}`;
}

/** Places and routes a netlist of Yosys; undefined where there is no nextpnr. */
export async function placeIce40(netlist: string, args: readonly string[]): Promise<Placement | undefined> {
  const line = [...args, '--json', 'design.json'];
  if ((await toolVersion('nextpnr-ice40')) !== undefined) return native(netlist, line);
  const pack = await embedded();
  return pack && inWasm(pack, netlist, line);
}

async function native(netlist: string, args: readonly string[]): Promise<Placement> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-nextpnr-'));
  try {
    await writeFile(join(dir, 'design.json'), netlist);
    const { failed, all } = await execa('nextpnr-ice40', [...args], {
      cwd: dir,
      reject: false,
      all: true,
      stdin: 'ignore',
    });
    return { done: !failed, log: all };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function inWasm(pack: Package, netlist: string, args: readonly string[]): Promise<Placement> {
  const chunks: Uint8Array[] = [];
  const add = (bytes: Uint8Array | null): void => void (bytes && chunks.push(bytes.slice()));
  const log = (): string => Buffer.concat(chunks).toString('utf8');
  try {
    await pack.runNextpnrIce40(args, { 'design.json': netlist }, { stdout: add, stderr: add });
    return { done: true, log: log() };
  } catch {
    // What stopped it is in its log; the exception itself is that of a program that has ended.
    return { done: false, log: log() };
  }
}
