/** Attention against plain loops: the real function, the rota, and the integers of a design, step by step. */
import { describe, expect, it } from 'vitest';
import type { ValueType } from '../../../src/ir/graph.ts';
import { interpreter } from '../../../src/ir/interpret.ts';
import { attention } from '../../../src/ir/ops/attention/op.ts';
import { endsAt, occupancy, queryAt, startsAt, stepsOf } from '../../../src/ir/ops/attention/rota.ts';
import type { AttentionAttrs, AttentionContext } from '../../../src/ir/ops/attention/shape.ts';
import { tensorOps } from '../../../src/ir/ops/index.ts';
import { lookupFor } from '../../../src/kernels/lookup.ts';
import { elemRange, int } from '../../../src/num/elem.ts';
import { allocate, type IntTensor, numel } from '../../../src/num/tensor.ts';
import { measure } from '../../../src/passes/approximate.ts';
import { type Rng, rng } from '../../conformance/case.ts';
import { attentionSample } from '../../fuzz/attention-graphs.ts';

const draw = (random: Rng, type: ValueType): IntTensor => {
  const data = allocate(numel(type.shape), type.elem);
  const { lo, hi } = elemRange(type.elem);
  for (let i = 0; i < data.length; i++) data[i] = random.int(lo, hi);
  return { shape: type.shape, data };
};

describe('rota', () => {
  it('shows every query every key once, in slots that never overlap, with one start and one end at most in a step', () => {
    const random = rng(3);
    for (let i = 0; i < 300; i++) {
      const keys = random.int(1, 12);
      const rota = { queries: random.int(1, 30), keys, slots: random.int(1, keys) };
      const seen = Array.from({ length: rota.queries }, () => new Set<number>());
      const order: { starts: number[]; ends: number[] } = { starts: [], ends: [] };
      for (let step = 0; step < stepsOf(rota); step++) {
        for (let slot = 0; slot < rota.slots; slot++) {
          const query = queryAt(rota, step, slot);
          if (query < 0) continue;
          expect(query % rota.slots).toBe(slot);
          expect(seen[query]?.has(step % keys)).toBe(false);
          if (seen[query]?.size === 0) {
            expect(step % keys).toBe(slot);
            expect(startsAt(rota, step)).toBe(query);
            order.starts.push(query);
          }
          seen[query]?.add(step % keys);
          if (seen[query]?.size === keys) {
            expect(endsAt(rota, step)).toBe(slot);
            order.ends.push(query);
          }
        }
      }
      const all = Array.from({ length: rota.queries }, (_, n) => n);
      expect([order.starts, order.ends]).toEqual([all, all]);
      // The frame is over with its last query.
      expect(endsAt(rota, stepsOf(rota) - 1)).toBe((rota.queries - 1) % rota.slots);
    }
  });

  it('keeps most slots busy, whatever the length', () => {
    expect(occupancy({ queries: 197, keys: 197, slots: 8 })).toBeGreaterThan(0.98);
    expect(occupancy({ queries: 64, keys: 64, slots: 8 })).toBeGreaterThan(0.98);
    expect(occupancy({ queries: 1, keys: 5, slots: 1 })).toBe(1);
  });
});

const BASE: AttentionAttrs = {
  heads: 2,
  scale: 0.004,
  fraction: 3,
  causal: false,
  slots: 0,
  scoreBits: 0,
  stepBits: 0,
  mantissaBits: 0,
  design: null,
};
const i6 = int(6);
const types = (n: number, m: number, dk: number, dv: number): ValueType[] => [
  { shape: [n, 2 * dk], elem: i6 },
  { shape: [m, 2 * dk], elem: i6 },
  { shape: [m, 2 * dv], elem: i6 },
];

