import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interval } from '../../../src/num/elem.ts';
import { ROUNDINGS } from '../../../src/num/rounding.ts';
import { scalarProblems } from '../../../src/num/scalar/check.ts';
import { direction } from '../../../src/num/scalar/cut.ts';
import { evaluateExact } from '../../../src/num/scalar/evaluate.ts';
import { evaluator } from '../../../src/num/scalar/evaluator.ts';
import { asLinear, shiftForm } from '../../../src/num/scalar/linear.ts';
import { normalForm } from '../../../src/num/scalar/normal.ts';
import { climb, staircase, staircaseOfTable } from '../../../src/num/scalar/staircase.ts';
import type { ScalarSteps } from '../../../src/num/scalar.ts';
import { shiftRightBig } from '../../../src/num/shift.ts';
import { chain, dyadic, integerChain, interval, plain } from './arbitrary.ts';
import { oracle } from './oracle.ts';

const integers = ({ lo, hi }: Interval): number[] => Array.from({ length: hi - lo + 1 }, (_, i) => lo + i);
const truth = (steps: ScalarSteps, x: Interval): number[] => integers(x).map((v) => oracle(steps, 0, v));
const anyChain = fc.oneof(chain(1), plain(1), integerChain);

describe('exact scalar functions', () => {
  it('evaluate to the definition, in normal form and fast', () => {
    fc.assert(
      fc.property(anyChain, interval(60), (steps, x) => {
        const pieces = normalForm(steps, 0);
        const want = truth(steps, x);
        expect(integers(x).map((v) => Number(evaluateExact(pieces, v)))).toEqual(want);
        expect(integers(x).map(evaluator(pieces, x))).toEqual(want);
      }),
      { numRuns: 1500 },
    );
  });

  it('step where the definition steps', () => {
    let listed = 0;
    fc.assert(
      fc.property(anyChain, interval(90), (steps, x) => {
        const pieces = normalForm(steps, 0);
        const stairs = staircase(pieces, x, 1 << 12);
        expect(stairs === undefined).toBe(direction(pieces) === 0);
        if (!stairs) return;
        listed++;
        const want = truth(steps, x);
        expect(integers(x).map((v) => climb(stairs, v))).toEqual(want);
        expect([...stairs.steps]).toEqual([...stairs.steps].sort((a, b) => a - b));
        expect(stairs.steps.every((s) => s > stairs.domain.lo && s <= stairs.domain.hi)).toBe(true);
        const scanned = staircaseOfTable(Float64Array.from(want), x, 1 << 12);
        expect(scanned && integers(x).map((v) => climb(scanned, v))).toEqual(want);
      }),
      { numRuns: 2000 },
    );
    expect(listed).toBeGreaterThan(1500);
  });

  it.each(ROUNDINGS)('%s: ties of a power-of-two scale, rising and falling', (mode) => {
    for (const a of ['1/2', '-1/2', '3/4', '-5/8', '3/2', '1/16']) {
      for (const b of ['0', '1/2', '-1/4', '7']) {
        const steps: ScalarSteps = [
          { kind: 'affine', a: [a], b: [b] },
          { kind: 'round', mode, lo: -9, hi: 11 },
        ];
        const x = { lo: -70, hi: 70 };
        const stairs = staircase(normalForm(steps, 0), x, 100);
        expect(stairs && integers(x).map((v) => climb(stairs, v))).toEqual(truth(steps, x));
      }
    }
  });

  it('become multiply, add and shift by algebra only where that is exact', () => {
    const found = { up: 0, even: 0 };
    fc.assert(
      fc.property(fc.oneof(plain(1), dyadic(1), integerChain), interval(80), (steps, x) => {
        const linear = asLinear(normalForm(steps, 0));
        const f = linear && shiftForm(linear);
        if (!f) return;
        found[f.ties]++;
        expect(f.ties === 'even' && f.shift === 0).toBe(false);
        const at = (v: number): number => {
          const y = shiftRightBig(BigInt(v) * f.mul + f.add, f.shift, f.ties);
          const raised = f.lo !== null && y < f.lo ? f.lo : y;
          return Number(f.hi !== null && raised > f.hi ? f.hi : raised);
        };
        expect(integers(x).map(at)).toEqual(truth(steps, x));
      }),
      { numRuns: 1500 },
    );
    expect(found.up).toBeGreaterThan(500);
    expect(found.even).toBeGreaterThan(10);
  });

  it('use the doubles of a named function', () => {
    const steps: ScalarSteps = [
      { kind: 'affine', a: ['1/16'], b: ['0'] },
      { kind: 'function', name: 'gelu' },
      { kind: 'affine', a: ['20'], b: ['0'] },
      { kind: 'round', mode: 'ROUND', lo: -128, hi: 127 },
    ];
    const x = { lo: -128, hi: 127 };
    expect(integers(x).map(evaluator(normalForm(steps, 0), x))).toEqual(truth(steps, x));
    expect(staircase(normalForm(steps, 0), x, 300)).toBeUndefined();
  });

  it('say what is wrong with a chain', () => {
    expect(scalarProblems([{ kind: 'affine', a: ['1/2'], b: ['0'] }], 1)[0]).toContain('not an integer');
    expect(scalarProblems([{ kind: 'leaky', slope: ['1', '2'] }], 3)[0]).toContain('2 entries do not fit 3 channels');
    expect(scalarProblems([{ kind: 'function', name: 'nope' }], 1)[0]).toContain('no function nope');
    expect(scalarProblems([{ kind: 'clip', lo: '1/0', hi: null }], 1)[0]).toContain('"1/0"');
    expect(scalarProblems([{ kind: 'clip', lo: '0', hi: null }], 4)).toEqual([]);
  });
});
