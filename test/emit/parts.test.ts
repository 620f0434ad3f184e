import { describe, expect, it } from 'vitest';
import { divide, isLarge } from '../../src/emit/parts.ts';
import { freePrefix } from '../../src/emit/prefix.ts';
import { NetlistBuilder } from '../../src/netlist/builder.ts';
import { rng } from '../conformance/case.ts';

/** Signals in stages; each reads some that came before, or the input `x`. */
function signals(seed: number) {
  const r = rng(seed);
  const before = ['x'];
  return Array.from({ length: r.int(1, 5) }, (_, stage) =>
    Array.from({ length: r.int(0, 40) }, (_, i) => {
      const reads = Array.from({ length: r.int(1, 3) }, () => r.pick(before));
      before.push(`s${stage}_${i}`);
      return { name: `s${stage}_${i}`, reads };
    }),
  );
}

describe('a circuit in parts', () => {
  it('has each signal once, in order, in parts of at most so many, none of two stages', () => {
    for (let seed = 0; seed < 200; seed++) {
      const stages = signals(seed);
      const parts = divide(stages, new Set(), 7);
      expect(parts.flatMap((p) => p.signals)).toEqual(stages.flat());
      for (const { signals } of parts) {
        expect(signals.length).toBeLessThanOrEqual(7);
        expect(new Set(signals.map((s) => s.name.split('_')[0])).size).toBe(1);
      }
      const least = stages.reduce((sum, s) => sum + Math.ceil(s.length / 7), 0);
      expect(parts).toHaveLength(least);
    }
  });

  it('reads what parts before it give, and gives just what others read', () => {
    for (let seed = 0; seed < 200; seed++) {
      const stages = signals(seed);
      const results = new Set(
        stages
          .flat()
          .slice(-2)
          .map((s) => s.name),
      );
      const parts = divide(stages, results, 5);
      const given = new Set(['x']);
      for (const { signals, inputs, outputs } of parts) {
        const own = new Set(signals.map((s) => s.name));
        expect(new Set(inputs)).toEqual(new Set(signals.flatMap((s) => s.reads).filter((name) => !own.has(name))));
        expect(inputs.filter((name) => !given.has(name))).toEqual([]);
        for (const s of outputs) given.add(s.name);
        const others = new Set(parts.filter((p) => p.signals !== signals).flatMap((p) => p.inputs));
        expect(outputs).toEqual(signals.filter((s) => others.has(s.name) || results.has(s.name)));
      }
    }
  });

  it('is one with more signals than the limit, constants not counted', () => {
    const b = new NetlistBuilder();
    const x = b.input('x', { lo: 0, hi: 7 });
    b.constant(5);
    b.output('y', b.add(x, 0, x, 1));
    const net = b.finish('c');
    expect([1, 2].map((whole) => isLarge(net, whole))).toEqual([true, false]);
  });

  it('has names that begin as no other does', () => {
    expect(freePrefix('a_part', ['a', 'b_part'])).toBe('a_part');
    expect(freePrefix('a_part', ['a', 'A_Part1', 'a_part_x'])).toBe('a_part__');
  });
});
