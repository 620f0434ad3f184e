import { DiagnosticError } from '../diag/diagnostic.ts';
import { fpsWithoutClock, targetMissed } from '../diag/messages-build.ts';
import type { Attrs, Graph, Node } from '../ir/graph.ts';
import type { OpContext } from '../ir/op.ts';
import { contextOf, kernelOf } from '../kernels/context.ts';
import { numel } from '../num/tensor.ts';
import { type BuildConfig, DEFAULT_CLOCK_MHZ } from './config.ts';
import { applyFoldingFile } from './folding-file.ts';
import { withLanes } from './lanes.ts';
import { definePass, type PassContext } from './pass.ts';

/** Cycles per frame that a node is busy for. */
export function busyOf(graph: Graph, node: Node, attrs: Attrs = node.attrs): number {
  return kernelOf(node).busy(contextOf(graph, { ...node, attrs }));
}

/** Every setting of a node's knobs, with the cycles that it takes. */
function settings(graph: Graph, node: Node): { readonly attrs: Attrs; readonly busy: number; readonly size: number }[] {
  const space = kernelOf(node).folding;
  if (!space) return [{ attrs: node.attrs, busy: busyOf(graph, node), size: 1 }];
  const ctx: OpContext = contextOf(graph, node);
  let all: Attrs[] = [node.attrs];
  for (const knob of space.knobs) {
    all = all.flatMap((attrs) => space.legal(knob, { ...ctx, attrs }).map((v) => ({ ...attrs, [knob]: v })));
  }
  return all.map((attrs) => ({
    attrs,
    busy: busyOf(graph, node, attrs),
    size: space.knobs.reduce((n, k) => n * Number(attrs[k]), 1),
  }));
}

/**
 * The smallest folding that keeps a node within the target: least parallelism, then most SIMD (inputs are cheaper to
 * widen than accumulators to copy). The fastest one where no folding reaches the target.
 */
function foldNode(graph: Graph, node: Node, target: number): Attrs {
  const knobs = kernelOf(node).folding?.knobs ?? [];
  const first = knobs[0] ?? '';
  const all = settings(graph, node);
  const fit = all.filter((s) => s.busy <= target);
  const best = Math.min(...all.map((s) => s.busy));
  const pool = fit.length > 0 ? fit : all.filter((s) => s.busy === best);
  return pool.reduce((a, b) => {
    if (a.size !== b.size) return a.size < b.size ? a : b;
    return Number(a.attrs[first] ?? 0) >= Number(b.attrs[first] ?? 0) ? a : b;
  }).attrs;
}

/**
 * A depthwise-ordered window stream has its channel folds outermost, so generator and consumer share one fold: the
 * larger of what the two need, among the values that are legal for both.
 */
function alignDepthwise(graph: Graph): Graph {
  const nodes = [...graph.nodes];
  for (const [i, swg] of nodes.entries()) {
    if (swg.op !== 'swg' || swg.attrs['order'] !== 'depthwise') continue;
    const at = nodes.findIndex((n) => n.inputs[0] === swg.outputs[0]);
    const reader = nodes[at];
    if (!reader) continue;
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

/** Parallelism that a build without a target asks of its slowest kernel. */
const DEFAULT_PARALLEL = 64;

/** The initiation interval to fold for, in cycles, and where it came from. */
function targetOf(graph: Graph, config: BuildConfig): { readonly ii: number; readonly why: string } {
  if (config.targetIi) return { ii: config.targetIi, why: 'asked for' };
  if (config.targetFps) {
    const clock = config.clockMhz ?? DEFAULT_CLOCK_MHZ;
    if (!(clock > 0)) throw new DiagnosticError([fpsWithoutClock()]);
    return {
      ii: Math.max(1, Math.floor((clock * 1e6) / config.targetFps)),
      why: `${config.targetFps} frames/s at ${clock} MHz`,
    };
  }
  const inputs = graph.inputs.map((p) => numel(graph.values[p.value]?.shape ?? []));
  const slowest = Math.max(1, ...graph.nodes.map((n) => busyOf(graph, n)));
  const ii = Math.max(Math.ceil(slowest / DEFAULT_PARALLEL), ...inputs);
  return {
    ii,
    why: `default: the slowest kernel ${DEFAULT_PARALLEL} times faster, at most one input element per cycle`,
  };
}

function foldAll(graph: Graph, target: number): Graph {
  return alignDepthwise({ ...graph, nodes: graph.nodes.map((n) => ({ ...n, attrs: foldNode(graph, n, target) })) });
}

const slowestOf = (graph: Graph): { node: Node | undefined; busy: number } =>
  graph.nodes.reduce<{ node: Node | undefined; busy: number }>(
    (worst, node) => {
      const busy = busyOf(graph, node);
      return busy > worst.busy ? { node, busy } : worst;
    },
    { node: undefined, busy: 0 },
  );

function run(graph: Graph, ctx: PassContext): Graph {
  if (ctx.config.folding) return withLanes(alignDepthwise(applyFoldingFile(graph, ctx.config.folding)));
  const { ii, why } = targetOf(graph, ctx.config);
  const asked = ctx.config.targetIi !== undefined || ctx.config.targetFps !== undefined;
  let folded = foldAll(graph, ii);
  const { node, busy } = slowestOf(folded);
  if (busy > ii) {
    // The slowest kernel sets the pace: nobody else needs to be faster than it.
    folded = foldAll(graph, busy);
    if (node && asked)
      ctx.warn({ ...targetMissed(node.name, ii, busy), ...(node.origin[0] ? { origin: node.origin[0] } : {}) });
  }
  for (const n of folded.nodes) {
    const knobs = kernelOf(n).folding?.knobs ?? [];
    if (knobs.length > 0) {
      ctx.decide(
        n.name,
        knobs.map((k) => `${k}=${n.attrs[k]}`).join(' '),
        `${busyOf(folded, n)} cycles, target ${ii} (${why})`,
      );
    }
  }
  return withLanes(folded);
}

export const fold = definePass({
  name: 'fold',
  summary: 'Chooses PE and SIMD of every kernel: the least hardware that meets the target interval, or a folding file.',
  level: 'kernel',
  open: true,
  run,
});
