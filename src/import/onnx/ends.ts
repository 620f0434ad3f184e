import { append, type Steps, toScalarStep } from './steps.ts';
import type { Stream } from './values.ts';

/** A stream of real results that are integers by themselves, as a stream of these. */
export function grounded(s: Stream): Pick<Stream, 'base' | 'steps'> {
  if (s.base.kind !== 'real' || !s.base.exact) return s;
  const { base, steps } = s.base.exact;
  return { base, steps: s.steps.reduce((before, step) => append(before, step), steps) };
}

export const stepsKey = (steps: Steps): string => JSON.stringify(steps.map(toScalarStep));

/** A quantiser that ends in a sign gives bipolar values. */
export const endsInSign = (head: Steps): boolean => head[head.length - 1]?.kind === 'sign';

/** How memory order maps back to the model's tensor: by the factors of its view. */
export function outputLayout(s: Stream, axes: readonly number[]): { shape: number[]; perm: number[] } {
  const factors = axes.flatMap((a) => s.view[a] ?? []);
  const memory = [...factors].sort((a, b) => b.stride - a.stride);
  return { shape: factors.map((f) => f.size), perm: memory.map((f) => factors.indexOf(f)) };
}
