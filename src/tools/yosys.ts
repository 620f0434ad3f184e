/**
 * Yosys, compiled to WebAssembly, run on an in-memory file tree: the only user of `@yowasp/yosys`.
 *
 * Nothing is written to the console or to the disk: the log is collected and returned, or quoted in the error.
 */
import { constants } from 'node:buffer';
import { runYosys, type Tree } from '@yowasp/yosys';

export type FileContent = string | Uint8Array;

/** One bit of a signal: the number of a net, or a constant `0`, `1`, `x`, `z`. */
export type YosysBit = number | '0' | '1' | 'x' | 'z';

export interface YosysPort {
  readonly direction: 'input' | 'output' | 'inout';
  /** Least significant bit first. */
  readonly bits: readonly YosysBit[];
}

export interface YosysCell {
  readonly type: string;
  /** Numeric parameters are strings of binary digits, most significant first. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly port_directions?: Readonly<Record<string, 'input' | 'output' | 'inout'>>;
  readonly connections: Readonly<Record<string, readonly YosysBit[]>>;
}

export interface YosysNetName {
  readonly bits: readonly YosysBit[];
  readonly attributes: Readonly<Record<string, string>>;
}

export interface YosysModule {
  readonly ports: Readonly<Record<string, YosysPort>>;
  readonly cells: Readonly<Record<string, YosysCell>>;
  readonly netnames: Readonly<Record<string, YosysNetName>>;
}

/** A flattened design: one module of word-level cells, and the modules that stay modules. */
export interface YosysNetlist {
  readonly top: string;
  readonly module: YosysModule;
  /** By the type of their instances. Made anew by each call: a design of very many cells need never be there as a whole. */
  readonly kept: ReadonlyMap<string, () => YosysNetlist>;
}

/** The attribute of modules so many alike that one by one they would be too much for Yosys. */
const TABLE = 'sluice_table';
/** How a file begins whose one module is large: it is read by itself, beside what it has instances of. */
const PART = /^\s*\(\* sluice_part \*\)\s*module\s+(\w+)/m;

export interface YosysRun {
  /** The file tree after the run, by path. */
  readonly files: ReadonlyMap<string, FileContent>;
  readonly log: string;
}

/** Characters of a file in which that is looked for. */
const HEADER = 2000;

const LOG_TAIL_LINES = 12;

/** Thrown when Yosys reports an error; `message` ends with the last lines of the log, `log` is all of it. */
export class YosysError extends Error {
  readonly log: string;

