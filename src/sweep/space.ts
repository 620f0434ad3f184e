import type { BuildConfig } from '../passes/config.ts';
import type { Axis } from './spec.ts';

/** One design of a space: for each axis, the index of its value. */
export type Point = readonly number[];

/** Designs in the space. */
export const spaceSize = (axes: readonly Axis[]): number => axes.reduce((n, a) => n * a.values.length, 1);

/** The design with a number: the last axis changes fastest. */
export function pointAt(axes: readonly Axis[], index: number): Point {
  let rest = index;
  const point = axes.map(() => 0);
  for (let i = axes.length - 1; i >= 0; i--) {
    const n = axes[i]?.values.length ?? 1;
    point[i] = rest % n;
    rest = Math.floor(rest / n);
  }
  return point;
}

/** Inverse of {@link pointAt}. */
export const indexOf = (axes: readonly Axis[], point: Point): number =>
  axes.reduce((index, a, i) => index * a.values.length + (point[i] ?? 0), 0);

/** The configuration of a design; the value null takes a key away. */
export function configAt(base: BuildConfig, axes: readonly Axis[], point: Point): BuildConfig {
  const chosen: Record<string, unknown> = { ...base };
  axes.forEach(({ key, values }, i) => {
    const value = values[point[i] ?? 0];
    if (value === null) delete chosen[key];
    else chosen[key] = value;
  });
  return chosen as BuildConfig;
}
