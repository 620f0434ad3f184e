import type { Graph, Node } from '../../ir/graph.ts';
import { contextOf, kernelOf } from '../../kernels/context.ts';
import { sameFold } from './depthwise.ts';

/**
 * A depthwise-ordered window stream has its channel folds outermost, so generator and consumer share one fold: the
 * larger of what the two need, among the values that are legal for both.
 */
export function alignDepthwise(graph: Graph): Graph {
  const nodes = [...graph.nodes];
  for (const [i, swg] of nodes.entries()) {
    if (swg.op !== 'swg' || swg.attrs['order'] !== 'depthwise') continue;
    const at = nodes.findIndex((n) => n.inputs[0] === swg.outputs[0]);
    const reader = nodes[at];
    if (!reader || sameFold(swg, swg.attrs, reader.attrs)) continue;
    if (reader.attrs['PE'] === undefined) {
      nodes[i] = { ...swg, attrs: { ...swg.attrs, SIMD: Number(swg.attrs['C']) } };
      continue;
    }
    const legal = (n: Node, knob: string): readonly number[] =>
      kernelOf(n).folding?.legal(knob, contextOf(graph, n)) ?? [];
    const common = legal(reader, 'PE').filter((v) => legal(swg, 'SIMD').includes(v));
    const need = Math.max(Number(swg.attrs['SIMD']), Number(reader.attrs['PE']));
    const fold = common.find((v) => v >= need) ?? common[common.length - 1] ?? 1;
    nodes[i] = { ...swg, attrs: { ...swg.attrs, SIMD: fold } };
    nodes[at] = { ...reader, attrs: { ...reader.attrs, PE: fold } };
  }
  return { ...graph, nodes };
}
