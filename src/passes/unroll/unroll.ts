import { DiagnosticError } from '../../diag/diagnostic.ts';
import { noCircuit } from '../../diag/messages-build.ts';
import type { Graph, Node, ValueType } from '../../ir/graph.ts';
import { contextOf } from '../../ir/lookup.ts';
import { hull } from '../../ir/op.ts';
import { packPipeline } from '../../kernels/unrolled/pack.ts';
import { NetlistBuilder } from '../../netlist/builder.ts';
import { type Netlist, rangeAt } from '../../netlist/netlist.ts';
import { prune } from '../../netlist/prune.ts';
import { elemFor, type Interval } from '../../num/elem.ts';
import { numel } from '../../num/tensor.ts';
import { definePass } from '../pass.ts';
import { onlyReaderOf } from '../uses.ts';
import { Chain } from './chain.ts';
import { inputTerms, outputValue } from './edges.ts';
import { type Parameters, type Reader, readerOf, UNROLLED } from './ops.ts';
import type { Term } from './term.ts';

/** The whole graph as one kernel `unrolled`, a frame per beat. All logic stands in stage 0: `retime` moves it. */
export const unroll = definePass({
  name: 'unroll',
  summary: 'Makes one circuit of shift-adds, comparisons and small tables of the whole network.',
  level: 'tensor',
  run: (graph, { config, solver }) => {
    const b = new NetlistBuilder();
    const terms = new Map<string, readonly Term[]>();
    const typeOf = (v: string): ValueType => graph.values[v] as ValueType;
    for (const port of graph.inputs) {
      const range = { lo: port.range[0], hi: port.range[1] };
      const { elem, shape } = typeOf(port.value);
      terms.set(port.value, inputTerms(b, port.name, elem, new Array<Interval>(numel(shape)).fill(range)));
    }
    const chain = config.weights === 'runtime' ? new Chain(b) : undefined;
    for (const node of graph.nodes) {
      const inputs = node.inputs.map((v) => terms.get(v) ?? []);
      const reader = onlyReader(graph, node.outputs[0]);
      const parameters: Parameters = (role) => chain?.of(graph, node, role);
      const made = UNROLLED[node.op]?.(b, contextOf(graph, node), inputs, { reader, parameters, solver });
      if (!made) throw new DiagnosticError([noCircuit(node.name, node.op, node.origin[0])]);
      terms.set(node.outputs[0] ?? '', made);
    }
    for (const port of graph.outputs) {
      for (const t of terms.get(port.value) ?? []) b.output(port.name, outputValue(b, t, typeOf(port.value).elem));
    }
    return kernelGraph(graph, b, { tmr: config.tmr ?? false, chain });
  },
});

/** The ranges of the elements of an output. */
function outputRanges(net: Netlist, lanes: readonly number[], output: number): Interval[] {
  const first = lanes.slice(0, output).reduce((n, l) => n + l, 0);
  return net.outputs.slice(first, first + (lanes[output] ?? 0)).map(({ value }) => rangeAt(net, value));
}

/** What becomes of a value first, where a single node reads it. */
function onlyReader(graph: Graph, value: string | undefined): Reader {
  const reader = onlyReaderOf(graph, value);
  return reader ? readerOf(contextOf(graph, reader), reader.op) : () => undefined;
}

/** One node between the ports of a graph. */
function kernelGraph(
  graph: Graph,
  b: NetlistBuilder,
  { tmr, chain }: { tmr: boolean; chain: Chain | undefined },
): Graph {
  const net = prune(b.finish(graph.name));
  const consts = packPipeline({
    net,
    stage: new Int32Array(net.op.length),
    stages: 1,
    parameters: chain?.values ?? [],
  });
  const lanes = graph.outputs.map((p) => numel(graph.values[p.value]?.shape ?? []));
  const name = 'circuit';
  const outputs = graph.outputs.map((_, j) => (graph.outputs.length === 1 ? name : `${name}_${j}`));
  const values: Record<string, ValueType> = {};
  graph.outputs.forEach((port, j) => {
    const n = lanes[j] as number;
    const type = graph.values[port.value]?.elem ?? elemFor({ lo: 0, hi: 1 });
    // Other weights than those of the model may need wider results.
    const elem = chain && type.kind !== 'bipolar' ? elemFor(hull(outputRanges(net, lanes, j))) : type;
    values[outputs[j] as string] = { shape: [n], elem, lanes: n };
  });
  const node: Node = {
    name,
    op: 'unrolled',
    attrs: { beats: 1, stages: 1, lanes, tmr, chain: chain?.names ?? [] },
    inputs: graph.inputs.map((p) => p.value),
    consts: Object.fromEntries(Object.keys(consts).map((role) => [role, `${name}.${role}`])),
    outputs,
    origin: [...new Set(graph.nodes.flatMap((n) => n.origin))],
  };
  for (const port of graph.inputs) {
    const type = graph.values[port.value] as ValueType;
    values[port.value] = { shape: [numel(type.shape)], elem: type.elem, lanes: numel(type.shape) };
  }
  return {
    ...graph,
    level: 'kernel',
    nodes: [node],
    values,
    consts: Object.fromEntries(Object.entries(consts).map(([role, c]) => [`${name}.${role}`, c])),
    outputs: graph.outputs.map((p, j) => ({ ...p, value: outputs[j] as string })),
  };
}
