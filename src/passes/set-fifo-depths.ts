import { UNBOUNDED } from '../analysis/cycle/network.ts';
import { type BlockedEdge, type CycleResult, simulateCycles } from '../analysis/cycle/simulate.ts';
import { DiagnosticError } from '../diag/diagnostic.ts';
import { deadlock, unknownFifo } from '../diag/messages-build.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { beatBits } from '../kernels/axis.ts';
import { busyOf } from './fold/busy.ts';
import { MIN_DEPTH } from './lanes.ts';
import { definePass, type PassContext } from './pass.ts';

/** Frames after which a network without deadlock has settled into its rhythm. */
const FRAMES = 4;

/**
 * What all trials together may cost, in visits of the simulator (some ten million a second). Small networks are searched
 * to the end; one with 10^6 cycles per frame gets a few trials. A count, not a time: depths are the same everywhere.
 */
const BUDGET = 4e7;

type Depths = ReadonlyMap<string, number>;
type Trial = (depths: Depths) => CycleResult | undefined;

/** The initiation interval that no FIFO can improve: that of the busiest kernel. */
export const idealInterval = (graph: Graph): number => Math.max(1, ...graph.nodes.map((n) => busyOf(graph, n)));

const withDepths = (graph: Graph, depths: Depths): Graph => ({
  ...graph,
  nodes: graph.nodes.map(
    (n): Node => (depths.has(n.name) ? { ...n, attrs: { depth: depths.get(n.name) ?? MIN_DEPTH } } : n),
  ),
});

/**
 * FIFO depths from the cycle simulator. The least FIFOs are tried first: most chains run at their ideal interval with
 * them. Where they do not (bursts, or branches that meet again), one run with unbounded FIFOs, whose frames come evenly
 * at the ideal interval, says how much each FIFO holds then. With that much and one place more none is ever full, so
 * that nothing waits or deadlocks: these depths are right whatever the size of the network, at the price of one run.
 * Trials then make them smaller, first all at once and then one by one, within a budget; each step that is kept has
 * been simulated.
 */
export const setFifoDepths = definePass({
  name: 'set-fifo-depths',
  summary: 'Sizes every FIFO by simulation: deep enough for the ideal interval and against deadlock.',
  level: 'kernel',
  run: (graph, ctx) => pinned(sized(graph, ctx), ctx.config.fifoDepths ?? {}),
});

function sized(graph: Graph, ctx: PassContext): Graph {
  const fifos = graph.nodes.filter((n) => n.op === 'fifo').map((n) => n.name);
  const ideal = idealInterval(graph);
  const least = uniform(fifos, MIN_DEPTH);
  const first = simulateCycles(graph, FRAMES, { depths: least });
  if (isGood(first, ideal)) return withDepths(graph, least);
  const sufficient = paced(graph, fifos, ideal);
  const good = trials(graph, sufficient.interval, BUDGET - first.work);
  const limited = limit(sufficient.depths, good);
  const smaller = storage(graph, limited) < storage(graph, sufficient.depths) ? limited : sufficient.depths;
  const depths = shrink(smaller, good);
  for (const [f, d] of depths) {
    if (d > MIN_DEPTH) ctx.decide(f, `depth ${d}`, `the least found that keeps an interval of ${sufficient.interval}`);
  }
  return withDepths(graph, depths);
}

/** The depths that the configuration asks for, where the network does not deadlock with them. */
function pinned(graph: Graph, asked: { readonly [fifo: string]: number }): Graph {
  const depths = new Map(Object.entries(asked));
  if (depths.size === 0) return graph;
  const known = graph.nodes.filter((n) => n.op === 'fifo').map((n) => n.name);
  const unknown = [...depths.keys()].filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new DiagnosticError(unknown.map((name) => unknownFifo(name, known)));
  const { hung } = simulateCycles(graph, FRAMES, { depths });
  if (hung) throw new DiagnosticError([deadlock(graph.name, blocked(hung))]);
  return withDepths(graph, depths);
}

const blocked = (edges: readonly BlockedEdge[]): string =>
  edges.map((e) => `${e.from} → ${e.to} ${e.state} (${e.fifo}, ${e.fill} of ${e.depth})`).join('; ');

const uniform = (fifos: Iterable<string>, depth: number): Depths => new Map([...fifos].map((f) => [f, depth]));

/** One more than each FIFO ever held: a full one takes nothing even in a cycle in which it gives. */
const enough = (fifos: Iterable<string>, { fill }: CycleResult): Depths =>
  new Map([...fifos].map((f) => [f, Math.max(MIN_DEPTH, (fill.get(f) ?? 0) + 1)]));

/** Bits of all FIFOs. */
const storage = (graph: Graph, depths: Depths): number =>
  graph.nodes.reduce((n, node) => {
    const type = graph.values[node.outputs[0] ?? ''];
    return n + (type ? (depths.get(node.name) ?? 0) * beatBits(type) : 0);
  }, 0);

const isGood = (r: CycleResult, interval: number): boolean => !r.hung && r.ii !== null && r.ii <= interval;

/** A simulation where it keeps the interval; undefined where not, and once the next one would exceed the budget. */
function trials(graph: Graph, interval: number, budget: number): Trial {
  let left = budget;
  let cost = 0;
  return (depths) => {
    if (cost > left) return undefined;
    const r = simulateCycles(graph, FRAMES, { depths });
    cost = r.work;
    left -= cost;
    return isGood(r, interval) ? r : undefined;
  };
}

/** The interval of the network with unbounded FIFOs, and depths that suffice for it. */
function paced(graph: Graph, fifos: readonly string[], pace: number): { interval: number; depths: Depths } {
  const run = simulateCycles(graph, FRAMES, { depths: uniform(fifos, UNBOUNDED), pace });
  if (run.hung) {
    throw new DiagnosticError([deadlock(graph.name, blocked(run.hung))]);
  }
  const interval = run.ii ?? pace;
  // Frames that come faster than the network can go would pile up in its FIFOs.
  return interval > pace ? paced(graph, fifos, interval) : { interval, depths: enough(fifos, run) };
}

/** What the FIFOs hold where the least power of two that is good bounds them all. */
function limit(depths: Depths, good: Trial): Depths {
  let best = depths;
  let low = 2;
  let high = Math.floor(Math.log2(Math.max(...depths.values())));
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const bound = uniform(depths.keys(), 2 ** middle);
    const run = good(bound);
    if (run) {
      best = new Map([...enough(depths.keys(), run)].map(([f, d]) => [f, Math.min(d, 2 ** middle)]));
      high = middle - 1;
    } else low = middle + 1;
  }
  return best === depths || good(best) ? best : depths;
}

/** Makes the deep FIFOs shallow one by one, deepest first, as far as the network stays good. */
function shrink(depths: Depths, good: Trial): Depths {
  let now = depths;
  const deep = [...depths].filter(([, d]) => d > MIN_DEPTH).sort((a, b) => b[1] - a[1]);
  for (const [name, peak] of deep) {
    let [low, high] = [MIN_DEPTH, peak];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (good(new Map(now).set(name, middle))) high = middle;
      else low = middle + 1;
    }
    now = new Map(now).set(name, high);
  }
  return now;
}
