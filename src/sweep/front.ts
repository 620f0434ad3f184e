/** Which of several designs are best, where more than one figure counts. All figures are minimised. */

type Figures = readonly number[];

/** No worse in any figure, and better in one. */
const dominates = (a: Figures, b: Figures): boolean =>
  a.every((v, i) => v <= (b[i] as number)) && a.some((v, i) => v < (b[i] as number));

/** Indices of the designs that no other dominates, in order. Of designs with the same figures all stay. */
export const front = (all: readonly Figures[]): number[] =>
  all.flatMap((a, i) => (all.some((b) => dominates(b, a)) ? [] : [i]));

/**
 * Indices from best to worst: by the number of the front that a design is on once better fronts are taken away, then by
 * the sum of its places in each figure, then as given.
 */
export function ranking(all: readonly Figures[]): number[] {
  const level = levels(all);
  const places = all.map(() => 0);
  const figures = all[0]?.length ?? 0;
  for (let f = 0; f < figures; f++) {
    all.forEach((a, i) => {
      places[i] = (places[i] as number) + all.filter((b) => (b[f] as number) < (a[f] as number)).length;
    });
  }
  const of = (list: readonly number[], i: number): number => list[i] as number;
  return all.map((_, i) => i).sort((i, j) => of(level, i) - of(level, j) || of(places, i) - of(places, j) || i - j);
}

function levels(all: readonly Figures[]): number[] {
  const level = all.map(() => -1);
  let left = all.map((_, i) => i);
  for (let n = 0; left.length > 0; n++) {
    const best = new Set(front(left.map((i) => all[i] as Figures)).map((k) => left[k] as number));
    for (const i of best) level[i] = n;
    left = left.filter((i) => !best.has(i));
  }
  return level;
}