  constructor(log: string) {
    const tail = log.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
    super(`Yosys failed:\n${tail}`);
    this.name = 'YosysError';
    this.log = log;
  }
}

/** Runs a Yosys script (commands separated by newlines or `;`) in a file tree that holds `files`. */
export async function runYosysScript(files: ReadonlyMap<string, FileContent>, script: string): Promise<YosysRun> {
  const { tree, stdout, stderr } = await run(files, ['-Q', '-T', '-p', script]);
  return { files: new Map(filesOf(tree, '')), log: stdout + stderr };
}

/**
 * Elaborates Verilog-2005 sources (every `.v` or `.sv` file of `files`) with `top` as root, and flattens them to one
 * module of word-level cells beside those that stay: tables, and parts of large circuits, which are read one after another,
 * since Yosys takes some 230 bytes of memory for each byte of text. Files read by `$readmemh` are found by their path in `files`.
 */
export async function elaborate(files: ReadonlyMap<string, FileContent>, top: string): Promise<YosysNetlist> {
  const common = new Map(files);
  const parts = [...files].flatMap(([path, content]) => {
    const name = PART.exec(headerOf(content))?.[1];
    if (name !== undefined) common.delete(path);
    return name === undefined ? [] : [{ path, content, name }];
  });
  const kept = new Map<string, () => YosysNetlist>();
  const outer = new Map(common);
  for (const { path, content, name } of parts) {
    const json = await flattened(new Map([...common, [path, content]]), name);
    kept.set(name, () => netlistOf(json, name));
    outer.set(path, blackbox(name, netlistOf(json, name).module.ports));
  }
  const { module, kept: tables } = netlistOf(await flattened(outer, top), top);
  return { top, module, kept: new Map([...tables, ...kept]) };
}

function headerOf(content: FileContent): string {
  return typeof content === 'string' ? content.slice(0, HEADER) : new TextDecoder().decode(content.subarray(0, HEADER));
}

/** A module of which nothing is known but its ports. */
function blackbox(name: string, ports: YosysModule['ports']): string {
  const lines = Object.entries(ports).map(
    ([port, { direction, bits }]) => `${direction} [${bits.length - 1}:0] \\${port} ;`,
  );
  const names = Object.keys(ports).map((port) => `\\${port} `);
  return `(* blackbox *) module \\${name} (${names.join(', ')});\n${lines.join('\n')}\nendmodule\n`;
}

/** The flattened design as JSON, in UTF-8. */
async function flattened(files: ReadonlyMap<string, FileContent>, top: string): Promise<Buffer> {
  const sources = [...files.keys()].filter((path) => /\.s?v$/.test(path));
  const script = [
    ...sources.map((path) => `read_verilog${path.endsWith('.sv') ? ' -sv' : ''} ${quoted(path)}`),
    `hierarchy -check -top ${top}`,
    'proc',
    `setattr -mod -set keep_hierarchy 1 A:${TABLE}`,
    'flatten -noscopeinfo',
    'opt -full',
    'memory_collect',
    'write_json',
  ];
  // To the standard output, with the log kept out of it: files of the in-memory tree grow in quadratic time.
  return (await runCollected(files, ['-q', '-p', script.join('\n')])).stdout.bytes();
}

function netlistOf(json: Buffer, top: string): YosysNetlist {
  const { [top]: module, ...others } = parsed(textOf(json)).modules;
  if (module === undefined) throw new Error(`Yosys: the netlist has no module ${top}`);
  const kept = new Map<string, () => YosysNetlist>();
  for (const [name, table] of Object.entries(others)) kept.set(name, () => ({ top: name, module: table, kept }));
  return { top, module, kept };
}

interface NetlistJson {
  readonly modules: Readonly<Record<string, YosysModule>>;
}

/** The code around Yosys takes its addresses as signed numbers: what it writes from above 2 GiB of its memory are other bytes. */
function parsed(json: string): NetlistJson {
  try {
    return JSON.parse(json) as NetlistJson;
  } catch {
    throw new Error('the design is too large for the embedded Yosys, which can use 2 GiB of memory');
  }
}

interface RawRun {
  readonly tree: Tree;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(files: ReadonlyMap<string, FileContent>, args: string[]): Promise<RawRun> {
  const { tree, stdout, stderr } = await runCollected(files, args);
  return { tree, stdout: textOf(stdout.bytes()), stderr: textOf(stderr.bytes()) };
}

async function runCollected(files: ReadonlyMap<string, FileContent>, args: string[]) {
  const [stdout, stderr] = [collector(), collector()];
  try {
    const tree = (await runYosys(args, treeOf(files), { stdout: stdout.add, stderr: stderr.add })) ?? {};
    return { tree, stdout, stderr };
  } catch (error) {
    const log = `${textOf(stdout.bytes())}${textOf(stderr.bytes())}`;
    // Not as the cause: the package's error carries the whole file tree.
    throw new YosysError(log.trim() === '' ? String(error) : log);
  }
}

function collector() {
  const chunks: Uint8Array[] = [];
  const add = (bytes: Uint8Array | null): void => {
    // The bytes are a view of Yosys' memory.
    if (bytes !== null) chunks.push(bytes.slice());
  };
  return { add, bytes: (): Buffer => Buffer.concat(chunks) };
}

function textOf(bytes: Buffer): string {
  if (bytes.length <= constants.MAX_STRING_LENGTH) return bytes.toString('utf8');
  throw new Error(`the design is too large for the embedded Yosys, which wrote ${bytes.length} bytes`);
}

function quoted(path: string): string {
  return `"${path}"`;
}

function treeOf(files: ReadonlyMap<string, FileContent>): Tree {
  const root: Tree = {};
  for (const [path, content] of files) {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    const name = parts.pop();
    if (name === undefined) throw new Error(`Yosys: "${path}" is not a file path`);
    let directory = root;
    for (const part of parts) {
      const entry = directory[part] ?? {};
      if (typeof entry === 'string' || entry instanceof Uint8Array) {
        throw new Error(`Yosys: "${path}" lies below a file`);
      }
      directory[part] = entry;
      directory = entry;
    }
    directory[name] = content;
  }
  return root;
}

function* filesOf(tree: Tree, prefix: string): Generator<[string, FileContent]> {
  for (const [name, entry] of Object.entries(tree)) {
    const path = prefix + name;
    if (typeof entry === 'string' || entry instanceof Uint8Array) yield [path, entry];
    else yield* filesOf(entry, `${path}/`);
  }
}

/** The version of the embedded Yosys, or undefined where the package is broken. */
export async function yosysVersion(): Promise<string | undefined> {
  try {
    const { stdout } = await run(new Map(), ['-V']);
    return /Yosys [^\s(]+/.exec(stdout)?.[0];
  } catch {
    return undefined;
  }
}
