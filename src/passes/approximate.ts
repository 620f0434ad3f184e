import { type Diagnostic, DiagnosticError } from '../diag/diagnostic.ts';
import { notApproximated } from '../diag/messages-quantise.ts';
import { freshName, rewriteNodes } from '../ir/edit.ts';
import type { Const, Graph, Node, ValueType } from '../ir/graph.ts';
import { contextOf } from '../ir/lookup.ts';
import type { Design, OpContext, OpDef } from '../ir/op.ts';
import { tensorOps } from '../ir/ops/index.ts';
import type { IntTensor } from '../num/tensor.ts';
import { DEFAULT_APPROXIMATION_LSB } from './config.ts';
import { definePass } from './pass.ts';

/**
 * Gives every op that stands for a real function its integers: tables and widths, chosen so that the error stays within
 * `approximationLsb`. The result is the model: whatever is built must equal it.
 */
export const approximate = definePass({
  name: 'approximate',
  summary: 'Defines softmax, normalisation and the like in integers, within an error bound, and measures the error.',
  level: 'tensor',
  run: (graph, { config, decide }) => {
    const lsb = config.approximationLsb ?? DEFAULT_APPROXIMATION_LSB;
    const taken = new Set(Object.keys(graph.consts));
    const hopeless: Diagnostic[] = [];
    const result = rewriteNodes(graph, (node) => {
      const def = tensorOps.get(node.op);
      const ctx = contextOf(graph, node);
      const design = def?.design?.(ctx, { lsb });
      if (!def || !design) return undefined;
      if (typeof design === 'string') {
        hopeless.push(notApproximated(node.name, node.op, design, node.origin[0]));
        return undefined;
      }
      const outputs = node.outputs.map((v) => graph.values[v] as ValueType);
      decide(node.name, design.note, errorText(measure(def, ctx, design, outputs)));
      return designed(node, design, taken);
    });
    if (hopeless.length > 0) throw new DiagnosticError(hopeless);
    return result;
  },
});

function designed(node: Node, design: Design, taken: Set<string>): { nodes: Node[]; consts: Graph['consts'] } {
  const roles: Record<string, string> = { ...node.consts };
  const consts: Record<string, Const> = {};
  for (const [role, value] of Object.entries(design.consts)) {
    const name = freshName(taken, `${node.name}.${role}`);
    taken.add(name);
    roles[role] = name;
    consts[name] = value;
  }
  return { nodes: [{ ...node, attrs: design.attrs, consts: roles }], consts };
}

/** Distance of a designed op from the real function's rounded value, in output units. */
export interface ApproximationError {
  readonly largest: number;
  readonly mean: number;
  /** Output elements that were compared. */
  readonly points: number;
}

/** The error of a design on its probes: its reference against that of the ideal op on the same integers. */
export function measure(
  def: OpDef,
  ideal: OpContext,
  design: Design,
  outputs: readonly ValueType[],
): ApproximationError {
  const ctx: OpContext = { ...ideal, attrs: design.attrs, consts: { ...ideal.consts, ...design.consts } };
  let [largest, sum, points] = [0, 0, 0];
  for (const inputs of design.probes()) {
    const want = def.reference(ideal, inputs, outputs);
    const got = def.reference(ctx, inputs, outputs);
    want.forEach((w: IntTensor, i) => {
      for (let k = 0; k < w.data.length; k++) {
        const d = Math.abs((w.data[k] as number) - (got[i]?.data[k] as number));
        largest = Math.max(largest, d);
        sum += d;
      }
      points += w.data.length;
    });
  }
  return { largest, mean: points === 0 ? 0 : sum / points, points };
}

const errorText = ({ largest, mean, points }: ApproximationError): string =>
  `off the real function by ${largest} output units at most, ${mean.toPrecision(2)} in the mean, on ${points} outputs`;
