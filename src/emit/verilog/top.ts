import { invariant } from '../../diag/diagnostic.ts';
import type { Graph, Node, ValueType } from '../../ir/graph.ts';
import { AXI_ADDRESS_BITS, type AxiMaster, axiMasters } from '../../kernels/axi.ts';
import { type AxisPort, axisPorts, beatBits, uniqueIdentifiers } from '../../kernels/axis.ts';
import type { MemoryFile, VerilogBinding } from '../../kernels/kernel.ts';
import { LOAD, LOAD_INPUTS, loads } from '../../kernels/unrolled/load.ts';
import { commentText, instanceNames } from './names.ts';

export interface BoundNode {
  readonly node: Node;
  readonly binding: VerilogBinding;
  /** The module that it is an instance of. */
  readonly module: string;
}

interface Connection {
  readonly port: string;
  readonly net: string;
}

interface Instance {
  readonly comment: string;
  readonly module: string;
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly Connection[];
  /** Values that share the first output's data. */
  readonly copies: readonly { readonly net: string; readonly of: string }[];
}

/** Everything that `top.v.hbs` names. */
export interface TopView {
  readonly top: string;
  readonly ports: readonly string[];
  readonly nets: readonly { readonly net: string; readonly msb: number }[];
  readonly inputs: readonly {
    readonly name: string;
    readonly net: string;
    readonly msb: number;
    readonly ignored: string;
  }[];
  /** AXI4 read masters; `size` is the constant `arsize`. */
  readonly masters: readonly { readonly name: string; readonly size: number }[];
  readonly instances: readonly Instance[];
  readonly outputs: readonly {
    readonly name: string;
    readonly net: string;
    readonly payload: number;
    readonly width: number;
    readonly beats: number;
  }[];
}

/** Names every net and lists every connection of a kernel graph. */
export function topView(
  graph: Graph,
  top: string,
  nodes: readonly BoundNode[],
  pathOf: (memory: MemoryFile) => string,
): TopView {
  checkFanout(graph);
  const values = Object.keys(graph.values).sort();
  const netNames = uniqueIdentifiers(values);
  const nets = new Map(values.map((value, i) => [value, netNames[i] as string]));
  const netOf = (value: string): string => nets.get(value) as string;
  const { inputs, outputs } = axisPorts(graph);
  const masters = axiMasters(graph);
  const masterOf = (node: Node): AxiMaster | undefined => masters.find((m) => m.node === node.name);
  const instances = instanceNames(graph);
  return {
    top,
    ports: [
      ...inputs.map(slavePorts),
      ...outputs.map(masterPorts),
      ...masters.map(memoryPorts),
      nodes.some(({ node }) => loads(node)) ? LOAD_PORTS : [],
    ].flat(),
    nets: values.map((value) => ({ net: netOf(value), msb: beatBits(graph.values[value] as ValueType) - 1 })),
    inputs: inputs.map((p) => ({
      name: p.name,
      net: netOf(p.value),
      msb: p.payload - 1,
      ignored: ["1'b0", `${p.name}_tlast`, ...padding(p)].join(', '),
    })),
    masters: masters.map(({ name, width }) => ({ name, size: Math.log2(width / 8) })),
    instances: nodes.map(({ node, binding, module }, i) => ({
      comment: commentText(node.origin.length ? `${node.op}, from ${node.origin.join(', ')}` : node.op),
      module,
      name: instances[i] as string,
      params: [
        ...Object.entries(binding.params).map(([name, value]) => ({ name, value: parameterText(value) })),
        ...binding.memories.map((m) => ({ name: m.param, value: `"${pathOf(m)}"` })),
        ...baseParameter(binding, masterOf(node)),
      ],
      ports: [
        ...connections(node, netOf, binding.circuit !== undefined),
        ...memoryConnections(masterOf(node)),
        ...loadConnections(node),
      ],
      // Outputs of a circuit have data of their own.
      copies: (binding.circuit ? [] : node.outputs.slice(1)).map((value) => ({
        net: netOf(value),
        of: netOf(node.outputs[0] as string),
      })),
    })),
    outputs: outputs.map((p) => ({
      name: p.name,
      net: netOf(p.value),
      payload: p.payload,
      width: p.width,
      beats: p.beatsPerFrame,
    })),
  };
}

/** The bits of `tdata` beyond the payload. */
const padding = ({ name, width, payload }: AxisPort): string[] =>
  width > payload ? [`${name}_tdata[${width - 1}:${payload}]`] : [];

