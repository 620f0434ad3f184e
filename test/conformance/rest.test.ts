/** Passing over quiet cycles is the same as stepping through them, for every kernel's cycle model and the sources. */
import { describe, expect, it } from 'vitest';
import { pacedSource, sinkModel, sourceModel, WIRE } from '../../src/analysis/cycle/ends.ts';
import type { CycleModel } from '../../src/kernels/cycles.ts';
import { kernels } from '../../src/kernels/index.ts';
import { drawSubject } from './bench.ts';
import { type Rng, rng, type Sampler } from './case.ts';

const SEEDS = 25;
const CYCLES = 600;

/** Random flags that hold for a while, on two copies of a model: one is stepped through every cycle. */
function compare(plain: CycleModel, rested: CycleModel, random: Rng): void {
  plain.reset();
  rested.reset();
  for (let cycle = 0; cycle < CYCLES; ) {
    const [available, space] = [random.int(0, 3), random.int(0, 0xff)];
    let left = random.chance(0.5) ? random.int(1, 3) : random.int(1, 60);
    cycle += left;
    while (left > 0) {
      const quiet = Math.min(left, rested.rest?.quiet(available, space) ?? 0);
      for (let i = 0; i < quiet; i++) expect(plain.step(available, space)).toBe(0);
      rested.rest?.skip(quiet, available, space);
      left -= quiet;
      if (left-- > 0) expect(rested.step(available, space)).toBe(plain.step(available, space));
    }
  }
}

describe('rest', () => {
  it.each([...kernels.keys()])('of %s', async (kind) => {
    const { sample } = (await import(new URL(`./samplers/${kind}.ts`, import.meta.url).href)) as { sample: Sampler };
    for (let seed = 0; seed < SEEDS; seed++) {
      const { def, ctx, outputTypes } = drawSubject(sample, seed, 1);
      const model = (): CycleModel => def.cycles({ ...ctx, name: 'n', outputs: outputTypes });
      compare(model(), model(), rng(seed));
    }
  });

  it('of sources, sinks and wires', () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const makers = [
        () => sourceModel(seed, undefined, 0),
        () => pacedSource(20, 1 + seed * 0.7),
        () => sinkModel(undefined, 0),
        () => WIRE,
      ];
      for (const model of makers) compare(model(), model(), rng(seed));
    }
  });

  it('is long where a kernel computes in silence', () => {
    const mvu = kernels.get('mvu');
    const elem = { kind: 'int', bits: 4 } as const;
    const weight = { shape: [2, 64], elem, data: new Int32Array(128) };
    const model = mvu?.cycles({
      name: 'n',
      attrs: { MW: 64, MH: 2, groups: 1, vectors: 1, PE: 1, SIMD: 1, mult: 'auto' },
      inputs: [{ shape: [64], elem, lanes: 1 }],
      outputs: [{ shape: [2], elem: { kind: 'int', bits: 16 }, lanes: 1 }],
      consts: { weight },
    });
    for (let i = 0; i < 64; i++) model?.step(1, 1);
    // The first sum leaves, then the second is computed from the buffered vector.
    let steps = 0;
    let cycles = 0;
    while (cycles < 60) {
      const quiet = Math.min(60, model?.rest?.quiet(0, 1) ?? 0);
      model?.rest?.skip(quiet, 0, 1);
      model?.step(0, 1);
      steps++;
      cycles += quiet + 1;
    }
    expect(steps).toBeLessThan(8);
  });
});

it('a paced source offers its beats evenly', () => {
  const source = pacedSource(4, 2.5);
  source.reset();
  const sent = Array.from({ length: 12 }, (_, cycle) => cycle).filter(() => source.step(0, 1) !== 0);
  expect(sent).toEqual([0, 2, 5, 7]);
});
