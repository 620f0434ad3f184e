import { rewriteNodes } from '../ir/edit.ts';
import type { Node } from '../ir/graph.ts';
import { definePass } from './pass.ts';
import { consumersOf } from './uses.ts';

/** A quantiser behind a quantiser is one function: their steps follow each other. */
export const fuseQuantise = definePass({
  name: 'fuse-quantise',
  summary: 'Makes one exact function of two that follow each other.',
  level: 'tensor',
  run: (graph) => {
    const uses = consumersOf(graph);
    const made = new Map(graph.nodes.map((n) => [n.outputs[0] ?? '', n]));
    return rewriteNodes(graph, (node) => {
      if (node.op !== 'quantise') return undefined;
      const first = made.get(node.inputs[0] ?? '');
      if (first?.op !== 'quantise' || uses.get(first.outputs[0] ?? '') !== 1) return undefined;
      const steps = [...(first.attrs['steps'] as readonly object[]), ...(node.attrs['steps'] as readonly object[])];
      const fused: Node = {
        ...node,
        attrs: { ...node.attrs, steps: steps as never },
        inputs: first.inputs,
        origin: [...first.origin, ...node.origin],
      };
      made.set(node.outputs[0] ?? '', fused);
      return { nodes: [fused] };
    });
  },
});
