/** Factors from measurements, and how well they foretell designs that were not in the fit. */
import type { Terms } from '../../src/kernels/kernel.ts';

export interface Sample {
  readonly terms: Terms;
  readonly measured: number;
}

/** Below this many cells an error counts in cells, not in parts of them. */
const FLOOR = 8;

const SWEEPS = 20_000;

/** How strongly a factor is pulled to 1, the structure's own, in designs: a few do not tell apart what mostly grows together. */
const PULL = 1;

/**
 * Factors that are not negative and minimise the squared relative errors: coordinate descent on the normal equations, which
 * a convex problem of some ten unknowns allows. Terms that no sample has keep the factor 1, and are left out.
 */
export function fitFactors(samples: readonly Sample[]): Terms {
  const names = [...new Set(samples.flatMap((s) => Object.keys(s.terms)))].filter((t) =>
    samples.some((s) => s.terms[t]),
  );
  const rows = samples.map(({ terms, measured }) => {
    const weight = 1 / Math.max(FLOOR, measured);
    return { x: names.map((t) => (terms[t] ?? 0) * weight), y: measured * weight };
  });
  const n = names.length;
  const gram = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => rows.reduce((s, r) => s + at(r.x, i) * at(r.x, j), 0)),
  );
  const right = Array.from({ length: n }, (_, i) => rows.reduce((s, r) => s + at(r.x, i) * r.y, 0));
  const pull = Array.from({ length: n }, (_, i) => (PULL / rows.length) * at(gram[i], i));
  const f = new Array<number>(n).fill(1);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = 0;
    for (let i = 0; i < n; i++) {
      const rest = f.reduce((s, v, j) => (j === i ? s : s + at(gram[i], j) * v), 0);
      const next = Math.max(0, (at(right, i) + at(pull, i) - rest) / (at(gram[i], i) + at(pull, i)));
      moved = Math.max(moved, Math.abs(next - at(f, i)));
      f[i] = next;
    }
    if (moved < 1e-9) break;
  }
  return Object.fromEntries(names.map((t, i) => [t, Number(at(f, i).toPrecision(4))]));
}

const at = (list: readonly number[] | undefined, i: number): number => list?.[i] ?? 0;

export interface Quality {
  readonly designs: number;
  /** Spearman's rank correlation; undefined where all measurements are alike. */
  readonly spearman: number | undefined;
  /** Mean of |foretold − measured| / measured over the designs that have any, in percent; undefined where none has. */
  readonly error: number | undefined;
}

export function quality(pairs: readonly { readonly foretold: number; readonly measured: number }[]): Quality {
  const some = pairs.filter((p) => p.measured > 0);
  const errors = some.map((p) => Math.abs(p.foretold - p.measured) / p.measured);
  return {
    designs: pairs.length,
    spearman: correlation(ranks(pairs.map((p) => p.foretold)), ranks(pairs.map((p) => p.measured))),
    error: some.length > 0 ? (100 * errors.reduce((a, b) => a + b, 0)) / some.length : undefined,
  };
}

/** Ranks from 1 on; equal values share the mean of theirs. */
function ranks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((v) => (sorted.indexOf(v) + sorted.lastIndexOf(v)) / 2 + 1);
}

function correlation(a: readonly number[], b: readonly number[]): number | undefined {
  const mean = (v: readonly number[]): number => v.reduce((x, y) => x + y, 0) / v.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number): number => a.reduce((s, _, i) => s + f(i), 0);
  const [va, vb] = [sum((i) => (at(a, i) - ma) ** 2), sum((i) => (at(b, i) - mb) ** 2)];
  return va === 0 || vb === 0 ? undefined : sum((i) => (at(a, i) - ma) * (at(b, i) - mb)) / Math.sqrt(va * vb);
}
