import type { InputStream, StreamPort } from '../rtl.ts';

/** One simulation of emitted HLS C++. */
export interface CsimJob {
  /** The top function, which also names the files `<top>.cpp` and `<top>_tb.cpp`. */
  readonly top: string;
  /** Path relative to the design's hls folder → content. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly inputs: readonly InputStream[];
  readonly outputs: readonly StreamPort[];
  readonly frames: number;
  /** The memory image, of a design that reads one. */
  readonly image?: Uint8Array;
}

export interface CsimOptions {
  /** `auto`: the machine's own C++ compiler, or Clang in WebAssembly where there is none. */
  readonly compiler?: 'auto' | 'native' | 'wasm';
  /** A folder with `ap_int.h`, `hls_stream.h` and `ap_axi_sdata.h` to use instead of the package's own; native only. */
  readonly include?: string;
  /** What to make fast: `run` for many frames of one design, `build` for few frames of many designs. */
  readonly effort?: 'run' | 'build';
}

export interface CsimResult {
  /** Per output port, beats packed as in {@link InputStream}. */
  readonly outputs: readonly { readonly beats: Uint8Array }[];
  readonly compiler: 'native' | 'wasm';
}

/** C++ sources and how to compile them. */
export interface CsimSource {
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** Flags. */
  readonly args: readonly string[];
  /** What is compiled and linked, by path. */
  readonly sources: readonly string[];
}
