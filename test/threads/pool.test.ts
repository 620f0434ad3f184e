/** The optimiser's work on other threads: the same results, whoever solves what. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { NetlistBuilder } from '../../src/netlist/builder.ts';
import { sharedSums } from '../../src/netlist/cmvm/blocks.ts';
import { cmvm, tryWay } from '../../src/netlist/cmvm/cmvm.ts';
import type { ShareTask, Solver, Trial } from '../../src/netlist/cmvm/solver.ts';
import type { Netlist } from '../../src/netlist/netlist.ts';
import { newBoard } from '../../src/threads/batch.ts';
import { threadedSolver } from '../../src/threads/pool.ts';
import { answersOf, handOut, startThread } from '../../src/threads/thread.ts';
import { rng } from '../conformance/case.ts';

const ENTRY = new URL('../../scripts/thread.mjs', import.meta.url);

const OPTIONS = { bitPrice: 0.7, extraDepth: 2 };

function shareTask(seed: number): ShareTask {
  const r = rng(seed);
  const data = Array.from({ length: 12 * 10 }, () => r.int(-31, 31));
  return { matrix: { rows: 12, cols: 10, data }, spans: new Array<number>(10).fill(63), depths: [], options: OPTIONS };
}

function trial(seed: number): Trial {
  const { matrix } = shareTask(seed);
  const inputs = Array.from({ length: matrix.cols }, () => ({ range: { lo: -8, hi: 7 }, zeros: 0, level: 0 }));
  const bias = new Array<number>(matrix.rows).fill(3);
  return { matrix, bias, slack: 0, inputs, way: { kind: 'shared', options: OPTIONS, blocks: 2 } };
}

const SEEDS = [1, 2, 3, 4, 5];

/** What a thread that does all of it answers, in the order of the tasks. */
async function solvedApart(kind: keyof Solver, tasks: readonly unknown[]) {
  const thread = startThread(ENTRY);
  handOut(thread, { kind, tasks, board: newBoard() });
  const answers = [];
  while (answers.length < tasks.length) {
    await setTimeout(10);
    answers.push(...answersOf(thread));
  }
  await thread.worker.terminate();
  return answers.sort((a, b) => a.index - b.index);
}

describe('a thread', () => {
  it('shares sums, and builds products, as its caller does', async () => {
    const shares = SEEDS.map(shareTask);
    expect(await solvedApart('shares', shares)).toEqual(shares.map((t, index) => ({ index, result: sharedSums(t) })));
    const trials = SEEDS.map(trial);
    expect(await solvedApart('trials', trials)).toEqual(trials.map((t, index) => ({ index, result: tryWay(t) })));
  });

  it('says what failed, and goes on', async () => {
    const [good, bad] = [trial(1), { ...trial(2), inputs: [] }];
    expect(await solvedApart('trials', [bad, good])).toEqual([
      { index: 0, failure: expect.any(String) },
      { index: 1, result: tryWay(good) },
    ]);
  });
});

function product(rows: number, cols: number, solver?: Solver): Netlist {
  const r = rng(rows);
  const b = new NetlistBuilder();
  const x = Array.from({ length: cols }, (_, i) => b.input(`x${i}`, { lo: -8, hi: 7 }));
  const data = Array.from({ length: rows * cols }, () => r.int(-127, 127));
  cmvm(b, { rows, cols, data }, x, [], { solver }).forEach((v, i) => {
    b.output(`y${i}`, v);
  });
  return b.finish('product');
}

describe('a solver on threads', () => {
  it('takes all tasks itself where no other thread can start', () => {
    expect(product(24, 24, threadedSolver({ width: 3 }))).toEqual(product(24, 24));
  });

  it('gives what one thread gives', async () => {
    const solver = threadedSolver({ width: 2, entry: ENTRY });
    const alone = product(24, 24);
    // The second time the other thread is there.
    for (let time = 0; time < 2; time++) {
      expect(product(24, 24, solver)).toEqual(alone);
      await setTimeout(1000);
    }
  });

  it('is asked for the ways of a product, not for those of a small one', () => {
    const asked: number[] = [];
    const solver: Solver = {
      shares: (tasks) => tasks.map(sharedSums),
      trials: (tasks) => {
        asked.push(tasks.length);
        return tasks.map(tryWay);
      },
    };
    product(4, 4, solver);
    expect(asked).toEqual([]);
    product(24, 24, solver);
    expect(asked).toEqual([2]);
  });
});
