import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../../src/diag/diagnostic.ts';
import { quantise } from '../../../src/ir/ops/quantise/op.ts';
import { schemaProblems } from '../../../src/ir/schema.ts';
import { int } from '../../../src/num/elem.ts';
import type { ScalarSteps } from '../../../src/num/scalar.ts';
import { type LowerQuantiseOptions, lowerQuantise } from '../../../src/passes/lower-quantise/lower-quantise.ts';
import { oracle } from '../../num/scalar/oracle.ts';
import { graphOf, integers } from './harness.ts';

const affine = (a: string, b = '0') => ({ kind: 'affine' as const, a: [a], b: [b] });
const round = (lo: number, hi: number) => ({ kind: 'round' as const, mode: 'ROUND' as const, lo, hi });
const sigmoid: ScalarSteps = [affine('1/4096'), { kind: 'function', name: 'sigmoid' }, affine('255'), round(0, 255)];
const gelu: ScalarSteps = [affine('1/32'), { kind: 'function', name: 'gelu' }, affine('16'), round(-128, 127)];

function lower(steps: ScalarSteps, range: readonly [number, number], options: LowerQuantiseOptions = {}) {
  const { graph, decisions } = lowerQuantise(graphOf(steps, range, 2), options);
  const [decision] = decisions;
  if (!decision) throw new Error('no decision');
  return { graph, decision, node: graph.nodes[0] };
}

function failure(f: () => unknown): DiagnosticError {
  try {
    f();
  } catch (e) {
    if (e instanceof DiagnosticError) return e;
  }
  throw new Error('no diagnostic');
}

