import { freshName, type Replacement, rewriteNodes } from '../ir/edit.ts';
import type { Graph, Node, ValueType } from '../ir/graph.ts';
import { contextOf } from '../ir/lookup.ts';
import { stepsOf } from '../ir/ops/attention/rota.ts';
import { type AttentionContext, type AttentionDesign, shapeOf } from '../ir/ops/attention/shape.ts';
import { uint } from '../num/elem.ts';

/**
 * Splits every attention that has its integers into what the hardware has: `replay` of keys and of values, `scores` of the
 * queries with the keys that pass by, and `attend` of the codes to the values. The last one keeps the name and the value.
 */
export function decomposeAttention(graph: Graph): Graph {
  const taken = new Set([...graph.nodes.map((n) => n.name), ...Object.keys(graph.values)]);
  return rewriteNodes(graph, (node) => {
    if (node.op !== 'attention') return undefined;
    const ctx = contextOf(graph, node) as AttentionContext;
    return ctx.attrs.design ? split(node, ctx, ctx.attrs.design, taken) : undefined;
  });
}

function split(node: Node, ctx: AttentionContext, design: AttentionDesign, taken: Set<string>): Replacement {
  const { queries, keys } = shapeOf(ctx);
  const { heads, causal, fraction } = ctx.attrs;
  const { slots, mul, add, shift, bits, stepBits, reciprocalBits } = design;
  const [q = '', k = '', v = ''] = node.inputs;
  const steps = stepsOf({ queries, keys, slots });
  const nodes: Node[] = [];
  const values: Record<string, ValueType> = {};
  const { origin } = node;
  const helper = (suffix: string, rest: Omit<Node, 'name' | 'outputs' | 'origin'>, type: ValueType): string => {
    const name = freshName(taken, `${node.name}_${suffix}`);
    taken.add(name);
    nodes.push({ ...rest, name, outputs: [name], origin });
    values[name] = type;
    return name;
  };
  const replay = (suffix: string, from: string, type: ValueType | undefined): string => {
    const shape = [steps, type?.shape[1] ?? heads];
    const attrs = { rows: steps, groups: heads };
    const out: ValueType = { shape, elem: type?.elem ?? uint(1) };
    return helper(suffix, { op: 'replay', attrs, inputs: [from], consts: {} }, out);
  };
  const passing = replay('keys', k, ctx.inputs[1]);
  const { mask, mantissas = '' } = node.consts;
  const codes = helper(
    'scores',
    {
      op: 'scores',
      attrs: { heads, keys, slots, causal, mul, add, shift, bits },
      inputs: [q, passing],
      consts: mask === undefined ? {} : { mask },
    },
    { shape: [steps, heads, slots], elem: uint(bits) },
  );
  const weighed = replay('values', v, ctx.inputs[2]);
  nodes.push({
    name: node.name,
    op: 'attend',
    attrs: { queries, keys, heads, stepBits, reciprocalBits, fraction },
    inputs: [codes, weighed],
    consts: { mantissas },
    outputs: node.outputs,
    origin,
  });
  return { nodes, values };
}
