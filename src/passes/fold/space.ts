/** The choices of a network: how each kernel may be built, and what every way and every joint between two of them costs. */
import type { Attrs, Graph, Node, ValueType } from '../../ir/graph.ts';
import type { OpContext } from '../../ir/op.ts';
import { contextOf, kernelOf } from '../../kernels/context.ts';
import type { Fabric } from '../../kernels/devices.ts';
import type { Cost, KernelContext } from '../../kernels/kernel.ts';
import { sameFold } from './depthwise.ts';
import { type Joiner, joiner } from './joints.ts';

/** One way to build a kernel. */
export interface Option {
  readonly attrs: Attrs;
  readonly busy: number;
  readonly cost: Cost;
  readonly inLanes: readonly number[];
  readonly outLanes: readonly number[];
}

/** A stream between two kernels, by their places in the graph and their ports. */
interface Joint {
  readonly from: number;
  readonly port: number;
  readonly to: number;
  readonly input: number;
  readonly type: ValueType;
}

export interface Space {
  readonly graph: Graph;
  readonly options: readonly (readonly Option[])[];
  readonly joints: readonly Joint[];
  readonly join: Joiner;
}

/** Every setting of a node's knobs, and of what else a kernel leaves open. */
function settingsOf(graph: Graph, node: Node): Attrs[] {
  const def = kernelOf(node);
  const ctx: OpContext = contextOf(graph, node);
  let all: Attrs[] = [node.attrs];
  for (const knob of def.folding?.knobs ?? []) {
    all = all.flatMap((attrs) =>
      (def.folding?.legal(knob, { ...ctx, attrs }) ?? []).map((v) => ({ ...attrs, [knob]: v })),
    );
  }
  const variants = def.variants?.(contextOf(graph, node)) ?? [];
  return variants.length > 0 ? all.flatMap((attrs) => variants.map((v) => ({ ...attrs, ...v }))) : all;
}

/** The context of a node with these attributes, its streams at the lanes that follow from them. */
function contextWith(graph: Graph, node: Node, attrs: Attrs): KernelContext {
  const def = kernelOf(node);
  const plain = contextOf(graph, { ...node, attrs });
  const demanded = def.inputLanes(plain);
  const seen = { ...plain, inputs: plain.inputs.map((t, i) => ({ ...t, lanes: demanded[i] ?? 1 })) };
  const given = def.lanes(seen);
  return { ...seen, outputs: plain.outputs.map((t, i) => ({ ...t, lanes: given[i] ?? 1 })) };
}

function optionOf(graph: Graph, node: Node, attrs: Attrs, fabric: Fabric): Option {
  const ctx = contextWith(graph, node, attrs);
  const def = kernelOf(node);
  return {
    attrs,
    busy: def.busy(ctx),
    cost: def.cost(ctx, fabric),
    inLanes: ctx.inputs.map((t) => t.lanes ?? 1),
    outLanes: ctx.outputs.map((t) => t.lanes ?? 1),
  };
}

export function spaceOf(graph: Graph, fabric: Fabric): Space {
  const makers = new Map(graph.nodes.flatMap((n, i) => n.outputs.map((v, port) => [v, { from: i, port }] as const)));
  const first = new Map<string, { from: number; port: number }>();
  const joints: Joint[] = [];
  for (const [to, node] of graph.nodes.entries()) {
    for (const [input, value] of node.inputs.entries()) {
      const type = graph.values[value];
      if (!type) continue;
      const made = makers.get(value);
      if (made) joints.push({ ...made, to, input, type });
      // An input port takes the lanes that its first reader asks for; the others convert from there.
      else if (!first.has(value)) first.set(value, { from: to, port: -1 - input });
      else joints.push({ ...(first.get(value) as { from: number; port: number }), to, input, type });
    }
  }
  const options = graph.nodes.map((node) =>
    settingsOf(graph, node).map((attrs) => optionOf(graph, node, attrs, fabric)),
  );
  return { graph, options, joints, join: joiner(graph, fabric) };
}

/** Lanes of a stream where it begins: an output of a kernel, or what the first reader of an input port asks for. */
export const lanesAt = (option: Option, port: number): number =>
  (port >= 0 ? option.outLanes[port] : option.inLanes[-1 - port]) ?? 1;

/** Whether two kernels may be built so next to each other, whatever it costs. */
export const agree = ({ graph }: Space, joint: Joint, from: Option, to: Option): boolean =>
  joint.port < 0 || sameFold(graph.nodes[joint.from] as Node, from.attrs, to.attrs);