describe('lower-quantise', () => {
  it('drops a node that changes nothing and joins its two values', () => {
    const { graph, decision } = lower([affine('1/3'), affine('3'), round(-128, 127)], [-100, 90]);
    expect(decision.method).toBe('identity');
    expect(graph.nodes).toEqual([]);
    expect(graph.outputs[0]?.value).toBe('x');
  });

  it('makes few levels thresholds', () => {
    const { graph, node, decision } = lower([affine('1/100'), round(0, 1)], [-1000, 1000]);
    expect(node?.op).toBe('thresholds');
    expect(node?.attrs).toEqual({ base: 0, step: 1 });
    // 50/100 is a tie and goes to the even 0.
    expect([...(graph.consts['q_thresholds']?.data ?? [])]).toEqual([51]);
    expect(graph.values['y']?.elem).toEqual({ kind: 'uint', bits: 1 });
    expect(decision.bits).toEqual({ levels: 1, thresholds: 6 });
  });

  it('makes a sign one bipolar threshold, also of a falling function', () => {
    const { graph, node } = lower([affine('-1/2', '3/2'), { kind: 'sign' }], [-9, 9]);
    expect(node?.attrs).toEqual({ base: -1, step: 2 });
    expect([...(graph.consts['q_thresholds']?.data ?? [])]).toEqual([3]);
    expect([...(graph.consts['q_descending']?.data ?? [])]).toEqual([1]);
    expect(graph.values['y']?.elem).toEqual({ kind: 'bipolar', bits: 1 });
  });

  it('makes many levels a multiply-add-shift with few bits', () => {
    const { node, decision } = lower([affine('1/301'), round(-128, 127)], [-40_000, 40_000]);
    expect(node?.op).toBe('requantise');
    expect(node?.attrs['lo']).toBe(-128);
    expect(decision.bits['mul']).toBeLessThanOrEqual(16);
    expect(decision.why).toContain('proven equal');
  });

  it('keeps ReLU on accumulators without a multiplier, however wide they are', () => {
    const relu: ScalarSteps = [{ kind: 'leaky', slope: ['0'] }];
    for (const width of [2 ** 10, 2 ** 31 - 1]) {
      const { graph, node } = lower(relu, [-width, width]);
      expect(node?.op).toBe('requantise');
      expect(node?.attrs).toEqual({ shift: 0, ties: 'up', lo: 0, hi: width });
      expect([...(graph.consts['q_mul']?.data ?? [])]).toEqual([1]);
      expect([...(graph.consts['q_add']?.data ?? [])]).toEqual([0]);
    }
  });

  it('makes a function that rises and falls a table', () => {
    const { graph, node } = lower(gelu, [-128, 127]);
    expect(node?.op).toBe('table');
    expect(node?.attrs).toEqual({ offset: -128 });
    const want = integers({ lo: -128, hi: 127 }).map((x) => oracle(gelu, 0, x));
    expect([...(graph.consts['q_table']?.data ?? [])]).toEqual(want);
  });

  it('lists a monotone function into thresholds where a table would be too large', () => {
    const { graph, node } = lower(sigmoid, [-40_000, 40_000]);
    expect(node?.op).toBe('thresholds');
    const t = [...(graph.consts['q_thresholds']?.data ?? [])];
    expect(t.length).toBe(255);
    for (const [i, x] of t.entries()) {
      expect([oracle(sigmoid, 0, x - 1), oracle(sigmoid, 0, x)]).toEqual([i, i + 1]);
    }
  });

  it('makes a power-of-two scale with ties to even a shift, however many levels it has', () => {
    for (const [range, hi] of [
      [[-8192, 8191], 255],
      [[-(2 ** 24), 2 ** 24], 2 ** 19],
    ] as const) {
      const steps: ScalarSteps = [affine('1/16', '3'), round(-hi - 1, hi)];
      const { graph, node, decision } = lower(steps, range);
      expect(node?.op).toBe('requantise');
      expect(node?.attrs).toEqual({ shift: 4, ties: 'even', lo: -hi - 1, hi });
      expect([...(graph.consts['q_mul']?.data ?? [])]).toEqual([1]);
      expect([...(graph.consts['q_add']?.data ?? [])]).toEqual([56]);
      expect(decision.why).toContain('shift 4, ties to even');
    }
  });

  it('has no thresholds beyond 256 levels: a table, or a diagnostic', () => {
    const steps = (levels: number): ScalarSteps => [
      affine('1/4096'),
      sigmoid[1] as never,
      affine(`${levels}`),
      round(0, levels),
    ];
    expect(lower(steps(300), [-20_000, 20_000]).node?.op).toBe('table');
    expect(failure(() => lower(steps(300), [-20_000, 20_000], { method: 'thresholds' })).message).toContain(
      '256 levels',
    );
    const wide = failure(() => lower(steps(300), [-40_000, 40_000])).message;
    expect(wide).toContain('80001 inputs are more than the 65536 of a table');
    expect(lower(steps(255), [-40_000, 40_000]).node?.op).toBe('thresholds');
  });

  it('names node and origin where there is no exact form, and says what to do', () => {
    const wide = failure(() => lower(gelu, [-(2 ** 24), 2 ** 24])).diagnostics[0];
    expect(wide).toMatchObject({ code: 'E0310', subject: 'q', origin: '/act/Quant' });
    expect(wide?.help).toContain('16 bits');
    const log: ScalarSteps = [{ kind: 'function', name: 'log' }, round(0, 15)];
    expect(failure(() => lower(log, [0, 9])).message).toContain('log(0) is -Infinity');
    expect(failure(() => lower(gelu, [-128, 127], { method: 'requantise' })).message).toContain('no multiplier');
    expect(failure(() => lower(gelu, [-128, 127], { nodes: { q: 'thresholds' } })).message).toContain('not monotone');
  });

  it('does what it is asked for single nodes', () => {
    const steps: ScalarSteps = [affine('1/3'), round(-8, 7)];
    for (const method of ['thresholds', 'requantise', 'table'] as const) {
      expect(lower(steps, [-50, 50], { nodes: { q: method } }).node?.op).toBe(method);
    }
  });

  it('leaves a graph without quantise nodes as the same object', () => {
    const empty = lowerQuantise(graphOf([affine('1')], [0, 3], 1)).graph;
    expect(lowerQuantise(empty).graph).toBe(empty);
  });
});

describe('quantise', () => {
  const steps: ScalarSteps = [
    { kind: 'affine', a: ['1/7', '-2/5'], b: ['0', '1/2'] },
    { kind: 'round', mode: 'HALF_UP', lo: -20, hi: 20 },
  ];
  const x = { shape: [2, 2], elem: int(8) };
  const ctx = { attrs: { steps }, inputs: [x], consts: {} };

  it('applies the function of each channel', () => {
    const input = { shape: [2, 2], data: Int32Array.from([-100, -100, 25, 3]) };
    const [y] = quantise.reference(ctx, [input], [{ shape: [2, 2], elem: int(8) }]);
    expect([...(y?.data ?? [])]).toEqual([-14, 20, 4, -1]);
  });

  it('has exact bounds per channel', () => {
    expect(quantise.bounds(ctx, [[{ lo: 0, hi: 30 }]])).toEqual([
      [
        { lo: 0, hi: 4 },
        { lo: -12, hi: 1 },
      ],
    ]);
  });

  it('accepts its own attributes and no others', () => {
    expect(schemaProblems(quantise.attrs, { steps })).toEqual([]);
    expect(schemaProblems(quantise.attrs, { steps: [{ kind: 'affine', a: ['x'], b: ['0'] }] })).not.toEqual([]);
    expect(quantise.check({ ...ctx, inputs: [{ shape: [3], elem: int(8) }] })[0]).toContain('do not fit 3 channels');
  });
});
