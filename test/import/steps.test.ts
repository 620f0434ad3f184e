/** Steps as the importer builds them, against their plain evaluation on rationals. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  append,
  compose,
  direction,
  identity,
  integerRange,
  isIdentity,
  lastRounding,
  linearForm,
  type Step,
  type Steps,
  toScalarStep,
} from '../../src/import/onnx/steps.ts';
import { add, compare, format, isInteger, mul, type Rational, rational, ZERO } from '../../src/num/rational.ts';
import { ROUNDINGS, roundRational } from '../../src/num/rounding.ts';
import { channelsOf } from '../../src/num/scalar/check.ts';
import { evaluateExact } from '../../src/num/scalar/evaluate.ts';
import { normalForm } from '../../src/num/scalar/normal.ts';

const CHANNELS = 2;
const at = <T>(v: readonly T[], c: number): T => v[v.length === 1 ? 0 : c] as T;
const lowest = (a: Rational, b: Rational): Rational => (compare(a, b) <= 0 ? a : b);
const highest = (a: Rational, b: Rational): Rational => (compare(a, b) >= 0 ? a : b);

/** What a step does to x in channel c, from its definition. */
function apply(s: Step, x: Rational, c: number): Rational {
  switch (s.kind) {
    case 'affine':
      return add(mul(at(s.a, c), x), at(s.b, c));
    case 'leaky':
      return add(highest(x, ZERO), mul(at(s.slope, c), lowest(x, ZERO)));
    case 'clip': {
      const above = s.lo ? highest(x, s.lo) : x;
      return s.hi ? lowest(above, s.hi) : above;
    }
    case 'round': {
      const clamped = lowest(highest(x, rational(BigInt(s.lo))), rational(BigInt(s.hi)));
      return rational(roundRational(clamped, s.mode));
    }
    case 'sign':
      return rational(x.num >= 0n ? 1n : -1n);
    case 'count':
      return rational(BigInt(at(s.thresholds, c).filter((t) => compare(t, x) <= 0).length));
    case 'function':
      throw new Error('not exact');
  }
}

const run = (steps: Steps, x: Rational, c: number): Rational => steps.reduce((v, s) => apply(s, v, c), x);

const fraction = fc
  .tuple(fc.bigInt({ min: -20n, max: 20n }), fc.bigInt({ min: 1n, max: 6n }))
  .map(([n, d]) => rational(n, d));
const perChannel = fc.array(fraction, { minLength: 1, maxLength: CHANNELS });
const affines: fc.Arbitrary<Step> = fc.record({ kind: fc.constant('affine' as const), a: perChannel, b: perChannel });
const clips: fc.Arbitrary<Step> = fc.tuple(fc.option(fraction), fc.option(fraction)).map(([a, b]) => {
  if (!a || !b) return { kind: 'clip', lo: a, hi: b };
  return { kind: 'clip', lo: lowest(a, b), hi: highest(a, b) };
});
const limits = fc.tuple(fc.integer({ min: -9, max: 0 }), fc.integer({ min: 0, max: 9 }));
const rounds: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom(...ROUNDINGS), limits)
  .map(([mode, [lo, hi]]) => ({ kind: 'round', mode, lo, hi }));
const counts: fc.Arbitrary<Step> = fc
  .array(fraction, { minLength: 1, maxLength: 4 })
  .map((t) => ({ kind: 'count', thresholds: [[...t].sort(compare)] }));
const relu: Step = { kind: 'leaky', slope: [ZERO] };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  affines,
  clips,
  rounds,
  counts,
  fc.constant(relu),
  perChannel.map((slope): Step => ({ kind: 'leaky', slope })),
  fc.constant<Step>({ kind: 'sign' }),
);
const chain = fc.array(anyStep, { maxLength: 6 });
const points = fc.array(
  fc.integer({ min: -40, max: 40 }).map((v) => rational(BigInt(v))),
  { minLength: 3, maxLength: 6 },
);

/** Every function of a chain on some integers, in both channels. */
const graphOf = (steps: Steps, xs: readonly Rational[]): string[] =>
  xs.flatMap((x) => [0, 1].map((c) => format(run(steps, x, c))));

