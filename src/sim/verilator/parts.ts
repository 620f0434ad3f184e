/**
 * A circuit in parts, for Verilator: each part becomes a model of its own, since Verilator and C++ compilers take far more
 * memory than the text has bytes. In the place of the module that holds the parts stands a shell, which hands its ports to C++
 * (`sim/rtl/parts.hpp`), where the ports of the parts are joined by their names.
 */
import { codeIn, isVerilog, modulePaths, moduleWith, PART, PARTS, withInstances } from '../../tools/parts.ts';
import type { RtlJob } from '../rtl.ts';

type Files = RtlJob['files'];

/** A design as it is given to Verilator. */
export interface Pieces {
  /** All files, with shells in place of what holds parts. */
  readonly files: Files;
  /** Those of Verilog that are no parts. */
  readonly paths: readonly string[];
  readonly parts: readonly PartSource[];
  /** C++ around each model, and around all of a module: name of the file → text. */
  readonly glue: ReadonlyMap<string, string>;
}

/** A part to be compiled by itself. */
export interface PartSource {
  readonly module: string;
  /** The Verilog files it is made of: its own, and those of what it has instances of. */
  readonly paths: readonly string[];
}

interface Port {
  readonly name: string;
  readonly output: boolean;
  readonly bits: number;
}

/** The clock of the registers; parts without any have none. */
const CLOCK = 'clk';

/** The name of a part's model in C++. */
export const modelOf = (module: string): string => `V${module}`;

/** A design in pieces; one without parts is in one. */
export function pieces(files: Files): Pieces {
  const holders = [...files].flatMap(([path, content]) => {
    const module = moduleWith(PARTS, content);
    return module === undefined ? [] : [{ path, module, code: codeIn(content) }];
  });
  const verilog = [...files.keys()].filter(isVerilog);
  if (holders.length === 0) return { files, paths: verilog, parts: [], glue: new Map() };
  const parts = new Map(
    [...files].flatMap(([path, content]) => {
      const module = moduleWith(PART, content);
      return module === undefined ? [] : [[module, { path, ports: portsIn(codeIn(content)) }] as const];
    }),
  );
  const pathOf = modulePaths(files);
  const shells = new Map(holders.map(({ path, module, code }) => [path, shellOf(module, portsIn(code))]));
  const own = new Set([...parts.values()].map(({ path }) => path));
  return {
    files: new Map([...files, ...shells]),
    paths: verilog.filter((path) => !own.has(path)),
    parts: [...parts].map(([module, { path }]) => ({
      module,
      paths: [...withInstances(files, path, pathOf).keys()].filter(isVerilog),
    })),
    glue: new Map([
      ...[...parts].map(([module, { ports }]) => [`${module}.cpp`, partGlue(module, ports)] as const),
      ...holders.map(
        ({ module, code }) => [`${module}.cpp`, holderGlue(module, portsIn(code), instancesIn(code))] as const,
      ),
    ]),
  };
}

/** The ports that a module declares, each in a line of its own. */
function portsIn(code: string): Port[] {
  return [...code.matchAll(/^\s*(input|output)(?: wire)?(?: \[(\d+):0\])? (\w+);$/gm)].map(
    ([, direction, last, name]) => ({
      name: name as string,
      output: direction === 'output',
      bits: Number(last ?? 0) + 1,
    }),
  );
}

