import { type Diagnostic, DiagnosticError } from '../diag/diagnostic.ts';
import { illegalFolding, unknownFoldingNode, unknownKnob } from '../diag/messages-build.ts';
import type { Attrs, Graph, Node } from '../ir/graph.ts';
import { contextOf, kernelOf } from '../kernels/context.ts';
import type { FoldingFile } from './config.ts';

/** Settings for all nodes that have the knob and for which the value is legal. */
const DEFAULTS = 'Defaults';

/** Applies a folding file. Every unknown node, unknown knob and illegal value is reported, with what is legal. */
export function applyFoldingFile(graph: Graph, file: FoldingFile): Graph {
  const foldable = graph.nodes.filter((n) => kernelOf(n).folding).map((n) => n.name);
  const problems: Diagnostic[] = Object.keys(file)
    .filter((name) => name !== DEFAULTS && !graph.nodes.some((n) => n.name === name))
    .map((name) => unknownFoldingNode(name, foldable));
  const nodes = graph.nodes.map((node): Node => {
    const space = kernelOf(node).folding;
    const ctx = contextOf(graph, node);
    let attrs: Attrs = node.attrs;
    for (const knob of space?.knobs ?? []) {
      const value = file[DEFAULTS]?.[knob as 'PE' | 'SIMD'];
      if (value !== undefined && space?.legal(knob, { ...ctx, attrs }).includes(value))
        attrs = { ...attrs, [knob]: value };
    }
    for (const [knob, value] of Object.entries(file[node.name] ?? {})) {
      if (!space?.knobs.includes(knob)) {
        problems.push(unknownKnob(node.name, knob, space?.knobs ?? [], node.origin[0]));
        continue;
      }
      const legal = space.legal(knob, { ...ctx, attrs });
      if (!legal.includes(value)) {
        problems.push(illegalFolding(node.name, space.explain(knob, value, { ...ctx, attrs }), legal, node.origin[0]));
        continue;
      }
      attrs = { ...attrs, [knob]: value };
    }
    return attrs === node.attrs ? node : { ...node, attrs };
  });
  if (problems.length > 0) throw new DiagnosticError(problems);
  return { ...graph, nodes };
}
