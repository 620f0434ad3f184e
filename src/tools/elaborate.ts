/** From Verilog to a netlist of word-level cells: the front end of the embedded simulator. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { isVerilog, modulePaths, moduleWith, PART, TABLE, withInstances } from './parts.ts';
import { type FileContent, runCollected, textOf, type YosysModule } from './yosys.ts';

/** A flattened design: one module of word-level cells, and the modules that stay modules. */
export interface YosysNetlist {
  readonly top: string;
  readonly module: YosysModule;
  /** By the type of their instances. A part is made of its text by each call: of a very large design only the text is there at once. */
  readonly kept: ReadonlyMap<string, () => YosysNetlist>;
}

/**
 * Elaborates Verilog-2005 sources (every `.v` or `.sv` file of `files`) with `top` as root, and flattens them to one
 * module of word-level cells beside those that stay: tables, and parts of large circuits. Each part is read beside what it has
 * instances of (a part within it becomes one with it) and nothing else, since Yosys takes some 230 bytes of memory for each byte
 * of text. Files read by `$readmemh` are found by their path in `files`.
 */
export async function elaborate(files: ReadonlyMap<string, FileContent>, top: string): Promise<YosysNetlist> {
  const parts = [...files].flatMap(([path, content]) => {
    const name = moduleWith(PART, content);
    return name === undefined || name === top ? [] : [{ path, name }];
  });
  if (parts.length === 0) return netlistOf(await flattened(files, top), top);
  const kept = new Map<string, () => YosysNetlist>();
  const outer = new Map(files);
  const pathOf = modulePaths(files);
  for (const { path, name } of parts) {
    // Opt_clean: the emitter leaves little to `opt -full`, which takes twice as long as all else.
    const json = await flattened(withInstances(files, path, pathOf), name, 'opt_clean');
    const packed = gzipSync(json, { level: 1 });
    kept.set(name, () => netlistOf(gunzipSync(packed), name));
    outer.set(path, blackbox(name, netlistOf(json, name).module.ports));
  }
  const { module, kept: tables } = netlistOf(await flattened(outer, top), top);
  return { top, module, kept: new Map([...tables, ...kept]) };
}

/** Whether a netlist is that of a part. */
export const isPart = ({ module }: YosysNetlist): boolean => module.attributes?.[PART] !== undefined;

/** A module of which nothing is known but its ports. */
function blackbox(name: string, ports: YosysModule['ports']): string {
  const lines = Object.entries(ports).map(
    ([port, { direction, bits }]) => `${direction} [${bits.length - 1}:0] \\${port} ;`,
  );
  const names = Object.keys(ports).map((port) => `\\${port} `);
  return `(* blackbox *) module \\${name} (${names.join(', ')});\n${lines.join('\n')}\nendmodule\n`;
}

/** The flattened design as JSON, in UTF-8. */
async function flattened(
  files: ReadonlyMap<string, FileContent>,
  top: string,
  optimise = 'opt -full',
): Promise<Buffer> {
  const sources = [...files.keys()].filter(isVerilog);
  const script = [
    ...sources.map((path) => `read_verilog${path.endsWith('.sv') ? ' -sv' : ''} "${path}"`),
    `hierarchy -check -top ${top}`,
    'proc',
    `setattr -mod -set keep_hierarchy 1 A:${TABLE}`,
    'flatten -noscopeinfo',
    optimise,
    'memory_collect',
    'write_json',
  ];
  // To the standard output, with the log kept out of it: files of the in-memory tree grow in quadratic time.
  return (await runCollected(files, ['-q', '-p', script.join('\n')])).stdout;
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
