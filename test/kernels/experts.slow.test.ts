/** The corners of a mixture of experts, each by name, in RTL; two of them break published designs. */
import { describe, expect, it } from 'vitest';
import { simulateIcarus } from '../../src/sim/icarus/simulate.ts';
import { simulateWasm } from '../../src/sim/wasm/index.ts';
import { FRAMES, type MixtureCase, prove } from '../fuzz/mixture.ts';
import { hasIcarus } from '../tools.ts';

const BASE: MixtureCase = {
  seed: 7,
  tokens: 5,
  experts: 4,
  k: 2,
  tasks: 1,
  PE: 2,
  folds: 3,
  SIMD: 2,
  rows: 2,
  renormalise: false,
  fraction: 6,
  memory: { latency: 9, bandwidth: 1 },
};

const simulate = hasIcarus ? simulateIcarus : simulateWasm;

describe('mixture of experts', () => {
  it('all tokens at one expert, the others empty: ties go to the lower index, and only that expert is read', async () => {
    const { problems, chosen, reads } = await prove({ ...BASE, k: 1, gate: 0 }, simulate);
    expect(problems).toEqual([]);
    expect(chosen).toEqual(Array.from({ length: FRAMES }, () => [0]));
    expect(new Set(reads.map((r) => r.expert))).toEqual(new Set([0]));
  });

  it('ties between all experts: the k first', async () => {
    const { problems, chosen, reads } = await prove({ ...BASE, k: 3, gate: 0 }, simulate);
    expect(problems).toEqual([]);
    expect(chosen).toEqual(Array.from({ length: FRAMES }, () => [0, 1, 2]));
    expect(new Set(reads.map((r) => r.expert))).toEqual(new Set([0, 1, 2]));
  });

  it.each([
    ['k = 1', { k: 1 }],
    ['k = E: every expert takes every token', { k: 4 }],
    ['one token', { tokens: 1 }],
    ['one token, k = E', { tokens: 1, k: 4 }],
    ['one expert in all', { experts: 1, k: 1 }],
    ['E is no power of two', { experts: 5 }],
    ['tokens that no block divides', { tokens: 7, k: 3 }],
    ['one slot per job: sums that are read back at once', { folds: 1, rows: 1, k: 4 }],
    ['gates of the chosen sum to one', { renormalise: true }],
    ['another task in every frame, also one beyond the last', { tasks: 2 }],
    ['a slow memory', { memory: { latency: 200, bandwidth: 0.1 } }],
    ['a memory that answers at once', { memory: { latency: 1, bandwidth: 1 } }],
  ] as const)('%s', async (_what, change) => {
    const { problems, chosen, reads } = await prove({ ...BASE, ...change }, simulate);
    expect(problems).toEqual([]);
    const each = chosen.flat();
    const beats = reads.reduce((n, r) => n + r.beats, 0);
    const perExpert = beats / each.length;
    for (const e of new Set(each)) {
      const read = reads.filter((r) => r.expert === e).reduce((n, r) => n + r.beats, 0);
      expect(read).toBe(perExpert * each.filter((c) => c === e).length);
    }
  });
});
