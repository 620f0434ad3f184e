import { mantissas } from '../src/ir/ops/exponential.ts';
import { applySoftmax, designSoftmax, type SoftmaxDesign, type SoftmaxMethod } from '../src/ir/ops/softmax/weights.ts';
import { halfUp } from '../src/num/rounding.ts';
import type { Row } from './bench.ts';
import { type Random, random } from './random.ts';

const ROWS_PER_KIND = 20_000;
const LENGTH = 129;
const SCALE = 1 / 16;
const X = { lo: -128, hi: 127 };

type Fill = (next: Random, x: Int32Array) => void;

const uniform = (next: Random, lo: number, hi: number): number => lo + Math.floor(next() * (hi - lo + 1));

/** Five kinds of rows; increasing ones change the running maximum at every octave. */
const KINDS: readonly (readonly [string, Fill])[] = [
  [
    'random',
    (next, x) => {
      const spread = uniform(next, 0, 127);
      for (let i = 0; i < x.length; i++) x[i] = uniform(next, -spread, spread);
    },
  ],
  ['all equal', (next, x) => x.fill(uniform(next, X.lo, X.hi))],
  [
    'one huge',
    (next, x) => {
      x.fill(uniform(next, X.lo, 0));
      x[uniform(next, 0, x.length - 1)] = uniform(next, 1, X.hi);
    },
  ],
  ['increasing', (next, x) => slope(next, x).sort()],
  ['decreasing', (next, x) => slope(next, x).sort().reverse()],
];

function slope(next: Random, x: Int32Array): Int32Array {
  const [lo, hi] = [uniform(next, X.lo, 0), uniform(next, 0, X.hi)];
  for (let i = 0; i < x.length; i++) x[i] = uniform(next, lo, hi);
  return x;
}

interface Errors {
  /** Largest distance of one share, in output units; of the exact share, not of the rounded one. */
  share: number;
  /** Half of the sum of all distances of one row: largest and mean. */
  variation: number;
  mean: number;
  /** Largest variation of exact shares that are only rounded. */
  rounded: number;
}

function errorsOf(design: SoftmaxDesign, method: SoftmaxMethod, fill: Fill, fraction: number): Errors {
  const next = random(7);
  const table = mantissas(design.stepBits, design.mantissa).data;
  const x = new Int32Array(LENGTH);
  const y = new Int32Array(LENGTH);
  const e: Errors = { share: 0, variation: 0, mean: 0, rounded: 0 };
  const unit = 2 ** fraction;
  for (let row = 0; row < ROWS_PER_KIND; row++) {
    fill(next, x);
    applySoftmax(design, table, method, x, y, 0, LENGTH);
    const most = x.reduce((a, b) => Math.max(a, b));
    const weights = Float64Array.from(x, (v) => Math.exp(SCALE * (v - most)));
    const one = unit / weights.reduce((a, b) => a + b, 0);
    let [distance, ideal] = [0, 0];
    for (let i = 0; i < LENGTH; i++) {
      const exact = (weights[i] as number) * one;
      const d = Math.abs((y[i] as number) - exact);
      ideal += Math.abs(halfUp(exact) - exact);
      e.share = Math.max(e.share, d);
      distance += d;
    }
    const variation = distance / 2 / unit;
    e.variation = Math.max(e.variation, variation);
    e.mean += variation / ROWS_PER_KIND;
    e.rounded = Math.max(e.rounded, ideal / 2 / unit);
  }
  return e;
}

const worst = (a: Errors, b: Errors): Errors => ({
  share: Math.max(a.share, b.share),
  variation: Math.max(a.variation, b.variation),
  mean: Math.max(a.mean, b.mean),
  rounded: Math.max(a.rounded, b.rounded),
});

export function softmaxRows(): Row[] {
  return [
    [8, 2],
    [8, 0.5],
    [8, 0.1],
    [14, 0.5],
  ].flatMap(([fraction = 8, lsb = 0.5]) => {
    const design = designSoftmax({ length: LENGTH, scale: SCALE, fraction, x: X }, lsb);
    if (typeof design === 'string') throw new Error(design);
    const bits = mantissas(design.stepBits, design.mantissa).data.length * design.mantissa;
    const rounding = 0.5;
    return [
      {
        what: `softmax, 2⁻${fraction}, within ${lsb} LSB`,
        value: bits,
        unit: `bits in 2^${design.stepBits} mantissas`,
      },
      ...(['online', 'threepass'] as const).flatMap((method) => {
        const kinds = KINDS.map(([name, fill]) => ({ name, e: errorsOf(design, method, fill, fraction) }));
        const all = { name: `${KINDS.length * ROWS_PER_KIND} rows`, e: kinds.map((k) => k.e).reduce(worst) };
        return [...(lsb === 0.5 ? kinds : []), all].flatMap(({ name, e }) => [
          {
            what: `  ${method}, ${name}`,
            value: e.share,
            unit: 'LSB from the exact share',
            against: { what: 'of rounding and bound', ratio: e.share / (rounding + lsb) },
          },
          {
            what: `  ${method}, ${name}`,
            value: e.variation * 1000,
            unit: `‰ total variation at most, ${(e.mean * 1000).toPrecision(2)} in the mean`,
            against: { what: 'of exact shares, rounded', ratio: e.variation / e.rounded },
          },
        ]);
      }),
    ];
  });
}
