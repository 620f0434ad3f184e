import fc from 'fast-check';
import { ROUNDINGS } from '../../../src/num/rounding.ts';
import type { ScalarStep, ScalarSteps } from '../../../src/num/scalar.ts';

/** Small fractions and powers of two, so that ties and exact hits are common. */
const rationalText = fc.oneof(
  fc.integer({ min: -40, max: 40 }).map(String),
  fc.tuple(fc.integer({ min: -99, max: 99 }), fc.constantFrom(2, 4, 8, 16, 64)).map(([n, d]) => `${n}/${d}`),
  fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: 1, max: 99 })).map(([n, d]) => `${n}/${d}`),
  // Many bits, as a square root to high precision has.
  fc.bigInt(-(1n << 70n), 1n << 70n).map((n) => `${n}/${(1n << 67n) + 12345n}`),
);

const list = (channels: number) => fc.array(rationalText, { minLength: channels, maxLength: channels });

const affine = (channels: number): fc.Arbitrary<ScalarStep> =>
  fc.record({ kind: fc.constant('affine' as const), a: list(channels), b: fc.oneof(list(1), list(channels)) });

const round: fc.Arbitrary<ScalarStep> = fc
  .record({
    mode: fc.constantFrom(...ROUNDINGS),
    lo: fc.integer({ min: -20, max: 5 }),
    n: fc.integer({ min: 0, max: 40 }),
  })
  .map(({ mode, lo, n }) => ({ kind: 'round', mode, lo, hi: lo + n }));

const clip: fc.Arbitrary<ScalarStep> = fc
  .tuple(fc.option(rationalText), fc.option(rationalText))
  .map(([lo, hi]) => ({ kind: 'clip', lo, hi }));

const slope = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('0', '1/4', '1/10', '3', '1') },
  { weight: 1, arbitrary: fc.constant('-1/2') },
);
const leaky: fc.Arbitrary<ScalarStep> = slope.map((s) => ({ kind: 'leaky', slope: [s] }));

const count = (channels: number): fc.Arbitrary<ScalarStep> =>
  fc
    .array(fc.array(rationalText, { maxLength: 5 }), { minLength: channels, maxLength: channels })
    .map((thresholds) => ({ kind: 'count', thresholds }));

const shift: fc.Arbitrary<ScalarStep> = fc
  .integer({ min: -9, max: 9 })
  .map((b) => ({ kind: 'affine', a: ['1'], b: [`${b}`] }));

const inner = (channels: number): fc.Arbitrary<ScalarStep> =>
  fc.oneof(
    { weight: 5, arbitrary: affine(channels) },
    { weight: 2, arbitrary: clip },
    { weight: 2, arbitrary: leaky },
    { weight: 2, arbitrary: round },
    { weight: 1, arbitrary: count(channels) },
    { weight: 1, arbitrary: fc.constant({ kind: 'sign' as const }) },
  );

const last = (channels: number): fc.Arbitrary<ScalarSteps> =>
  fc.oneof(
    { weight: 5, arbitrary: round.map((r) => [r]) },
    { weight: 2, arbitrary: fc.tuple(round, shift) },
    { weight: 1, arbitrary: count(channels).map((r) => [r]) },
    { weight: 1, arbitrary: fc.constant([{ kind: 'sign' as const }]) },
  );

/** Chains of up to five steps before a last one that gives an integer. */
export const chain = (channels: number): fc.Arbitrary<ScalarSteps> =>
  fc.tuple(fc.array(inner(channels), { maxLength: 4 }), last(channels)).map(([a, b]) => [...a, ...b]);

/** The usual chain: one scale and offset per channel, then a quantiser. */
export const plain = (channels: number): fc.Arbitrary<ScalarSteps> => fc.tuple(affine(channels), round);

const dyadicText = fc
  .tuple(fc.integer({ min: -9, max: 9 }), fc.constantFrom(1, 2, 4, 8, 16))
  .map(([n, d]) => `${n}/${d}`);
const dyadicList = (channels: number) => fc.array(dyadicText, { minLength: channels, maxLength: channels });

/** Power-of-two scales: ties everywhere, some at the bounds of the clamp; ReLU, and an offset behind the rounding. */
export const dyadic = (channels: number): fc.Arbitrary<ScalarSteps> =>
  fc
    .tuple(
      fc.record({ kind: fc.constant('affine' as const), a: dyadicList(channels), b: dyadicList(channels) }),
      fc.option(fc.constantFrom('0', '-7/2', '5/4')),
      round,
      fc.option(shift, { freq: 3 }),
    )
    .map(([a, lo, r, s]) => [a, { kind: 'clip', lo, hi: null }, r, ...(s ? [s] : [])]);

/** Integer chains without a quantiser: ReLU on accumulators and the like. */
export const integerChain: fc.Arbitrary<ScalarSteps> = fc
  .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -9, max: 9 }), fc.option(fc.integer({ min: -9, max: 9 })))
  .map(([a, b, lo]) => [
    { kind: 'affine', a: [`${a}`], b: [`${b}`] },
    { kind: 'clip', lo: lo === null ? null : `${lo}`, hi: null },
  ]);

export const interval = (width: number): fc.Arbitrary<{ lo: number; hi: number }> =>
  fc
    .tuple(fc.integer({ min: -80, max: 60 }), fc.integer({ min: 0, max: width }))
    .map(([lo, n]) => ({ lo, hi: lo + n }));
