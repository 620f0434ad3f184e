/**
 * Successive halving with a density model, after BOHB (Falkner, Klein, Hutter, 2018): each generation starts on few
 * samples, one candidate in eta goes on to eta times as many, and what is proposed next is drawn from where the better
 * designs have been. Several objectives are put in order by fronts.
 */
import { ranking } from '../front.ts';
import { random } from '../random.ts';
import { indexOf, type Point, spaceSize } from '../space.ts';
import type { Axis, Sweep } from '../spec.ts';
import type { Outcome, Search } from './search.ts';

/** Rungs of the ladder: the first has 1/eta² of the samples. */
const RUNGS = 3;
/** Proposals that ignore the model, so that no part of the space is given up. */
const UNINFORMED = 1 / 3;
/** The share of designs that count as good. */
const GOOD = 0.25;
/** Draws of which the one with the best ratio of densities is proposed. */
const DRAWS = 24;
/** Draws after which a space counts as exhausted. */
const TRIES = 200;

interface Seen {
  readonly point: Point;
  readonly figures: readonly number[];
}

export function* halving({ axes, search }: Sweep): Search {
  const next = random(search.seed);
  const known = new Set<number>();
  const seen: Seen[][] = Array.from({ length: RUNGS }, () => []);
  const most = Math.min(search.samples, spaceSize(axes));
  while (known.size < most) {
    let points = proposals(axes, Math.min(search.generation, most - known.size), seen, known, next);
    if (points.length === 0) return;
    for (let rung = 0; rung < RUNGS && points.length > 0; rung++) {
      const share = search.eta ** (rung - RUNGS + 1);
      const outcomes: readonly Outcome[] = yield points.map((point) => ({ point, share }));
      const measured = points.flatMap((point, i): Seen[] => {
        const figures = outcomes[i];
        return figures ? [{ point, figures }] : [];
      });
      seen[rung]?.push(...measured);
      const order = ranking(measured.map((m) => m.figures));
      const kept = order.slice(0, Math.ceil(points.length / search.eta));
      points = kept.map((i) => (measured[i] as Seen).point);
    }
  }
}

function proposals(
  axes: readonly Axis[],
  n: number,
  seen: readonly (readonly Seen[])[],
  known: Set<number>,
  next: () => number,
): Point[] {
  const model = modelOf(axes, seen);
  const found: Point[] = [];
  for (let tries = 0; found.length < n && tries < TRIES * n; tries++) {
    const fresh = (p: Point): boolean => !known.has(indexOf(axes, p));
    const uniform = (): Point => axes.map((a) => Math.floor(next() * a.values.length));
    const point = model && next() >= UNINFORMED ? model(next, fresh) : uniform();
    if (!point || !fresh(point)) continue;
    const index = indexOf(axes, point);
    known.add(index);
    found.push(point);
  }
  return found;
}

/** A sampler of where the better designs are; undefined while few are known. */
function modelOf(
  axes: readonly Axis[],
  seen: readonly (readonly Seen[])[],
): ((next: () => number, fresh: (p: Point) => boolean) => Point | undefined) | undefined {
  const order = bestFirst(axes, seen);
  const least = 2 * (axes.length + 1);
  if (order.length < 2 * least) return undefined;
  const split = Math.max(least, Math.ceil(GOOD * order.length));
  const [good, bad] = [densities(axes, order.slice(0, split)), densities(axes, order.slice(split))];
  return (next, fresh) => {
    let best: { point: Point; ratio: number } | undefined;
    for (let i = 0; i < DRAWS; i++) {
      const point = good.map((d) => draw(d, next()));
      const ratio = point.reduce((r, v, a) => r * ((good[a]?.[v] ?? 0) / (bad[a]?.[v] ?? 1)), 1);
      if (fresh(point) && (!best || ratio > best.ratio)) best = { point, ratio };
    }
    return best?.point;
  };
}

/** All designs; those that went further were better than those that did not, on whatever samples. */
function bestFirst(axes: readonly Axis[], seen: readonly (readonly Seen[])[]): Point[] {
  const placed = new Map<number, Point>();
  for (const rung of [...seen].reverse()) {
    for (const i of ranking(rung.map((s) => s.figures))) {
      const { point } = rung[i] as Seen;
      const index = indexOf(axes, point);
      if (!placed.has(index)) placed.set(index, point);
    }
  }
  return [...placed.values()];
}

/** Per axis, the shares of its values among the points; all values together are counted once more. */
const densities = (axes: readonly Axis[], points: readonly Point[]): number[][] =>
  axes.map((axis, a) =>
    axis.values.map((_, v) => (points.filter((p) => p[a] === v).length + 1 / axis.values.length) / (points.length + 1)),
  );

function draw(density: readonly number[], at: number): number {
  let rest = at;
  for (const [v, share] of density.entries()) {
    rest -= share;
    if (rest < 0) return v;
  }
  return density.length - 1;
}
