import type { Attrs, Node, ValueType } from '../ir/graph.ts';
import type { OpContext, OpDef } from '../ir/op.ts';
import type { Pipeline } from '../netlist/pipeline.ts';
import type { CycleModel, CycleRun } from './cycles.ts';
import type { Fabric } from './devices.ts';

/**
 * A hardware kernel: an op on streams that also knows its schedule, its cost and how it is written in Verilog and HLS.
 *
 * All values are flat streams in stream order (row-major, channels last), `lanes` elements per beat, lane 0 in the
 * least significant bits, elements packed without gaps.
 */
export interface KernelDef<A extends Attrs = Attrs> extends OpDef<A> {
  /** Output lanes for the given attributes and input lanes. */
  readonly lanes: (ctx: OpContext<A>) => readonly number[];
  /** The lanes that it demands of each input (a width converter is inserted where they differ). */
  readonly inputLanes: (ctx: OpContext<A>) => readonly number[];
  /** Legal foldings; null when the kernel has none (its lanes follow its input). */
  readonly folding: FoldingSpace<A> | null;
  /**
   * Other ways to build it at the same folding and schedule of beats, as attributes to replace: what the attributes leave
   * open (`auto`). Absent or empty: there is one way.
   */
  readonly variants?: (ctx: KernelContext<A>) => readonly Attrs[];
  /** Cycles in which it is busy per frame when nothing stalls: its contribution to the initiation interval. */
  readonly busy: (ctx: KernelContext<A>) => number;
  /** The schedule, cycle for cycle what the RTL does. */
  readonly cycles: (ctx: KernelContext<A>, run?: CycleRun) => CycleModel;
  /** Inputs whose values its schedule depends on, by index. */
  readonly watches?: readonly number[];
  /** What it reads over an AXI4 read master of its own, if it has one. */
  readonly memory?: (ctx: OpContext<A>) => MemoryImage;
  /** Estimated resources on a fabric (default: UltraScale+). */
  readonly cost: (ctx: KernelContext<A>, fabric?: Fabric) => Cost;
  /** What a fitted cost is made of (`cost-model.ts`); absent where `cost` is a formula by hand. */
  readonly costTerms?: (ctx: KernelContext<A>, fabric: Fabric) => CostTerms;
  readonly verilog: (ctx: KernelContext<A>) => VerilogBinding;
  readonly hls: (ctx: KernelContext<A>) => HlsBinding;
  /** Which tensor op it implements and how; null for stream plumbing (FIFO, fork, width converter). */
  readonly implements: Lowering | null;
}

export interface KernelContext<A extends Attrs = Attrs> extends OpContext<A> {
  readonly name: string;
  readonly outputs: readonly ValueType[];
}

/** One tensor op → one kernel: the kernel's attributes at its least parallel folding. Constants keep their roles. */
export interface Lowering {
  readonly op: string;
  readonly attrs: (node: Node, inputs: readonly ValueType[], outputs: readonly ValueType[]) => Attrs;
}

/** The folding attributes of a kernel, by the field's names. */
export interface FoldingSpace<A extends Attrs> {
  /** Attribute names in the order in which a solver should raise them, such as `['SIMD', 'PE']`. */
  readonly knobs: readonly string[];
  /** The legal values of one knob, ascending (the divisors of MW, say). */
  readonly legal: (knob: string, ctx: OpContext<A>) => readonly number[];
  /** Why a value is illegal, in words ("PE=3 does not divide MH=8"). */
  readonly explain: (knob: string, value: number, ctx: OpContext<A>) => string;
}

/** A part of the memory image: the bytes that a kernel's master reads. */
export interface MemoryImage {
  /** Bits of a beat. */
  readonly width: number;
  readonly bytes: number;
  readonly image: () => Uint8Array;
}

/** Estimated resources; fractions are fine, the sum is rounded. `bram` counts blocks of 18 Kbit. */
export interface Cost {
  readonly lut: number;
  readonly ff: number;
  readonly dsp: number;
  readonly bram: number;
}

/** Estimates of a kernel's parts, by name. */
export type Terms = { readonly [term: string]: number };

/** What a fitted cost is made of; multiplier blocks and memories are counted, not fitted. */
export interface CostTerms {
  readonly lut: Terms;
  readonly ff: Terms;
  readonly dsp: number;
  readonly bram: number;
}

/** A memory file: `words` hexadecimal, one per line, most significant digit first, `$readmemh` format. */
export interface MemoryFile {
  /** The module parameter that takes the file's name. */
  readonly param: string;
  readonly width: number;
  readonly words: readonly string[];
}

/**
 * An instance of a library module. Ports by convention: `clk`, `rst` (synchronous, active high); streams
 * `in_data/in_valid/in_ready` (`in0_…`, `in1_…` when there are several inputs) and `out_data/out_valid/out_ready`.
 * A kernel with several outputs has `out_valid` and `out_ready` as vectors and one shared `out_data`. A kernel with a
 * memory has `mem_araddr`, `mem_arlen`, `mem_arvalid`, `mem_arready`, `mem_rdata`, `mem_rlast`, `mem_rvalid` and
 * `mem_rready`.
 */
export interface VerilogBinding {
  readonly module: string;
  /** File in `templates/verilog/lib` that holds the module (and those that it needs, first). */
  readonly files: readonly string[];
  readonly params: { readonly [name: string]: number | string };
  readonly memories: readonly MemoryFile[];
  /** Of a kernel with a memory: the parameter that takes the byte address of its part of the image. */
  readonly base?: string;
  /** Where the module is a circuit of the node's own: the emitter writes it, and names it after the node. */
  readonly circuit?: RegisteredCircuit;
}

/** A pipelined netlist, its registers single or in triplicate with voters. */
export interface RegisteredCircuit extends Pipeline {
  readonly triplicated: boolean;
}

/**
 * A call of a library function template: `name<args…>(in…, out…, arrays…)`. Streams are
 * `hls::stream<sluice::beat<T, LANES>>` with T from the value's element type. A kernel with a memory gets a pointer to its
 * part of the image behind the arrays.
 */
export interface HlsBinding {
  readonly function: string;
  /** Headers in `templates/hls/lib`. */
  readonly headers: readonly string[];
  /** Template arguments, as C++ text, in order. The emitter prepends the types of the input and output elements. */
  readonly args: readonly (number | string)[];
  readonly arrays: readonly HlsArray[];
  /** Where the function is a circuit of the node's own: the emitter writes it, and names it after the node. */
  readonly circuit?: Pipeline;
}

/** A constant array of the generated header: `static const <type> <kernel>_<name>[d0][d1]… = {…}`. */
export interface HlsArray {
  readonly name: string;
  /** C++ element type, such as `ap_int<4>`. */
  readonly type: string;
  readonly dims: readonly number[];
  /** Row-major values. */
  readonly data: ArrayLike<number>;
  /** Dimensions (1-based) to partition completely, for `#pragma HLS ARRAY_PARTITION`. */
  readonly partition: readonly number[];
}

export function defineKernel<A extends Attrs>(def: KernelDef<A>): KernelDef<A> {
  return def;
}
