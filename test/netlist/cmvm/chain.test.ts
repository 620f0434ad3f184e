import { describe, expect, it } from 'vitest';
import { bestChain } from '../../../src/netlist/cmvm/chain.ts';
import { PairCounts, pairKey, pairOf } from '../../../src/netlist/cmvm/pairs.ts';
import { choosePlan, earliest, plansFor } from '../../../src/netlist/cmvm/plan.ts';
import { BestFirst } from '../../../src/netlist/cmvm/queue.ts';
import { SEGMENTS } from '../../../src/netlist/cmvm/segment.ts';
import { drawer } from '../random.ts';

describe('a segment', () => {
  it('holds its sum in its length with at most five wires', () => {
    for (const s of SEGMENTS) {
      const sum = s.wires.reduce((n, w, i) => n + (w + (s.ones[i] ?? 0)) * 2 ** i, 0);
      expect(sum).toBeLessThan(2 ** s.length);
      expect(s.wires.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(5);
    }
  });
});

describe('a chain', () => {
  const rules = { lutPrice: 1.35, finish: undefined };

  it('takes eight bits into three positions', () => {
    const chain = bestChain({ wires: [4, 3, 1], ones: [0, 0, 0] }, rules);
    expect(chain?.segments.map((s) => s.wires)).toEqual([[3, 2, 0]]);
  });

  it('is not built for two words where LUTs are dear, and is where they are cheap', () => {
    const heights = { wires: [2, 2, 2, 2], ones: [0, 0, 0, 0] };
    expect(bestChain(heights, rules)).toBeUndefined();
    expect(bestChain(heights, { lutPrice: 0.5, finish: undefined })?.segments.length).toBe(4);
  });

  it('leaves nothing over where it is the last, or is none', () => {
    expect(bestChain({ wires: [1, 4, 3, 1], ones: [0, 0, 0, 0] }, { lutPrice: 1, finish: 1 })?.from).toBe(1);
    expect(bestChain({ wires: [1, 9, 3, 1], ones: [0, 0, 0, 0] }, { lutPrice: 1, finish: 1 })).toBeUndefined();
  });
});

describe('plans', () => {
  it('trade LUTs for levels', () => {
    const draw = drawer(2);
    for (let round = 0; round < 20; round++) {
      const columns = Array.from({ length: 12 }, () => Array.from({ length: draw(0, 20) }, () => draw(0, 2)));
      const plans = plansFor({ columns, ones: columns.map(() => draw(0, 1)) });
      const [fast, cheap] = [choosePlan(plans, 0), choosePlan(plans, 99)];
      expect(fast.depth).toBe(earliest(plans));
      expect(cheap.luts).toBe(Math.min(...plans.map((p) => p.luts)));
    }
  });
});

describe('counts of pairs', () => {
  it('are those of a map, through growth and removal', () => {
    const counts = new PairCounts();
    const plain = new Map<number, number>();
    const draw = drawer(7);
    for (let i = 0; i < 20_000; i++) {
      const key = pairKey(draw(0, 200), draw(0, 200), draw(-9, 9), draw(0, 1) === 1, 2 ** 22);
      const delta = (plain.get(key) ?? 0) > 0 && draw(0, 1) === 0 ? -1 : 1;
      counts.add(key, delta);
      plain.set(key, (plain.get(key) ?? 0) + delta);
    }
    for (const [key, n] of plain) expect(counts.get(key)).toBe(n);
    const twice = [...plain].filter(([, n]) => n >= 2).map(([key]) => key);
    expect(counts.atLeast(2)).toEqual(twice.sort((a, b) => a - b));
  });

  it('have keys that tell pairs apart', () => {
    const pair = { a: 4_000_000, b: 4_100_000, d: -13, same: false };
    expect(pairOf(pairKey(pair.a, pair.b, pair.d, pair.same, 2 ** 22), 2 ** 22)).toEqual(pair);
  });
});

it('the queue gives the best first, and of equals the lower key', () => {
  const queue = new BestFirst();
  const draw = drawer(4);
  const all = Array.from({ length: 3000 }, (_, key) => ({ key, score: draw(0, 50) }));
  for (const { key, score } of all) queue.push(key, score);
  const out = all.map(() => queue.pop());
  expect(out).toEqual([...all].sort((a, b) => b.score - a.score || a.key - b.key));
  expect(queue.pop()).toBeUndefined();
});
