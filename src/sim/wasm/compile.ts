/** From a netlist to WebAssembly modules that step it, and run vectors through its streams. */
import binaryen from 'binaryen';
import type { YosysNetlist } from '../../tools/elaborate.ts';
import { GLOBAL, PORT, type StreamLayout, type StreamShape, type StreamSlots } from './control.ts';
import { emitStep } from './emit.ts';
import type { PortSlot } from './layout.ts';
import { emitLoop } from './loop.ts';
import { type Lowered, lowerNetlist, type RegisterSlot } from './lower.ts';
import { limbCount } from './word.ts';

const PAGE_BYTES = 65536;
/** Linear memory may grow to 4 GiB, less one page. */
const MAX_PAGES = 65535;

export interface StreamShapes {
  readonly inputs: readonly StreamShape[];
  readonly outputs: readonly StreamShape[];
  /** Ports that the host drives, cycle for cycle. */
  readonly hosted?: boolean;
}

/** Where the host finds things in the memory of the modules. Plain data. */
export interface ModuleLayout {
  /** First byte that the modules do not use. */
  readonly end: number;
  readonly inputs: Readonly<Record<string, PortSlot>>;
  readonly outputs: Readonly<Record<string, PortSlot>>;
  readonly streams: StreamLayout;
  readonly registers: readonly RegisterSlot[];
}

/** A compiled simulator; independent of the vectors, so it can be kept. */
export interface CompiledDesign {
  /** The design, then its parts in the order of their numbers. */
  readonly wasm: readonly Uint8Array[];
  readonly layout: ModuleLayout;
}

export interface CompileOptions {
  /** Limb operations per WebAssembly function. */
  readonly chunkNodes?: number;
}

/**
 * Compiles a netlist. The first module exports `memory`, `step()` (one clock cycle: outputs settle from inputs and state,
 * then state advances) and `run(budget)` (the vector loop over `streams`). It asks the host for the cycles of its parts,
 * modules that export `step()` and import `memory`.
 */
export function compileNetlist(
  netlist: YosysNetlist,
  streams: StreamShapes,
  options: CompileOptions = {},
): CompiledDesign {
  const parts: Uint8Array[] = [];
  const lowered = lowerNetlist(netlist, (part) => parts.push(compilePart(part, options)) - 1);
  const streamLayout = streamLayoutOf(lowered, streams, netlist.top);
  const wasm = withModule((module) => {
    // Loads and stores can only be built for a memory that exists; its final size is known after they are.
    module.setMemory(1, MAX_PAGES);
    emitStep(module, lowered, options.chunkNodes);
    emitLoop(module, streamLayout, streams.hosted === true);
    const { size, segments } = lowered.layout;
    const data = segments.map(({ address, data }) => ({ offset: module.i32.const(address), data }));
    module.setMemory(Math.ceil((size + 8) / PAGE_BYTES), MAX_PAGES, 'memory', data);
  });
  const layout: ModuleLayout = {
    end: lowered.layout.size,
    inputs: Object.fromEntries(lowered.inputs),
    outputs: Object.fromEntries(lowered.outputs),
    streams: streamLayout,
    registers: lowered.registers,
  };
  return { wasm: [wasm, ...parts], layout };
}

/** Its memory is that of the design, which has the initial contents, too. */
function compilePart(part: Lowered, options: CompileOptions): Uint8Array {
  return withModule((module) => {
    module.setMemory(1, MAX_PAGES);
    module.addMemoryImport('0', 'host', 'memory');
    emitStep(module, part, options.chunkNodes);
  });
}

function withModule(build: (module: binaryen.Module) => void): Uint8Array {
  const module = new binaryen.Module();
  try {
    module.setFeatures(binaryen.Features.SignExt | binaryen.Features.MutableGlobals);
    build(module);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

function streamLayoutOf(lowered: Lowered, streams: StreamShapes, top: string): StreamLayout {
  const slotsOf = (shape: StreamShape, isInput: boolean): StreamSlots => {
    const find = (suffix: string, driven: boolean, width: number): PortSlot => {
      const name = `${shape.name}_${suffix}`;
      const slot = (driven ? lowered.inputs : lowered.outputs).get(name);
      if (slot === undefined) throw new Error(`wasm simulator: ${top} has no ${driven ? 'input' : 'output'} ${name}`);
      if (slot.width !== width) throw new Error(`wasm simulator: ${name} has ${slot.width} bits, not ${width}`);
      return slot;
    };
    return {
      shape: { name: shape.name, width: shape.width },
      control: lowered.layout.bytes(PORT.heldData + limbCount(shape.width) * 8),
      data: find('tdata', isInput, shape.width),
      valid: find('tvalid', isInput, 1),
      ready: find('tready', !isInput, 1),
      last: find('tlast', isInput, 1),
    };
  };
  return {
    global: lowered.layout.bytes(GLOBAL.bytes),
    inputs: streams.inputs.map((shape) => slotsOf(shape, true)),
    outputs: streams.outputs.map((shape) => slotsOf(shape, false)),
  };
}
