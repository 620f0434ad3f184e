import { simulateCycles } from '../analysis/cycle/simulate.ts';
import { DiagnosticError } from '../diag/diagnostic.ts';
import { deadlock } from '../diag/messages-build.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { MIN_DEPTH } from './connect.ts';
import { busyOf } from './fold.ts';
import { definePass } from './pass.ts';

/** Frames after which a network without deadlock has settled into its rhythm. */
const FRAMES = 4;

/** Beyond this a FIFO is no remedy. */
const MAX_DEPTH = 1 << 20;

/** The initiation interval that no FIFO can improve: that of the busiest kernel. */
export const idealInterval = (graph: Graph): number => Math.max(1, ...graph.nodes.map((n) => busyOf(graph, n)));

const withDepths = (graph: Graph, depths: ReadonlyMap<string, number>): Graph => ({
  ...graph,
  nodes: graph.nodes.map(
    (n): Node => (depths.has(n.name) ? { ...n, attrs: { depth: depths.get(n.name) ?? MIN_DEPTH } } : n),
  ),
});

/**
 * FIFO depths from the cycle simulator. The least FIFOs are tried first: most chains run at their ideal interval with
 * them. Where they do not (bursts, or branches that meet again), the least common bound on all FIFOs is searched by
 * doubling, and then every FIFO that came near it is made as small as the interval allows.
 */
export const setFifoDepths = definePass({
  name: 'set-fifo-depths',
  summary: 'Sizes every FIFO by simulation: deep enough for the ideal interval and against deadlock.',
  level: 'kernel',
  run: (graph, ctx) => {
    const fifos = graph.nodes.filter((n) => n.op === 'fifo').map((n) => n.name);
    const ideal = idealInterval(graph);
    const all = (depth: number): Map<string, number> => new Map(fifos.map((f) => [f, depth]));
    const good = (depths: ReadonlyMap<string, number>): boolean => {
      const r = simulateCycles(graph, FRAMES, { depths });
      return !r.hung && r.ii !== null && r.ii <= ideal;
    };
    if (good(all(MIN_DEPTH))) return withDepths(graph, all(MIN_DEPTH));
    let bound = 2 * MIN_DEPTH;
    while (bound < MAX_DEPTH && !good(all(bound))) bound *= 2;
    const run = simulateCycles(graph, FRAMES, { depths: all(bound) });
    if (run.hung) {
      const edges = run.hung.map((e) => `${e.from} → ${e.to} ${e.state} (${e.fill} of ${e.depth})`).join('; ');
      throw new DiagnosticError([deadlock(graph.name, edges)]);
    }
    // One more than it ever held: a full FIFO takes nothing even in a cycle in which it gives.
    const held = new Map(fifos.map((f) => [f, Math.max(MIN_DEPTH, (run.fill.get(f) ?? 0) + 1)]));
    const depths = shrink(good(held) ? held : all(bound), good);
    for (const [f, d] of depths)
      if (d > MIN_DEPTH) ctx.decide(f, `depth ${d}`, `the least found that keeps an interval of ${ideal}`);
    return withDepths(graph, depths);
  },
});

/** Makes the deep FIFOs shallow one by one, deepest first, as far as the network stays good. */
function shrink(depths: Map<string, number>, good: (d: ReadonlyMap<string, number>) => boolean): Map<string, number> {
  let now = depths;
  const deep = [...depths].filter(([, d]) => d > MIN_DEPTH).sort((a, b) => b[1] - a[1]);
  for (const [name, peak] of deep) {
    let [low, high] = [MIN_DEPTH, peak];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const trial = new Map(now).set(name, middle);
      if (good(trial)) high = middle;
      else low = middle + 1;
    }
    now = new Map(now).set(name, high);
  }
  return now;
}