const instancesIn = (code: string): string[] =>
  [...code.matchAll(/^\s*(\w+) part\d+ \($/gm)].map(([, module]) => module as string);

/** A port's bits, padded to words of 32 bits, behind those of the ports before it. */
interface Slot {
  readonly port: Port;
  readonly word: number;
  readonly words: number;
}

function slotsOf(ports: readonly Port[]): { readonly slots: readonly Slot[]; readonly words: number } {
  let words = 0;
  const slots = ports.map((port): Slot => {
    const slot = { port, word: words, words: Math.ceil(port.bits / 32) };
    words += slot.words;
    return slot;
  });
  return { slots, words };
}

const inputsOf = (ports: readonly Port[]): Port[] => ports.filter((p) => !p.output && p.name !== CLOCK);
const outputsOf = (ports: readonly Port[]): Port[] => ports.filter((p) => p.output);

/**
 * The module that stands for all parts. At an edge C++ gets the inputs from before it, and gives `tick`, on which the outputs
 * depend: they are asked for again, after it.
 */
function shellOf(module: string, ports: readonly Port[]): string {
  const [ins, outs] = [slotsOf(inputsOf(ports)), slotsOf(outputsOf(ports))];
  const vector = (words: number): string => `bit [${Math.max(1, words) * 32 - 1}:0]`;
  const padded = ({ name, bits }: Port, words: number): string =>
    bits < words * 32 ? `{${words * 32 - bits}'d0, ${name}}` : name;
  const clocked = ports.some((p) => p.name === CLOCK);
  return `${[
    `module ${module} (`,
    ports.map((p) => `    ${p.output ? 'output' : 'input'} wire [${p.bits - 1}:0] ${p.name}`).join(',\n'),
    ');',
    `    import "DPI-C" function chandle ${module}_new();`,
    `    import "DPI-C" function bit ${module}_edge(input chandle parts, input ${vector(ins.words)} in);`,
    `    import "DPI-C" function void ${module}_settle(`,
    `        input chandle parts, input ${vector(ins.words)} in, input bit tick, output ${vector(outs.words)} out);`,
    '    chandle parts;',
    `    initial parts = ${module}_new();`,
    `    ${vector(ins.words)} in;`,
    ...(ins.words === 0 ? ["    assign in = 32'd0;"] : []),
    ...ins.slots.map(
      ({ port, word, words }) => `    assign in[${(word + words) * 32 - 1}:${word * 32}] = ${padded(port, words)};`,
    ),
    `    ${vector(outs.words)} out;`,
    "    bit tick = 1'b0;",
    ...(clocked ? [`    always @(posedge ${CLOCK}) tick <= ${module}_edge(parts, in);`] : []),
    `    always_comb ${module}_settle(parts, in, tick, out);`,
    ...outs.slots.map(({ port, word }) => `    assign ${port.name} = out[${word * 32 + port.bits - 1}:${word * 32}];`),
    'endmodule',
  ].join('\n')}\n`;
}

function partGlue(module: string, ports: readonly Port[]): string {
  const field = ({ name }: Port): string => `        {"${name}", &model->${name}, sizeof model->${name}},`;
  return `${[
    '#include <memory>',
    `#include "${module}/${modelOf(module)}.h"`,
    '#include "parts.hpp"',
    `Part ${module}_part(VerilatedContext* context) {`,
    `    const auto model = std::make_shared<${modelOf(module)}>(context, "${module}");`,
    '    Part part;',
    '    part.eval = [model] { model->eval(); };',
    ...(ports.some((p) => p.name === CLOCK) ? [`    part.clock = &model->${CLOCK};`] : []),
    '    part.inputs = {',
    ...inputsOf(ports).map(field),
    '    };',
    '    part.outputs = {',
    ...outputsOf(ports).map(field),
    '    };',
    '    return part;',
    '}',
  ].join('\n')}\n`;
}

function holderGlue(module: string, ports: readonly Port[], parts: readonly string[]): string {
  const [ins, outs] = [slotsOf(inputsOf(ports)), slotsOf(outputsOf(ports))];
  const slot = ({ port, word, words }: Slot): string => `        {"${port.name}", ${word}, ${words}},`;
  return `${[
    '#include "parts.hpp"',
    '#include "svdpi.h"',
    ...parts.map((part) => `Part ${part}_part(VerilatedContext* context);`),
    `extern "C" void* ${module}_new() {`,
    '    VerilatedContext* const context = Verilated::threadContextp();',
    '    return new Parts({',
    ...ins.slots.map(slot),
    `    }, ${ins.words}, {`,
    ...outs.slots.map(slot),
    '    }, {',
    ...parts.map((part) => `        ${part}_part(context),`),
    '    });',
    '}',
    `extern "C" svBit ${module}_edge(void* parts, const svBitVecVal* in) { return static_cast<Parts*>(parts)->edge(in); }`,
    `extern "C" void ${module}_settle(void* parts, const svBitVecVal* in, svBit, svBitVecVal* out) {`,
    '    static_cast<Parts*>(parts)->settle(in, out);',
    '}',
  ].join('\n')}\n`;
}
