import type { ScalarStep, ScalarSteps } from '../scalar.ts';
import { parseFraction } from './fraction.ts';
import { SCALAR_FUNCTIONS } from './functions.ts';
import { normalForm } from './normal.ts';

/** The per-channel lists of a step. */
function lists(step: ScalarStep): readonly (readonly unknown[])[] {
  if (step.kind === 'affine') return [step.a, step.b];
  if (step.kind === 'leaky') return [step.slope];
  return step.kind === 'count' ? [step.thresholds] : [];
}

/** How many channels the steps tell apart: 1 when the function is the same for all. */
export function channelsOf(steps: ScalarSteps): number {
  return Math.max(1, ...steps.flatMap(lists).map((l) => l.length));
}

function numbers(step: ScalarStep): readonly (string | null)[] {
  switch (step.kind) {
    case 'affine':
      return [...step.a, ...step.b];
    case 'leaky':
      return step.slope;
    case 'clip':
      return [step.lo, step.hi];
    case 'count':
      return step.thresholds.flat();
    default:
      return [];
  }
}

/** What is wrong with a chain for a tensor of so many channels, one sentence each; empty when it can be evaluated. */
export function scalarProblems(steps: ScalarSteps, channels: number): string[] {
  const out: string[] = [];
  steps.forEach((step, i) => {
    const name = `step ${i} (${step.kind})`;
    const bad = numbers(step).find((t) => t !== null && !parseFraction(t));
    if (bad !== undefined) out.push(`${name}: "${bad}" is not a rational number`);
    for (const l of lists(step)) {
      if (l.length !== 1 && l.length !== channels)
        out.push(`${name}: ${l.length} entries do not fit ${channels} channels`);
    }
    if (step.kind === 'round' && !(step.lo <= step.hi)) out.push(`${name}: lo=${step.lo} is above hi=${step.hi}`);
    if (step.kind === 'function' && !SCALAR_FUNCTIONS.has(step.name)) out.push(`${name}: no function ${step.name}`);
  });
  if (out.length > 0) return out;
  const last = (c: number): string | undefined => normalForm(steps, c).at(-1)?.kind;
  for (let c = 0; c < channelsOf(steps); c++) {
    const kind = last(c);
    if (kind !== 'round' && kind !== 'count')
      return [`the result is not an integer: the chain ends in ${kind} without a rounding`];
  }
  return out;
}
