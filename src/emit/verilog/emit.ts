import type { Graph } from '../../ir/graph.ts';
import { IMAGE_FILE, imageBytes, memoryImage } from '../../kernels/axi.ts';
import { uniqueIdentifiers } from '../../kernels/axis.ts';
import { contextOf, kernelOf } from '../../kernels/context.ts';
import type { VerilogBinding } from '../../kernels/kernel.ts';
import { type FileSet, fileSet } from '../fileset.ts';
import { readAsset, render } from '../handlebars.ts';
import type { Sizes } from '../parts.ts';
import { circuitFiles } from './circuit/files.ts';
import { memoryFiles } from './memories.ts';
import { moduleName } from './names.ts';
import { type BoundNode, topView } from './top.ts';

/** The module that turns the last stream of a design into an AXI4-Stream master with `tlast`. */
const AXIS_OUT = 'sluice_axis_out.v';

/**
 * Writes a kernel graph as Verilog-2005. Paths are relative to the build's `rtl` folder: `<top>.v`, `lib/*.v`,
 * `<top>_<node>.v`, `<top>_<node>_part<k>.v`, `<top>_<node>_parts.v` and `<top>_<node>_tables.v` for circuits, `mem/*.mem`,
 * `sources.f`, which lists the Verilog files, and `memory.bin`, what the read masters read, where there are any. The same graph
 * gives the same bytes. `sizes`: of circuits in parts.
 */
export function emitVerilog(graph: Graph, sizes: Sizes = {}): FileSet {
  const top = moduleName(graph.name);
  const own = uniqueIdentifiers([top, ...graph.nodes.map((node) => `${top}_${node.name}`)]).slice(1);
  const nodes: BoundNode[] = graph.nodes.map((node, i) => {
    const binding = kernelOf(node).verilog(contextOf(graph, node));
    return { node, binding, module: binding.circuit ? (own[i] as string) : binding.module };
  });
  const memories = memoryFiles(nodes);
  const circuits = nodes.flatMap(({ node, binding, module }) => {
    if (!binding.circuit) return [];
    const { inputs, outputs } = contextOf(graph, node);
    return circuitFiles(module, binding.circuit, inputs, outputs, own, sizes);
  });
  const library = libraryFiles(nodes.map((n) => n.binding)).map((file) => `lib/${file}`);
  const sources = [...library, ...circuits.map(([file]) => file), `${top}.v`];
  return fileSet([
    ...library.map((path) => [path, readAsset(`templates/verilog/${path}`)] as const),
    ...memories.files,
    ...circuits,
    [`${top}.v`, render('verilog/top.v', topView(graph, top, nodes, memories.pathOf))],
    ['sources.f', `${sources.join('\n')}\n`],
    ...(imageBytes(graph) > 0 ? ([[IMAGE_FILE, memoryImage(graph)]] as const) : []),
  ]);
}

function libraryFiles(bindings: readonly VerilogBinding[]): string[] {
  return [...new Set([...bindings.flatMap((b) => b.files), AXIS_OUT])].sort();
}
