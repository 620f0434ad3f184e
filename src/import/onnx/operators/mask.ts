/** Constant masks on scores. */
import type { HostTensor } from '../../../host/tensor.ts';
import { type Rational, toNumber } from '../../../num/rational.ts';
import { affine } from '../steps.ts';
import type { Stream } from '../values.ts';

/** What is added to a score to hide its key is at least this far down; exporters write −10000, −3.4e38 or −∞. */
const HIDDEN = -1000;

/** Minus infinity in a constant mask as a number that exact arithmetic can hold. */
export const finiteMask = (t: HostTensor): HostTensor =>
  t.data.includes(Number.NEGATIVE_INFINITY)
    ? { ...t, data: t.data.map((v) => (v === Number.NEGATIVE_INFINITY ? -1e30 : v)) }
    : t;

/** Scores with some of their elements hidden by a constant mask: the visible ones share one affine. */
interface Masked {
  readonly scores: Stream;
  /** 1 where a score is seen, in the order of the memory. */
  readonly visible: Uint8Array;
}

/** A stream whose steps are one affine that hides elements. */
export function maskOf(s: Stream): Masked | undefined {
  const [step] = s.steps;
  if (s.base.kind !== 'ir' || s.steps.length !== 1 || step?.kind !== 'affine' || step.b.length < 2) return undefined;
  const hidden = step.b.map((b) => toNumber(b) <= HIDDEN);
  const a = (i: number): Rational => (step.a.length === 1 ? step.a[0] : step.a[i]) as Rational;
  const first = hidden.indexOf(false);
  if (first < 0 || !hidden.includes(true)) return undefined;
  const same = hidden.every(
    (h, i) =>
      h ||
      (toNumber(a(i)) === toNumber(a(first)) &&
        toNumber(step.b[i] as Rational) === toNumber(step.b[first] as Rational)),
  );
  if (!same) return undefined;
  const scores: Stream = { ...s, steps: [affine([a(first)], [step.b[first] as Rational])] };
  return { scores, visible: Uint8Array.from(hidden, (h) => (h ? 0 : 1)) };
}

/** The mask [N, M] of scores in memory [N, heads, M]; undefined where heads differ. */
export function oneMask(visible: Uint8Array, N: number, heads: number, M: number): Int32Array | undefined {
  const at = (n: number, h: number, m: number): number => visible[(n * heads + h) * M + m] as number;
  const out = new Int32Array(N * M);
  for (let n = 0; n < N; n++)
    for (let m = 0; m < M; m++) {
      out[n * M + m] = at(n, 0, m);
      for (let h = 1; h < heads; h++) if (at(n, h, m) !== at(n, 0, m)) return undefined;
    }
  return out;
}