const slavePorts = ({ name, width }: AxisPort): string[] => [
  `input  wire [${width - 1}:0] ${name}_tdata`,
  `input  wire ${name}_tvalid`,
  `output wire ${name}_tready`,
  `input  wire ${name}_tlast`,
];

const masterPorts = ({ name, width }: AxisPort): string[] => [
  `output wire [${width - 1}:0] ${name}_tdata`,
  `output wire ${name}_tvalid`,
  `input  wire ${name}_tready`,
  `output wire ${name}_tlast`,
];

/** The serial port of parameters that are loaded: one circuit alone may have one. */
const LOAD_PORTS = [...LOAD_INPUTS.map((name) => `input  wire ${name}`), `output wire ${LOAD.busy}`];

const loadConnections = (node: Node): Connection[] =>
  loads(node) ? [...LOAD_INPUTS, LOAD.busy].map((name) => ({ port: name, net: name })) : [];

const memoryPorts = ({ name, width }: AxiMaster): string[] => [
  `output wire [${AXI_ADDRESS_BITS - 1}:0] ${name}_araddr`,
  `output wire [7:0] ${name}_arlen`,
  `output wire [2:0] ${name}_arsize`,
  `output wire [1:0] ${name}_arburst`,
  `output wire ${name}_arvalid`,
  `input  wire ${name}_arready`,
  `input  wire [${width - 1}:0] ${name}_rdata`,
  `input  wire [1:0] ${name}_rresp`,
  `input  wire ${name}_rlast`,
  `input  wire ${name}_rvalid`,
  `output wire ${name}_rready`,
];

/** The signals of a read master that the kernel itself drives or reads. */
const MEMORY_SIGNALS = ['araddr', 'arlen', 'arvalid', 'arready', 'rdata', 'rlast', 'rvalid', 'rready'];

const memoryConnections = (master: AxiMaster | undefined): Connection[] =>
  master ? MEMORY_SIGNALS.map((s) => ({ port: `mem_${s}`, net: `${master.name}_${s}` })) : [];

const baseParameter = (binding: VerilogBinding, master: AxiMaster | undefined): { name: string; value: string }[] =>
  master && binding.base !== undefined ? [{ name: binding.base, value: parameterText(master.base) }] : [];

function connections(node: Node, netOf: (value: string) => string, ownData: boolean): Connection[] {
  const ins = node.inputs.flatMap((value, i) => {
    const prefix = node.inputs.length === 1 ? 'in' : `in${i}`;
    return ['data', 'valid', 'ready'].map((s) => ({ port: `${prefix}_${s}`, net: `${netOf(value)}_${s}` }));
  });
  // Several outputs: bit i of the vectors is output i, so the last one comes first in a concatenation.
  const vector = (signal: string): string => {
    const bits = node.outputs.map((value) => `${netOf(value)}_${signal}`);
    return bits.length === 1 ? (bits[0] as string) : `{${bits.reverse().join(', ')}}`;
  };
  const outs = ownData && node.outputs.length > 1 ? node.outputs : node.outputs.slice(0, 1);
  return [
    { port: 'clk', net: 'aclk' },
    { port: 'rst', net: 'rst' },
    ...ins,
    ...outs.map((value, j) => ({ port: outs.length === 1 ? 'out_data' : `out${j}_data`, net: `${netOf(value)}_data` })),
    { port: 'out_valid', net: vector('valid') },
    { port: 'out_ready', net: vector('ready') },
  ];
}

/** A Verilog constant: decimal where it fits a 32-bit integer, a sized literal beyond; text is a string. */
function parameterText(value: number | string): string {
  if (typeof value === 'string') return `"${value}"`;
  invariant(Number.isSafeInteger(value), `parameter value ${value} is no integer`);
  if (value >= -0x80000000 && value <= 0x7fffffff) return `${value}`;
  return value < 0 ? `-64'sd${-value}` : `64'sd${value}`;
}

/** One producer and one consumer per stream: a value that is wanted twice passes through a fork kernel. */
function checkFanout(graph: Graph): void {
  const uses = new Map<string, number>();
  const use = (value: string): void => void uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(use);
  for (const port of graph.outputs) use(port.value);
  for (const value of Object.keys(graph.values)) {
    invariant(uses.get(value) === 1, `stream ${value} has ${uses.get(value) ?? 0} consumers instead of one`);
  }
}
