import { describe, expect, it } from 'vitest';
import { NetlistBuilder } from '../../src/netlist/builder.ts';
import { delaysOf } from '../../src/netlist/delay.ts';
import { type Netlist, nodeAt, opAt } from '../../src/netlist/netlist.ts';
import { isKnown, type Pipeline, periodOf, pipelineProblem, registerBits } from '../../src/netlist/pipeline.ts';
import { prune } from '../../src/netlist/prune.ts';
import { retime } from '../../src/netlist/retime/retime.ts';
import { type Draw, drawer, drawNodes, randomNet } from './random.ts';

/** Few nodes, so that all placements can be tried. */
function smallNet(draw: Draw): Netlist {
  const b = new NetlistBuilder();
  const values = [0, 1].map((i) => b.input(`x${i}`, { lo: -draw(1, 9), hi: draw(1, 20) }));
  drawNodes(b, draw, values, draw(3, 7));
  values.slice(-2).forEach((v, i) => {
    b.output(`y${i}`, v);
  });
  return prune(b.finish('small'));
}

/** The fewest bits of all placements with `stages` stages and this period. */
function fewestBits(net: Netlist, delay: Int32Array, period: number, stages: number): number {
  const stage = new Int32Array(net.op.length);
  let best = Number.POSITIVE_INFINITY;
  const place = (i: number): void => {
    if (i === stage.length) {
      const p: Pipeline = { net, stage, stages, parameters: [] };
      if (periodOf(p, delay) <= period) best = Math.min(best, registerBits(p));
      return;
    }
    let least = 0;
    for (const a of nodeAt(net, i).args as Int32Array) {
      if (a >= 0 && !isKnown(net, a)) least = Math.max(least, stage[a] as number);
    }
    const fixed = opAt(net, i).role === 'source' || isKnown(net, i);
    for (let s = fixed ? 0 : least; s <= (fixed ? 0 : stages - 1); s++) {
      stage[i] = s;
      place(i + 1);
    }
  };
  place(0);
  return best;
}

describe('retime', () => {
  it('finds the fewest stages, and for them the fewest register bits', () => {
    let several = 0;
    for (let seed = 0; seed < 150; seed++) {
      const draw = drawer(seed);
      const net = smallNet(draw);
      const delay = delaysOf(net).map((d) => d * draw(1, 2));
      const period = Math.max(draw(1, 4), ...delay);
      const p = retime(net, { delay, period });
      expect(p.optimal).toBe(true);
      if (p.stages > 4) continue;
      if (p.stages > 1) {
        several++;
        expect(fewestBits(net, delay, period, p.stages - 1), `seed ${seed}`).toBe(Number.POSITIVE_INFINITY);
      }
      expect(registerBits(p), `seed ${seed}`).toBe(fewestBits(net, delay, period, p.stages));
    }
    expect(several).toBeGreaterThan(30);
  });

  it('keeps order and period in netlists of every op', () => {
    for (let seed = 0; seed < 40; seed++) {
      const net = prune(randomNet(seed, 120).net);
      const delay = delaysOf(net);
      const p = retime(net, { delay, period: 2 });
      expect(pipelineProblem(p)).toBeUndefined();
      expect(periodOf(p, delay)).toBeLessThanOrEqual(2);
    }
  });
});
