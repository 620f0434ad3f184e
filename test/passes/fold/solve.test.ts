import { describe, expect, it } from 'vitest';
import type { Graph, Node } from '../../../src/ir/graph.ts';
import { contextOf, kernelOf } from '../../../src/kernels/context.ts';
import type { Cost } from '../../../src/kernels/kernel.ts';
import { connect } from '../../../src/passes/connect.ts';
import { busyOf } from '../../../src/passes/fold/busy.ts';
import { plus } from '../../../src/passes/fold/joints.ts';
import { design, fastest, intervals, RESOURCES } from '../../../src/passes/fold/solve.ts';
import { agree, lanesAt, type Option, type Space, spaceOf } from '../../../src/passes/fold/space.ts';
import { withLanes } from '../../../src/passes/lanes.ts';
import { rng } from '../../conformance/case.ts';
import { quiet, smallNetwork } from './chains.ts';

const CASES = Number(process.env['SLUICE_CASES'] ?? 40);
const MOST = 100_000;

const weights: Cost = { lut: 1 / 50_000, ff: 1 / 100_000, dsp: 1 / 220, bram: 1 / 280 };
const weigh = (c: Cost): number => RESOURCES.reduce((n, r) => n + weights[r] * c[r], 0);

/** The network that these attributes make, with its FIFOs and converters as the passes insert them: cost and busiest kernel. */
function built(graph: Graph, attrs: readonly Node['attrs'][]): { cost: Cost; busy: number } {
  const nodes = graph.nodes.map((n, i): Node => ({ ...n, attrs: attrs[i] ?? n.attrs }));
  const network = connect.run(withLanes({ ...graph, nodes }), quiet);
  const costs = network.nodes.map((n) => kernelOf(n).cost(contextOf(network, n), 'xcup'));
  return {
    cost: costs.reduce(plus, { lut: 0, ff: 0, dsp: 0, bram: 0 }),
    busy: Math.max(...network.nodes.map((n) => busyOf(network, n))),
  };
}

/** Every combination of options that fits together, by plain enumeration; undefined where there are too many. */
function everything(space: Space): Option[][] | undefined {
  if (space.options.reduce((n, o) => n * o.length, 1) > MOST) return undefined;
  const all = space.options.reduce<Option[][]>(
    (found, options) => found.flatMap((f) => options.map((o) => [...f, o])),
    [[]],
  );
  return all.filter((o) => space.joints.every((j) => agree(space, j, o[j.from] as Option, o[j.to] as Option)));
}

/** Cost and interval of a combination by the joints' own figures, summed plainly. */
function figures(space: Space, chosen: readonly Option[]): { cost: Cost; busy: number } {
  const { graph, join } = space;
  let cost = chosen.map((o) => o.cost).reduce(plus);
  let busy = Math.max(...chosen.map((o) => o.busy));
  for (const j of space.joints) {
    const c = join.stream(j.type, lanesAt(chosen[j.from] as Option, j.port), chosen[j.to]?.inLanes[j.input] ?? 1);
    cost = plus(cost, c.cost);
    busy = Math.max(busy, c.busy);
  }
  graph.nodes.forEach((n, i) => {
    n.outputs.forEach((v, port) => {
      cost = plus(cost, join.source(v, chosen[i]?.outLanes[port] ?? 1));
    });
  });
  for (const port of graph.inputs) {
    const reader = graph.nodes.findIndex((n) => n.inputs.includes(port.value));
    const lanes = chosen[reader]?.inLanes[graph.nodes[reader]?.inputs.indexOf(port.value) ?? 0] ?? 1;
    const type = graph.values[port.value];
    if (type) cost = plus(plus(cost, join.source(port.value, lanes)), join.stream(type, lanes, lanes).cost);
  }
  return { cost, busy };
}

const fits = (c: Cost, budget: Partial<Cost>): boolean =>
  RESOURCES.every((r) => c[r] <= (budget[r] ?? Infinity) + 1e-9);

describe('random small networks', () => {
  const seeds = Array.from({ length: CASES }, (_, i) => i + 1);

  it('cost what the network costs that the passes make of them, and keep its interval', () => {
    for (const seed of seeds) {
      const space = spaceOf(smallNetwork(seed), 'xcup');
      const r = rng(seed);
      const ii = r.pick(intervals(space));
      const found = design(space, { ii, budget: {}, weights });
      expect(found.status, `seed ${seed}`).toBe('found');
      if (found.status !== 'found') continue;
      const { cost, busy } = built(space.graph, found.attrs);
      for (const resource of RESOURCES)
        expect(found.cost[resource], `seed ${seed}: ${resource}`).toBeCloseTo(cost[resource], 6);
      expect(busy, `seed ${seed}`).toBeLessThanOrEqual(ii);
    }
  });

  it('have nothing better than the solver finds, with and without a budget', () => {
    let compared = 0;
    for (const seed of seeds) {
      const space = spaceOf(smallNetwork(seed), 'xcup');
      const all = everything(space)?.map((o) => figures(space, o));
      if (!all) continue;
      const r = rng(seed);
      const ii = r.pick(intervals(space));
      const some = r.pick(all).cost;
      const budget = r.chance(0.3)
        ? {}
        : { lut: some.lut * (0.7 + r.int(0, 40) / 100), ff: some.ff * 1.1, dsp: r.pick([0, some.dsp, 100]) };
      const legal = all.filter((d) => fits(d.cost, budget));
      const least = Math.min(...legal.filter((d) => d.busy <= ii).map((d) => weigh(d.cost)));
      const found = design(space, { ii, budget, weights });
      const what = `seed ${seed}, interval ${ii}, budget ${JSON.stringify(budget)}`;
      if (found.status === 'found') {
        expect(found.weight, what).toBeCloseTo(least, 9);
        expect(found.bound, what).toBeCloseTo(least, 9);
        expect(fits(found.cost, budget), what).toBe(true);
      } else {
        expect(least, what).toBe(Infinity);
        expect(found.proven, what).toBe(true);
      }
      const quickest = fastest(space, { budget, weights });
      expect(quickest?.ii ?? Infinity, what).toBe(
        Math.min(...legal.map((d) => intervals(space).find((i) => i >= d.busy) ?? Infinity)),
      );
      compared++;
    }
    expect(compared).toBeGreaterThan(CASES / 2);
  });
});
