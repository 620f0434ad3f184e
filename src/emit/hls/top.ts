import type { Graph, Node, ValueType } from '../../ir/graph.ts';
import { type AxiMaster, axiMasters, imageBytes } from '../../kernels/axi.ts';
import { type AxisPort, axisPorts, beatsOf, lanesOf } from '../../kernels/axis.ts';
import { contextOf, kernelOf } from '../../kernels/context.ts';
import type { HlsBinding } from '../../kernels/kernel.ts';
import type { ElemType } from '../../num/elem.ts';
import type { Sizes } from '../parts.ts';
import { type CircuitFiles, circuitFiles } from './circuit/files.ts';
import { cppNames } from './names.ts';
import { isFifo, streamsOf } from './streams.ts';
import { type ArrayView, arrayView } from './weights.ts';

/** The constants of one node: the file `weights/<name>.hpp`. */
export interface WeightsView {
  readonly name: string;
  readonly node: string;
  readonly guard: string;
  readonly arrays: readonly ArrayView[];
}

interface PortView {
  readonly name: string;
  readonly width: number;
  readonly beats: number;
  readonly comment: string;
}

/** Everything that the templates name. */
export interface HlsView {
  readonly top: string;
  readonly guard: string;
  readonly ports: readonly PortView[];
  readonly inputs: readonly PortView[];
  readonly outputs: readonly PortView[];
  /** Pointers to the memory image, one per read master; `bytes`: of the whole image. */
  readonly memories: readonly { readonly name: string; readonly width: number; readonly beats: number }[];
  readonly imageBytes: number;
  /** The top function's parameters, as C++ text. */
  readonly parameters: readonly string[];
  /** The top function's arguments. */
  readonly arguments: string;
  readonly headers: readonly string[];
  readonly library: readonly string[];
  readonly partitions: readonly { readonly name: string; readonly dim: number }[];
  readonly streams: readonly StreamView[];
  readonly calls: readonly CallView[];
  readonly weights: readonly WeightsView[];
  readonly circuits: readonly CircuitFiles[];
  /** C++ files beside that of the top function. */
  readonly sources: readonly string[];
}

interface StreamView {
  readonly name: string;
  readonly type: string;
  readonly depth: number;
  readonly comment: string;
}

interface CallView {
  readonly comment: string;
  readonly function: string;
  readonly args: string;
  readonly operands: string;
}

interface BoundNode {
  readonly node: Node;
  readonly binding: HlsBinding;
  /** Names of its arrays in the design. */
  readonly arrays: readonly string[];
  /** Name of its function. */
  readonly function: string;
}

/** Names every stream and array, and lists every call of a kernel graph. */
export function hlsView(graph: Graph, top: string, sizes: Sizes): HlsView {
  const { inputs, outputs } = axisPorts(graph);
  const typeOf = (value: string): ValueType => graph.values[value] as ValueType;
  const chain = streamsOf(graph);
  const heads = [...new Set([...chain.values()])].filter(
    (s, i, all) => all.findIndex((o) => o.value === s.value) === i,
  );
  const masters = axiMasters(graph);
  const image = imageBytes(graph);
  const portNames = [...inputs, ...outputs, ...masters].map((p) => p.name);
  const streamNames = cppNames(
    heads.map((s) => `s_${s.value}`),
    [top, ...portNames],
  );
  const byHead = new Map(heads.map((s, i) => [s.value, streamNames[i] as string]));
  const streamOf = (value: string): string => byHead.get(chain.get(value)?.value ?? value) as string;
  const nodes = bindNodes(graph, [top, ...portNames, ...streamNames]);
  const weights = weightFiles(nodes);
  const functions = nodes.map((n) => n.function);
  const circuits = nodes.flatMap(({ node, binding, function: name }) => {
    if (!binding.circuit) return [];
    const types = [node.inputs.map(typeOf), node.outputs.map(typeOf)] as const;
    return [circuitFiles(name, top, binding.circuit, ...types, [top, ...functions], sizes)];
  });
  const library = [...new Set(['axis.hpp', ...nodes.flatMap((n) => n.binding.headers)])];
  const portView = (p: AxisPort): PortView => ({
    name: p.name,
    width: p.width,
    beats: p.beatsPerFrame,
    comment: `${p.beatsPerFrame} beats of ${describe(typeOf(p.value))}`,
  });
  return {
    top,
    guard: `${top.toUpperCase()}_HPP`,
    ports: [...inputs, ...outputs].map(portView),
    inputs: inputs.map(portView),
    outputs: outputs.map(portView),
    memories: masters.map(({ name, width }) => ({ name, width, beats: (8 * image) / width })),
    imageBytes: image,
    parameters: [
      ...[...inputs, ...outputs].map(({ name, width }) => `hls::stream<ap_axiu<${width}, 0, 0, 0> >& ${name}`),
      ...masters.map(({ name, width }) => `const ap_uint<${width}>* ${name}`),
    ],
    arguments: portNames.join(', '),
    headers: [
      ...library.map((h) => `lib/${h}`),
      ...weights.map((w) => `weights/${w.name}.hpp`),
      ...circuits.map((c) => c.header),
    ],
    library,
    partitions: nodes.flatMap(({ binding, arrays }) =>
      binding.arrays.flatMap((a, i) => a.partition.map((dim) => ({ name: arrays[i] as string, dim }))),
    ),
    streams: heads.map(({ value, depth }) => ({
      name: streamOf(value),
      type: beatType(typeOf(value)),
      depth,
      comment: `${beatsOf(typeOf(value))} beats of ${describe(typeOf(value))}`,
    })),
    calls: [
      ...inputs.map((p) => edgeCall('from_axis', p, typeOf(p.value), [p.name, streamOf(p.value)])),
      ...nodes.map((n) => nodeCall(n, typeOf, streamOf, masters)),
      ...outputs.map((p) => edgeCall('to_axis', p, typeOf(p.value), [streamOf(p.value), p.name])),
    ],
    weights,
    circuits,
    sources: circuits.flatMap((c) => c.sources),
  };
}

