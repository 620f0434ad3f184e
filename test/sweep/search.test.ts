import { describe, expect, it } from 'vitest';
import { front, ranking } from '../../src/sweep/front.ts';
import { distinct, random } from '../../src/sweep/random.ts';
import { searchOf } from '../../src/sweep/search/index.ts';
import type { Candidate, Outcome } from '../../src/sweep/search/search.ts';
import { indexOf, pointAt, spaceSize } from '../../src/sweep/space.ts';
import type { Sweep } from '../../src/sweep/spec.ts';
import { sweepOf } from './spec.ts';

const VALUES = [0, 1, 2, 3, 4, 5, 6, 7];

/** Two objectives that pull apart along the first axis and agree along the others: the front is where those are 0. */
const figures = ({ point: [a = 0, b = 0, c = 0] }: Candidate): number[] => [a + b + c, 7 - a + b + c];

function play(sweep: Sweep, measure: (c: Candidate) => Outcome): Candidate[][] {
  const search = searchOf(sweep);
  const batches: Candidate[][] = [];
  let answer: readonly Outcome[] = [];
  for (let step = search.next(); !step.done; step = search.next(answer)) {
    batches.push([...step.value]);
    answer = step.value.map(measure);
  }
  return batches;
}

describe('fronts', () => {
  it('keep what no other beats, equals included', () => {
    expect(
      front([
        [1, 4],
        [2, 2],
        [3, 3],
        [4, 1],
        [2, 2],
      ]),
    ).toEqual([0, 1, 3, 4]);
  });

  it('are what brute force finds', () => {
    const next = random(7);
    const all = Array.from({ length: 60 }, () => [0, 0, 0].map(() => Math.floor(next() * 6)));
    const beaten = (a: number[]): boolean =>
      all.some((b) => b.every((v, i) => v <= (a[i] ?? 0)) && b.join() !== a.join());
    expect(front(all)).toEqual(all.flatMap((a, i) => (beaten(a) ? [] : [i])));
    expect(new Set(ranking(all).slice(0, front(all).length))).toEqual(new Set(front(all)));
  });
});

describe('spaces', () => {
  it('number their designs both ways', () => {
    const { axes } = sweepOf([1, 2, 3], {});
    expect(spaceSize(axes)).toBe(27);
    for (let i = 0; i < 27; i++) expect(indexOf(axes, pointAt(axes, i))).toBe(i);
  });

  it('draw different designs, each as likely', () => {
    expect(distinct(random(1), 5, 9).sort()).toEqual([0, 1, 2, 3, 4]);
    const counts = new Map<number, number>();
    const next = random(3);
    for (let i = 0; i < 4000; i++) for (const v of distinct(next, 8, 2)) counts.set(v, (counts.get(v) ?? 0) + 1);
    for (const n of counts.values()) expect(Math.abs(n - 1000)).toBeLessThan(150);
  });
});

describe('searches', () => {
  it('by grid try every design once', () => {
    const [all = []] = play(sweepOf(VALUES, {}), figures);
    expect(new Set(all.map((c) => c.point.join())).size).toBe(512);
  });

  it('at random try as many as asked for, and others with another seed', () => {
    const [a = []] = play(sweepOf(VALUES, { method: 'random', samples: 20 }), figures);
    const [b = []] = play(sweepOf(VALUES, { method: 'random', samples: 20, seed: 2 }), figures);
    expect(a).toHaveLength(20);
    expect(a).not.toEqual(b);
  });

  it('by halving spend most on few samples and go where the good designs are', () => {
    const sweep = sweepOf(VALUES, { method: 'halving', samples: 180 });
    const batches = play(sweep, figures);
    const at = (share: number): Candidate[] => batches.flat().filter((c) => Math.abs(c.share - share) < 1e-9);
    expect(at(1 / 9)).toHaveLength(180);
    expect(at(1 / 3)).toHaveLength(60);
    expect(at(1)).toHaveLength(20);
    const cost = ({ point: [, b = 0, c = 0] }: Candidate): number => b + c;
    const mean = (list: Candidate[]): number => list.reduce((n, c) => n + cost(c), 0) / list.length;
    // A uniform draw has a mean of 7.
    expect(mean(at(1 / 9).slice(0, 18))).toBeGreaterThan(5);
    expect(mean(at(1 / 9).slice(-36))).toBeLessThan(5);
    expect(play(sweep, figures)).toEqual(batches);
  });

  it('by halving go on where designs are refused, and end where the space does', () => {
    const batches = play(sweepOf([0, 1], { method: 'halving', samples: 50 }), (c) =>
      c.point[0] === 1 ? undefined : figures(c),
    );
    expect(batches.flat().filter((c) => c.share < 0.2)).toHaveLength(8);
  });
});