describe('append', () => {
  it('fuses affine steps and changes nothing', () => {
    fc.assert(
      fc.property(chain, points, (steps, xs) => {
        const built = steps.reduce<Steps>(append, []);
        expect(graphOf(built, xs)).toEqual(graphOf(steps, xs));
        built.forEach((s, i) => {
          expect(s.kind === 'affine' && built[i + 1]?.kind === 'affine').toBe(false);
          if (s.kind === 'affine') expect(isIdentity(s)).toBe(false);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('compose', () => {
  it('is one function after another', () => {
    fc.assert(
      fc.property(affines, affines, points, (f, g, xs) => {
        if (f.kind !== 'affine' || g.kind !== 'affine') return;
        expect(graphOf([compose(f, g)], xs)).toEqual(graphOf([f, g], xs));
        expect(graphOf([compose(f, identity)], xs)).toEqual(graphOf([f], xs));
      }),
    );
  });
});

/** A chain that often has a linear form: whole multiples of a scale behind a rounding. */
const onGrid = fc
  .tuple(
    fc.array(anyStep, { maxLength: 2 }),
    rounds,
    fc.constantFrom(1n, 2n, 5n),
    fc.integer({ min: -6, max: 6 }),
    chain,
  )
  .map(([head, r, scale, shift, rest]): Steps => {
    const a = [rational(1n, scale)];
    const b = [rational(BigInt(shift), scale)];
    const clip: Step = { kind: 'clip', lo: rational(-2n, scale), hi: rational(3n, scale) };
    const tail = rest.filter((s) => s.kind === 'affine').slice(0, 1);
    return [...head, r, { kind: 'affine', a, b }, shift % 2 ? relu : clip, ...tail];
  });

describe('linearForm', () => {
  it('is the same function, with integers before its affine tail', () => {
    let split = 0;
    fc.assert(
      fc.property(fc.oneof(onGrid, chain), points, (steps, xs) => {
        const form = linearForm(steps);
        if (typeof form === 'string') return;
        split++;
        expect(graphOf([...form.head, form.tail], xs)).toEqual(graphOf(steps, xs));
        for (const x of xs) for (const c of [0, 1]) expect(isInteger(run(form.head, x, c))).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(split).toBeGreaterThan(100);
  });

  it('says why there is none', () => {
    const quantised: Step = { kind: 'round', mode: 'ROUND', lo: 0, hi: 7 };
    const shifted: Step = { kind: 'affine', a: [rational(1n)], b: [rational(1n, 2n)] };
    const falling: Step = { kind: 'affine', a: [rational(-1n)], b: [ZERO] };
    expect(linearForm([quantised, shifted, relu])).toMatch(/offset is no multiple/);
    expect(linearForm([quantised, falling, relu])).toMatch(/not positive/);
    expect(linearForm([quantised, { kind: 'function', name: 'tanh' }])).toMatch(/tanh/);
    expect(linearForm([quantised, { kind: 'leaky', slope: [rational(1n, 2n)] }])).toMatch(/leaky/);
    expect(linearForm([quantised, { kind: 'clip', lo: rational(1n, 2n), hi: null }])).toMatch(/between two/);
  });
});

describe('integerRange', () => {
  it('holds every integer that comes out of a linear form', () => {
    fc.assert(
      fc.property(fc.oneof(onGrid, chain), points, (steps, xs) => {
        const form = linearForm(steps);
        if (typeof form === 'string') return;
        const range = integerRange(form.head, { lo: -40, hi: 40 });
        expect(range).toBeDefined();
        for (const x of xs) {
          for (const c of [0, 1]) {
            const y = Number(run(form.head, x, c).num);
            expect(y >= (range?.lo ?? 0) && y <= (range?.hi ?? 0), `${y} in ${JSON.stringify(range)}`).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('knows nothing of reals that no rounding follows', () => {
    expect(integerRange([relu], undefined)).toBeUndefined();
    expect(integerRange([{ kind: 'function', name: 'exp' }], { lo: 0, hi: 1 })).toBeUndefined();
  });
});

describe('direction', () => {
  it('says which way a function goes', () => {
    fc.assert(
      fc.property(chain, points, (steps, xs) => {
        const d = direction(steps);
        const sorted = [...xs].sort(compare);
        for (const c of [0, 1]) {
          const ys = sorted.map((x) => run(steps, x, c));
          ys.slice(1).forEach((y, i) => {
            const order = compare(ys[i] as Rational, y);
            if (d !== 0 && order !== 0) expect(order).toBe(-d);
          });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('toScalarStep', () => {
  it('means the same to the passes', () => {
    const integral = chain.map((steps): Steps => [...steps, { kind: 'round', mode: 'FLOOR', lo: -50, hi: 50 }]);
    fc.assert(
      fc.property(integral, points, (steps, xs) => {
        const text = JSON.parse(JSON.stringify(steps.map(toScalarStep)));
        for (const c of channelsOf(text) === 1 ? [0] : [0, 1]) {
          const f = normalForm(text, c);
          for (const x of xs) expect(evaluateExact(f, Number(x.num))).toBe(run(steps, x, c).num);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('lastRounding', () => {
  it('is the last step that makes integers', () => {
    fc.assert(
      fc.property(chain, (steps) => {
        const i = lastRounding(steps);
        const makes = (s: Step | undefined): boolean => ['round', 'sign', 'count'].includes(s?.kind ?? '');
        if (i >= 0) expect(makes(steps[i])).toBe(true);
        expect(steps.slice(i + 1).some(makes)).toBe(false);
      }),
    );
  });
});
