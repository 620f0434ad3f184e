import type { Calibration } from './calibrate.ts';
import { costOf, type Measured } from './measure.ts';
import type { Bits } from './rewrite.ts';

/** Bits that the search gives to layers, most first. */
export const CHOICES = [8, 7, 6, 5, 4, 3, 2] as const;

/** Per layer, per choice of bits: the error of the outputs where this layer alone has them and all others 8. */
export type Sensitivity = readonly (readonly number[])[];

export type Measure = (bits: Bits) => Measured;

const uniform = (layers: number, bits: number): Bits => new Array<number>(layers).fill(bits);

/** All layers with the same bits, for each choice. */
export const uniforms = (layers: number, measure: Measure): Measured[] =>
  CHOICES.map((b) => measure(uniform(layers, b)));

export function sensitivity(layers: number, measure: Measure, progress: (done: number) => void): Sensitivity {
  const most = uniform(layers, CHOICES[0]);
  const none = measure(most).error;
  return most.map((_, l) => {
    const row = CHOICES.map((b, i) => (i === 0 ? none : measure(most.map((m, k) => (k === l ? b : m))).error));
    progress(l + 1);
    return row;
  });
}

/**
 * Choices from 8 bits everywhere to 2 bits everywhere, each with one layer changed. The errors of layers are taken as
 * independent and so as a sum (as HAWQ and ZeroQ do); the layer that saves most for the error that it adds goes first, over as many
 * choices at once as make that ratio best. So each is the best of its cost on the convex hull of what the sum says.
 */
export function descent(c: Calibration, table: Sensitivity): Bits[] {
  const at = table.map(() => 0);
  const bitsOf = (of: readonly number[]): Bits => of.map((i) => CHOICES[i] ?? CHOICES[0]);
  const path: Bits[] = [bitsOf(at)];
  for (;;) {
    const now = costOf(c, bitsOf(at));
    let best: { layer: number; to: number; ratio: number } | undefined;
    table.forEach((errors, layer) => {
      for (let to = (at[layer] as number) + 1; to < CHOICES.length; to++) {
        const saved = now - costOf(c, bitsOf(at.map((i, k) => (k === layer ? to : i))));
        const added = Math.max(0, (errors[to] as number) - (errors[at[layer] as number] as number));
        // What saves nothing by itself (its data has the bits of another layer) comes last, not never.
        const ratio = saved > 0 ? added / saved : Number.MAX_VALUE;
        if (!best || ratio < best.ratio) best = { layer, to, ratio };
      }
    });
    if (!best) return path;
    at[best.layer] = best.to;
    path.push(bitsOf(at));
  }
}

/** What is to be reached: an accuracy at the least cost, or the best within a cost. */
export type Goal = { readonly accuracy: number } | { readonly cost: number };

const better = (a: Measured, b: Measured): boolean =>
  a.accuracy > b.accuracy || (a.accuracy === b.accuracy && a.error < b.error);

/** The candidate that meets the goal best; the most accurate one where none meets it. */
export function pick(candidates: readonly Measured[], goal: Goal): Measured | undefined {
  const best = (list: readonly Measured[]): Measured | undefined =>
    list.reduce<Measured | undefined>((b, m) => (b && !better(m, b) ? b : m), undefined);
  if ('cost' in goal) return best(candidates.filter((m) => m.cost <= goal.cost + 1e-9));
  const enough = candidates.filter((m) => m.accuracy >= goal.accuracy - 1e-9);
  if (enough.length === 0) return best(candidates);
  const least = Math.min(...enough.map((m) => m.cost));
  return best(enough.filter((m) => m.cost === least));
}

/** One of the pair is at least as good in all, and better in one: by accuracy, error and cost. */
export const dominates = (a: Measured, b: Measured): boolean =>
  a.cost <= b.cost && a.accuracy >= b.accuracy && a.error <= b.error && (a.cost < b.cost || a.error < b.error);

/**
 * Improves a choice without costing more: two layers exchange a step of bits, or one is raised where there is room, as long
 * as the measured error falls.
 */
export function refined(c: Calibration, start: Measured, limit: number, measure: Measure, tries: number): Measured {
  let best = start;
  const tried = new Set([best.bits.join()]);
  for (let left = tries; left > 0; left--) {
    const next = neighbours(best.bits).find((b) => !tried.has(b.join()) && costOf(c, b) <= limit + 1e-9);
    if (!next) return best;
    tried.add(next.join());
    const measured = measure(next);
    if (better(measured, best)) best = measured;
  }
  return best;
}

/** One layer up by a bit, alone or with another down by one. */
function neighbours(bits: Bits): Bits[] {
  const shift = (from: Bits, layer: number, by: number): Bits | undefined => {
    const b = (from[layer] ?? 0) + by;
    return b > CHOICES[0] || b < (CHOICES.at(-1) ?? 0) ? undefined : from.map((v, i) => (i === layer ? b : v));
  };
  return bits.flatMap((_, up) => {
    const raised = shift(bits, up, 1);
    if (!raised) return [];
    const exchanged = bits.map((_v, down) => (down === up ? undefined : shift(raised, down, -1)));
    return [raised, ...exchanged.filter((b) => b !== undefined)];
  });
}
