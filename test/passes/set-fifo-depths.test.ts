import { describe, expect, it } from 'vitest';
import { simulateCycles } from '../../src/analysis/cycle/simulate.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { Decision, PassContext } from '../../src/passes/pass.ts';
import { idealInterval, setFifoDepths } from '../../src/passes/set-fifo-depths.ts';
import { BEATS, residual } from '../sim/residual.ts';

function run(graph: Graph): { depths: { [name: string]: unknown }; decisions: Decision[]; graph: Graph } {
  const decisions: Decision[] = [];
  const ctx: PassContext = {
    config: {},
    decide: (node, what, why) => decisions.push({ pass: setFifoDepths.name, node, what, why }),
    warn: () => {},
  };
  const sized = setFifoDepths.run(graph, ctx);
  const depths = Object.fromEntries(sized.nodes.filter((n) => n.op === 'fifo').map((n) => [n.name, n.attrs['depth']]));
  return { depths, decisions, graph: sized };
}

describe('a branch that must wait for a whole frame', () => {
  it('gets a FIFO on the other branch, the least that reaches the ideal interval', () => {
    const { depths, decisions, graph } = run(residual(2));
    const { ii, hung } = simulateCycles(graph, 6);
    expect(hung).toBeUndefined();
    expect(ii).toBe(idealInterval(graph));
    expect(Number(depths['skip'])).toBeGreaterThanOrEqual(BEATS);
    expect(decisions.map((d) => d.node)).toContain('skip');
    for (const [name, depth] of Object.entries(depths)) {
      if (depth === 2) continue;
      const less = simulateCycles(graph, 4, { depths: new Map([[name, Number(depth) - 1]]) });
      expect(less.hung !== undefined || (less.ii ?? 0) > idealInterval(graph)).toBe(true);
    }
  });

  it('does not depend on the depths that were there', () => {
    expect(run(residual(500)).depths).toEqual(run(residual(2)).depths);
  });
});

it('is idempotent', () => {
  const once = run(residual(2)).graph;
  expect(run(once).graph).toEqual(once);
});