describe('attention', () => {
  it('without a design is the real function, rounded once', () => {
    const random = rng(5);
    for (const [n, m, dk, dv, causal, masked] of [
      [5, 7, 3, 4, false, false],
      [6, 6, 4, 2, true, false],
      [4, 3, 2, 5, false, true],
      [1, 1, 1, 1, false, false],
    ] as const) {
      const inputs = types(n, m, dk, dv);
      const bits = Int32Array.from({ length: n * m }, (_, i) => (i < m ? 0 : random.int(0, 1)));
      const mask = { shape: [n, m], elem: { kind: 'uint', bits: 1 } as const, data: bits };
      const ctx: AttentionContext = { attrs: { ...BASE, causal }, inputs, consts: masked ? { mask } : {} };
      expect(attention.check(ctx)).toEqual([]);
      const [q, k, v] = inputs.map((t) => draw(random, t)) as [IntTensor, IntTensor, IntTensor];
      const out: ValueType = { shape: [n, 2 * dv], elem: int(10) };
      const [y] = attention.reference(ctx, [q, k, v], [out]);
      for (let i = 0; i < n; i++) {
        for (let h = 0; h < 2; h++) {
          const weights = Array.from({ length: m }, (_, j) => {
            if ((causal && j > i) || (masked && bits[i * m + j] === 0)) return 0;
            let dot = 0;
            for (let c = 0; c < dk; c++) {
              dot += (q.data[(2 * i + h) * dk + c] as number) * (k.data[(2 * j + h) * dk + c] as number);
            }
            return Math.exp(BASE.scale * dot);
          });
          const total = weights.reduce((a, b) => a + b, 0);
          for (let c = 0; c < dv; c++) {
            const sum = weights.reduce((a, w, j) => a + w * (v.data[(2 * j + h) * dv + c] as number), 0);
            const want = total === 0 ? 0 : (8 * sum) / total;
            expect(Math.abs((y?.data[(2 * i + h) * dv + c] as number) - want)).toBeLessThanOrEqual(0.5 + 1e-9);
          }
        }
      }
    }
  });

  it('with a design stays within the bound that the design was asked for, bad cases included', () => {
    for (const lsb of [0.25, 0.5, 2]) {
      for (const [n, m, fraction] of [
        [9, 14, 0],
        [32, 32, 2],
        [1, 40, 4],
      ] as const) {
        const inputs = types(n, m, 8, 4);
        const ctx: AttentionContext = { attrs: { ...BASE, fraction, scale: 0.002 }, inputs, consts: {} };
        const design = attention.design?.(ctx, { lsb });
        if (!design || typeof design === 'string') throw new Error('no design');
        const out: ValueType = { shape: [n, 8], elem: int(16) };
        const def = tensorOps.get('attention');
        if (!def) throw new Error('no op');
        const error = measure(def, ctx, design, [out]);
        // Both results are rounded: they may differ by one more unit than the bound says.
        expect(error.largest).toBeLessThanOrEqual(Math.ceil(lsb));
        expect(error.mean).toBeLessThanOrEqual(lsb);
      }
    }
  });

  it('keeps its integers through every pass, on the tensor and on the kernel level', () => {
    for (let seed = 0; seed < 60; seed++) {
      const random = rng(seed);
      const { title, model, hardware } = attentionSample(random, `n${seed}`);
      const frame = new Map(
        model.inputs.map((p) => [p.name, draw(random, model.values[p.value] as ValueType)] as const),
      );
      const want = interpreter(model, lookupFor('tensor'))(frame).get('y')?.data;
      const flat = new Map([...frame].map(([name, t]) => [name, { shape: [t.data.length], data: t.data }] as const));
      const got = interpreter(hardware, lookupFor('kernel'))(flat).get('y')?.data;
      expect({ title, y: [...(got ?? [])] }).toEqual({ title, y: [...(want ?? [])] });
    }
  });

  it('is refused in words', () => {
    const problems = (attrs: Partial<AttentionAttrs>, inputs = types(4, 5, 3, 3)): readonly string[] =>
      attention.check({ attrs: { ...BASE, ...attrs }, inputs, consts: {} });
    expect(problems({ heads: 4 })).toEqual(['heads=4 does not divide rows of 6', 'heads=4 does not divide rows of 6']);
    expect(problems({ slots: 6 })[0]).toMatch(/slots=6 are more than the 5 keys/);
    expect(problems({ scoreBits: 5, stepBits: 5 })[0]).toMatch(/stepBits=5 must be less than scoreBits=5/);
    const [q, k, v] = types(4, 5, 3, 3) as [ValueType, ValueType, ValueType];
    expect(problems({}, [q, { ...k, shape: [5, 4] }, v])).toEqual(['rows of q have 6 elements, those of k 4']);
    expect(problems({}, [q, k, { ...v, shape: [6, 6] }])).toEqual(['there are 5 keys and 6 values']);
  });
});