function bindNodes(graph: Graph, taken: readonly string[]): BoundNode[] {
  const bound = graph.nodes
    .filter((node) => !isFifo(node))
    .map((node) => ({ node, binding: kernelOf(node).hls(contextOf(graph, node)) }));
  const names = cppNames(
    bound.flatMap(({ node, binding }) => binding.arrays.map((a) => `${node.name}_${a.name}`)),
    taken,
  );
  let next = 0;
  const functions = cppNames(
    bound.map(({ node }) => `circuit_${node.name}`),
    [...taken, ...names],
  );
  return bound.map((b, i) => {
    const first = next;
    next += b.binding.arrays.length;
    const own = functions[i] as string;
    return { ...b, arrays: names.slice(first, next), function: b.binding.circuit ? own : b.binding.function };
  });
}

function weightFiles(nodes: readonly BoundNode[]): WeightsView[] {
  const holders = nodes.filter((n) => n.arrays.length > 0);
  const files = cppNames(
    holders.map((n) => n.node.name),
    [],
  );
  return holders.map(({ node, binding, arrays }, i) => ({
    name: files[i] as string,
    node: plain(node.name),
    guard: `WEIGHTS_${(files[i] as string).toUpperCase()}_HPP`,
    arrays: binding.arrays.map((a, k) => arrayView(a, arrays[k] as string)),
  }));
}

function nodeCall(
  { node, binding, arrays, function: name }: BoundNode,
  typeOf: (value: string) => ValueType,
  streamOf: (value: string) => string,
  masters: readonly AxiMaster[],
): CallView {
  const own = masters.filter((m) => m.node === node.name).map((m) => `${m.name} + ${(8 * m.base) / m.width}`);
  const values = [...node.inputs, ...node.outputs];
  const types = values.flatMap((v) => [elemType(typeOf(v).elem), lanesOf(typeOf(v))]);
  return {
    comment: plain(
      node.origin.length ? `${node.name}: ${node.op}, from ${node.origin.join(', ')}` : `${node.name}: ${node.op}`,
    ),
    function: name,
    args: [...types, ...binding.args].join(', '),
    operands: [...values.map(streamOf), ...arrays, ...own].join(', '),
  };
}

function edgeCall(name: string, port: AxisPort, type: ValueType, operands: readonly string[]): CallView {
  return {
    comment: `${port.name}: tdata of ${port.width} bits, ${port.payload} of them used`,
    function: name,
    args: [elemType(type.elem), lanesOf(type), port.width, port.beatsPerFrame].join(', '),
    operands: operands.join(', '),
  };
}

/** The C++ type of an element. */
function elemType(e: ElemType): string {
  if (e.kind === 'bipolar') return 'sluice::bipolar';
  return `${e.kind === 'int' ? 'ap_int' : 'ap_uint'}<${e.bits}>`;
}

const beatType = (t: ValueType): string => `sluice::beat<${elemType(t.elem)}, ${lanesOf(t)}>`;

const describe = (t: ValueType): string => `${lanesOf(t)} ${elemType(t.elem)}`;

/** Text that is safe in a one-line comment: printable, and no backslash that would join the next line. */
const plain = (text: string): string => text.replace(/[^\x20-\x7e]|\\/g, '?');
