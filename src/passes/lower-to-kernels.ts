import { DiagnosticError } from '../diag/diagnostic.ts';
import { noKernel } from '../diag/messages-build.ts';
import type { Node, ValueType } from '../ir/graph.ts';
import { kernels } from '../kernels/index.ts';
import type { KernelDef } from '../kernels/kernel.ts';
import { numel } from '../num/tensor.ts';
import { withLanes } from './lanes.ts';
import { definePass } from './pass.ts';

const byOp: ReadonlyMap<string, KernelDef> = new Map(
  [...kernels.values()].flatMap((k) => (k.implements ? [[k.implements.op, k] as const] : [])),
);

/** Each tensor op becomes its kernel at the least parallel folding; values become flat streams; reshapes vanish. */
export const lowerToKernels = definePass({
  name: 'lower-to-kernels',
  summary: 'Replaces every tensor op by the hardware kernel that implements it.',
  level: 'tensor',
  open: true,
  run: (graph, { config }) => {
    const alias = new Map<string, string>();
    const resolve = (v: string): string => alias.get(v) ?? v;
    const nodes: Node[] = [];
    const missing: Node[] = [];
    for (const node of graph.nodes) {
      if (node.op === 'reshape') {
        alias.set(node.outputs[0] ?? '', resolve(node.inputs[0] ?? ''));
        continue;
      }
      if (kernels.has(node.op) && !byOp.has(node.op)) {
        // A circuit that an earlier pass has made.
        nodes.push({ ...node, inputs: node.inputs.map(resolve) });
        continue;
      }
      const kernel = byOp.get(node.op);
      if (!kernel?.implements) {
        missing.push(node);
        continue;
      }
      const types = (vs: readonly string[]): ValueType[] =>
        vs.map((v) => graph.values[v]).filter((t) => t !== undefined);
      const attrs = kernel.implements.attrs(node, types(node.inputs), types(node.outputs));
      const mult = config.mult && 'mult' in attrs ? { mult: config.mult } : {};
      const beat = config.memoryWidth && 'beat' in attrs ? { beat: config.memoryWidth } : {};
      nodes.push({ ...node, op: kernel.kind, attrs: { ...attrs, ...mult, ...beat }, inputs: node.inputs.map(resolve) });
    }
    if (missing.length > 0) throw new DiagnosticError(missing.map((n) => noKernel(n.name, n.op, n.origin[0])));
    const values: Record<string, ValueType> = {};
    for (const [v, t] of Object.entries(graph.values)) {
      if (!alias.has(v)) values[v] = { shape: [numel(t.shape)], elem: t.elem, lanes: 1 };
    }
    const outputs = graph.outputs.map((p) => ({ ...p, value: resolve(p.value) }));
    return withLanes({ ...graph, level: 'kernel', nodes, values, outputs });
  },
});
