/** The optimiser's work on other threads: the same results, whoever solves what. */
import { setTimeout } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { NetlistBuilder } from '../../src/netlist/builder.ts';
import { sharedSums } from '../../src/netlist/cmvm/blocks.ts';
import { cmvm, tryWay } from '../../src/netlist/cmvm/cmvm.ts';
import type { ShareTask, Solver, Trial } from '../../src/netlist/cmvm/solver.ts';
import type { Netlist } from '../../src/netlist/netlist.ts';
import { type Answer, type Batch, claim, newBoard, waitFor } from '../../src/threads/batch.ts';
import { spread, threadedSolver } from '../../src/threads/pool.ts';
import { answersOf, handOut, startThread, type Thread } from '../../src/threads/thread.ts';
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
  const thread = startThread(ENTRY) as Thread;
  handOut(thread, { id: 7, kind, tasks, board: newBoard() });
  const answers: Answer[] = [];
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
    expect(await solvedApart('shares', shares)).toEqual(
      shares.map((t, index) => ({ batch: 7, index, result: sharedSums(t) })),
    );
    const trials = SEEDS.map(trial);
    expect(await solvedApart('trials', trials)).toEqual(
      trials.map((t, index) => ({ batch: 7, index, result: tryWay(t) })),
    );
  });

  it('says what failed, and goes on', async () => {
    const [good, bad] = [trial(1), { ...trial(2), inputs: [] }];
    expect(await solvedApart('trials', [bad, good])).toEqual([
      { batch: 7, index: 0, failure: expect.any(String) },
      { batch: 7, index: 1, result: tryWay(good) },
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

  it('gives what one thread gives, each task solved once', async () => {
    const trials = Array.from({ length: 40 }, (_, seed) => trial(seed));
    const thread = startThread(ENTRY) as Thread;
    let own = 0;
    const slowly = (task: Trial): Netlist => {
      own++;
      // So long that the other thread starts, and takes most.
      if (own === 1) waitFor({ board: newBoard() }, 1, 5000);
      return tryWay(task);
    };
    expect(spread([thread], 'trials', trials, slowly)).toEqual(trials.map(tryWay));
    expect(own).toBeLessThan(40);
    await thread.worker.terminate();
  });

  it('ends at a failure, here or there, and takes no answer to what was asked before', async () => {
    const [good, bad] = [trial(1), { ...trial(2), inputs: [] }];
    const thread = startThread(ENTRY) as Thread;
    const failing = (): never => {
      throw new Error('here');
    };
    expect(() => spread([thread], 'trials', [good, good, good], failing)).toThrow('here');
    await setTimeout(1000);
    const wait = (task: Trial): Netlist => {
      waitFor({ board: newBoard() }, 1, 3000);
      return tryWay(task);
    };
    expect(spread([thread], 'trials', [trial(3), trial(4)], wait)).toEqual([tryWay(trial(3)), tryWay(trial(4))]);
    expect(() => spread([thread], 'trials', [good, bad], wait)).toThrow();
    await thread.worker.terminate();
  });

  it('does without a thread that died with its task', () => {
    const taken: number[] = [];
    const lost = {
      worker: { postMessage: (batch: Batch) => taken.push(claim(batch)) },
      port: new MessageChannel().port1,
    };
    const trials = [trial(1), trial(2), trial(3)];
    expect(spread([lost as unknown as Thread], 'trials', trials, tryWay, 200)).toEqual(trials.map(tryWay));
    expect(taken).toEqual([0]);
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
