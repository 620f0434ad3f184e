import type { Graph } from '../../ir/graph.ts';
import { type FileSet, fileSet } from '../fileset.ts';
import { render } from '../handlebars.ts';
import type { Sizes } from '../parts.ts';
import { libraryHeaders } from './library.ts';
import { functionName } from './names.ts';
import { hlsView } from './top.ts';

export interface HlsOptions {
  /** AMD part name. */
  readonly part: string;
  /** Clock period in nanoseconds. */
  readonly period: number;
}

export const DEFAULT_HLS: HlsOptions = { part: 'xc7z020clg400-1', period: 5 };

/** The name of the top function and of the files `<top>.cpp`, `<top>.hpp`, `<top>_tb.cpp`. */
export const hlsTop = (graph: Graph): string => functionName(graph.name);

/**
 * Writes a kernel graph as C++14 for Vitis HLS. Paths are relative to the build's `hls` folder: the top function, its
 * test bench, `csynth.tcl`, `weights/<node>.hpp`, `circuits/circuit_<node>.hpp` with its parts where it is very large, and the
 * kernels in `lib`. One call of the top function processes one frame. The same graph gives the same bytes. `sizes`: of circuits in parts.
 */
export function emitHls(graph: Graph, options: HlsOptions = DEFAULT_HLS, sizes: Sizes = {}): FileSet {
  const top = hlsTop(graph);
  const view = hlsView(graph, top, sizes);
  const library = libraryHeaders([...view.library, 'testbench.hpp']);
  return fileSet([
    ...[...library].map(([name, text]) => [`lib/${name}`, text] as const),
    ...view.weights.map((w) => [`weights/${w.name}.hpp`, render('hls/weights.hpp', { top, ...w })] as const),
    ...view.circuits.flatMap((c) => c.files),
    [`${top}.hpp`, render('hls/top.hpp', view)],
    [`${top}.cpp`, render('hls/top.cpp', view)],
    [`${top}_tb.cpp`, render('hls/tb.cpp', view)],
    ['csynth.tcl', render('hls/csynth.tcl', { top, sources: view.sources, ...options })],
  ]);
}
