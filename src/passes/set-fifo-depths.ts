import { UNBOUNDED } from '../analysis/cycle/network.ts';
import { type BlockedEdge, type CycleResult, simulateCycles } from '../analysis/cycle/simulate.ts';
import { DiagnosticError } from '../diag/diagnostic.ts';
import { deadlock, unknownFifo } from '../diag/messages-build.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { beatBits, beatsOf } from '../kernels/axis.ts';
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

/** Frames after which branches of unequal length have settled, and what they may cost together of the budget. */
export const SETTLED = { frames: 24, share: 1 / 40 };

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
  const frames = framesFor(first);
  const settled = frames === FRAMES ? first : simulateCycles(graph, frames, { depths: least });
  if (keepsInterval(graph, settled, ideal) && !spacedRun(graph, least).hung) return withDepths(graph, least);
  const { interval, depths: fast } = paced(graph, fifos, ideal, frames);
  const sufficient = unstuck(graph, fast);
  const good = trials(graph, interval, BUDGET - first.work, frames);
  const limited = limit(sufficient, good);
  const smaller = storage(graph, limited) < storage(graph, sufficient) ? limited : sufficient;
  const depths = trimmed(shrink(smaller, good), good);
  for (const [f, d] of depths) {
    if (d > MIN_DEPTH) ctx.decide(f, `depth ${d}`, `the least found that keeps an interval of ${interval}`);
  }
  return withDepths(graph, depths);
}

const hasJoins = (graph: Graph): boolean => graph.nodes.some((n) => n.inputs.length > 1);

/** Frames of a trial, by what a first run cost. A hung one cost little, and says little. */
function framesFor({ work }: CycleResult): number {
  return (work / FRAMES) * SETTLED.frames <= BUDGET * SETTLED.share ? SETTLED.frames : FRAMES;
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

/** Whether the second half of the frames, on every output, came in that interval. */
export function keepsInterval(graph: Graph, r: CycleResult, interval: number): boolean {
  if (r.hung) return false;
  return graph.outputs.every((port, i) => {
    const type = graph.values[port.value];
    const cycles = r.outputs[i];
    if (!type || !cycles) return false;
    const frames = cycles.length / beatsOf(type);
    const [half, end] = [Math.floor(frames / 2), (f: number) => cycles[f * beatsOf(type) - 1] ?? 0];
    return end(frames) - end(half) <= interval * (frames - half);
  });
}

/** Frames in which a deadlock of kernels that hold as little as they can shows itself. */
const SPACED_FRAMES = 2;

/**
 * A run in which stalls leave the pipelines as empty as can be, and what waits for what if it hangs. Only where streams meet
 * can one wait for another.
 */
function spacedRun(graph: Graph, depths: Depths): Pick<CycleResult, 'hung' | 'work'> {
  if (!hasJoins(graph)) return { work: 0 };
  return simulateCycles(graph, SPACED_FRAMES, { depths, spaced: true });
}

/**
 * Deepens the FIFOs that are full in a deadlock until there is none (Parks 1995): some depth always suffices. Those come
 * first in which a join finds one input full and waits for another: what is full behind them is full because of them.
 */
function unstuck(graph: Graph, depths: Depths): Depths {
  const joins = new Set(graph.nodes.filter((n) => n.inputs.length > 1).map((n) => n.name));
  let now = depths;
  for (;;) {
    const { hung } = spacedRun(graph, now);
    if (!hung) return now;
    const full = hung.filter((e) => e.state === 'full' && now.has(e.fifo));
    if (full.length === 0) throw new DiagnosticError([deadlock(graph.name, blocked(hung))]);
    const first = full.filter((e) => joins.has(e.to));
    const deeper = first.length > 0 ? first : full;
    now = new Map([...now, ...deeper.map((e) => [e.fifo, e.depth + Math.ceil(e.depth / 2)] as const)]);
  }
}

/** A simulation where it keeps the interval; undefined where not, and once the next one would exceed the budget. */
function trials(graph: Graph, interval: number, budget: number, frames: number): Trial {
  let left = budget;
  let cost = 0;
  return (depths) => {
    if (cost > left) return undefined;
    const r = simulateCycles(graph, frames, { depths });
    const good = keepsInterval(graph, r, interval);
    const spaced = good ? spacedRun(graph, depths) : undefined;
    cost = r.work + (spaced?.work ?? 0);
    left -= cost;
    return good && !spaced?.hung ? r : undefined;
  };
}

/** The interval of the network with unbounded FIFOs, and depths that suffice for it. */
function paced(
  graph: Graph,
  fifos: readonly string[],
  pace: number,
  frames: number,
): { interval: number; depths: Depths } {
  const run = simulateCycles(graph, frames, { depths: uniform(fifos, UNBOUNDED), pace });
  if (run.hung) {
    throw new DiagnosticError([deadlock(graph.name, blocked(run.hung))]);
  }
  const interval = run.ii ?? pace;
  // Frames that come faster than the network can go would pile up in its FIFOs.
  return interval > pace ? paced(graph, fifos, interval, frames) : { interval, depths: enough(fifos, run) };
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

/** Takes single entries away: what keeps the interval is not quite monotone, so that bisection can miss the least. */
function trimmed(depths: Depths, good: Trial): Depths {
  let now = depths;
  for (let before: Depths | undefined; before !== now; ) {
    before = now;
    for (const [name] of depths) {
      for (let d = (now.get(name) ?? 0) - 1; d >= MIN_DEPTH && good(new Map(now).set(name, d)); d--) {
        now = new Map(now).set(name, d);
      }
    }
  }
  return now;
}
