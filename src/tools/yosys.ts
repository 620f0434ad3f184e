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
  readonly attributes?: Readonly<Record<string, string>>;
  readonly ports: Readonly<Record<string, YosysPort>>;
  readonly cells: Readonly<Record<string, YosysCell>>;
  readonly netnames: Readonly<Record<string, YosysNetName>>;
}

export interface YosysRun {
  /** The file tree after the run, by path. */
  readonly files: ReadonlyMap<string, FileContent>;
  readonly log: string;
}

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

interface RawRun {
  readonly tree: Tree;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(files: ReadonlyMap<string, FileContent>, args: string[]): Promise<RawRun> {
  const { tree, stdout, stderr } = await runCollected(files, args);
  return { tree, stdout: textOf(stdout), stderr: textOf(stderr) };
}

interface CollectedRun {
  readonly tree: Tree;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Runs Yosys in a file tree; its output as bytes, which may be more than a string can hold. */
export async function runCollected(files: ReadonlyMap<string, FileContent>, args: string[]): Promise<CollectedRun> {
  const [stdout, stderr] = [collector(), collector()];
  try {
    const tree = (await runYosys(args, treeOf(files), { stdout: stdout.add, stderr: stderr.add })) ?? {};
    return { tree, stdout: stdout.bytes(), stderr: stderr.bytes() };
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

/** Output as text; an error where that is longer than a string can be. */
export function textOf(bytes: Buffer): string {
  if (bytes.length <= constants.MAX_STRING_LENGTH) return bytes.toString('utf8');
  throw new Error(`the design is too large for the embedded Yosys, which wrote ${bytes.length} bytes`);
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
