import type { MemoryRead } from '../kernels/cycles.ts';
import type { MemoryPlan } from '../kernels/memory-agent.ts';
import type { StallPlan } from '../kernels/stall.ts';

/**
 * The contract between an emitted design and whatever simulates its RTL (Verilator, Icarus, WASM).
 *
 * A design has one clock `aclk`, one active-low synchronous reset `aresetn`, and AXI4-Stream ports
 * `<name>_tdata`, `<name>_tvalid`, `<name>_tready`, `<name>_tlast`. Cycle 0 is the first cycle in which
 * `aresetn` is high; a handshake belongs to cycle t when valid and ready are both high at the rising edge that ends
 * cycle t.
 */
export interface StreamPort {
  /** Port prefix, such as `s_axis`. */
  readonly name: string;
  /** Width of `tdata` in bits, a multiple of 8. */
  readonly width: number;
  /** Beats per frame; `tlast` is high on the last one. */
  readonly beatsPerFrame: number;
}

/** An input stream: `frames * beatsPerFrame` beats of `width / 8` bytes each, little-endian. */
export interface InputStream {
  readonly port: StreamPort;
  readonly beats: Uint8Array;
}

/** An AXI4 read master `<name>_ar*`, `<name>_r*` of the design, and the part of the image that it may read. */
export interface MemoryPort {
  readonly name: string;
  /** Bits of `rdata`. */
  readonly width: number;
  readonly base: number;
  readonly bytes: number;
}

/** The memory behind the read masters. */
export interface JobMemory {
  readonly masters: readonly MemoryPort[];
  /** What lies at address 0 and on. */
  readonly image: Uint8Array;
  readonly plan: MemoryPlan;
}

export interface RtlJob {
  readonly top: string;
  /** Path relative to the design's rtl folder → content: `.v` sources and the memory files that they read. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly inputs: readonly InputStream[];
  readonly outputs: readonly StreamPort[];
  readonly frames: number;
  /** Inputs of one bit that are held at 0. */
  readonly quiet?: readonly string[];
  readonly stall: StallPlan;
  /** Of a design with read masters. */
  readonly memory?: JobMemory;
  /** Give up (a hang) when no handshake has happened on any port for this many cycles. */
  readonly idleLimit: number;
}

export interface OutputTrace {
  /** The beats seen, packed as in {@link InputStream}. */
  readonly beats: Uint8Array;
  /** Cycle of each handshake. */
  readonly cycles: Float64Array;
}

export interface RtlResult {
  readonly outputs: readonly OutputTrace[];
  /** Cycle of each input handshake, per input port. */
  readonly inputCycles: readonly Float64Array[];
  /** Bursts that each read master asked for. */
  readonly reads: readonly (readonly MemoryRead[])[];
  /** Cycles simulated. */
  readonly totalCycles: number;
  /** True when the idle limit was reached before all output beats arrived. */
  readonly hung: boolean;
  /** Breaches of the AXI4 protocols: what is offered changed under stall, `tlast` misplaced, beats too many or never taken, bad bursts, X or Z seen. */
  readonly violations: readonly string[];
}
