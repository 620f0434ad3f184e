import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpreter } from '../../../src/ir/interpret.ts';
import { tensorOps } from '../../../src/ir/ops/index.ts';
import { verifyGraph } from '../../../src/ir/verify.ts';
import { QUANTISE_METHODS } from '../../../src/passes/lower-quantise/choose.ts';
import { lowerQuantise } from '../../../src/passes/lower-quantise/lower-quantise.ts';
import { interval, plain } from '../../num/scalar/arbitrary.ts';
import { graphOf, integers } from './harness.ts';

const CHANNELS = 3;
const lookup = (kind: string) => tensorOps.get(kind);

describe('lowered graphs', () => {
  it.each(QUANTISE_METHODS)('%s: are well-formed and compute the same frames', (method) => {
    let compared = 0;
    fc.assert(
      fc.property(plain(CHANNELS), interval(40), (steps, x) => {
        const graph = graphOf(steps, [x.lo, x.hi], CHANNELS);
        let lowered: ReturnType<typeof lowerQuantise>;
        try {
          lowered = lowerQuantise(graph, { method });
        } catch {
          expect(method).toBe('requantise');
          return;
        }
        compared++;
        expect(verifyGraph(lowered.graph, lookup)).toEqual([]);
        const [before, after] = [interpreter(graph, lookup), interpreter(lowered.graph, lookup)];
        for (const v of integers(x)) {
          const frame = new Map([['in', { shape: [CHANNELS], data: Int32Array.of(v, x.lo + x.hi - v, x.hi) }]]);
          expect([...(after(frame).get('out')?.data ?? [])]).toEqual([...(before(frame).get('out')?.data ?? [])]);
        }
      }),
      { numRuns: 100 },
    );
    expect(compared).toBeGreaterThan(20);
  });
});
