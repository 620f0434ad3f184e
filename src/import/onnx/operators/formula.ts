/**
 * Formulas that exporters write as several operators: layer normalisation from means and roots, GELU in its tanh form.
 * Each part is remembered as what it is of x, until the last operator makes the whole.
 */
import { div, equals, fromNumber, mul, ONE, type Rational, sign, sub, toNumber, ZERO } from '../../../num/rational.ts';
import { exactStream, originOf, realStream } from '../real.ts';
import { affine, identity, type Step, type Steps, sameSteps } from '../steps.ts';
import type { Origin, Stream, Value } from '../values.ts';
import { contiguous, sameView, viewShape } from '../view.ts';
import { layerNormalised } from './normalise.ts';
import { apply, type Call } from './operator.ts';

/** Factors in files are rounded to float32; this is how far they may be from what they stand for. */
const CLOSE = 1e-6;
const close = (x: number, y: number): boolean => Math.abs(x - y) <= CLOSE * Math.abs(y);

const sameBase = ({ base: a }: Stream, { base: b }: Stream): boolean => {
  if (a.kind === 'ir') return b.kind === 'ir' && a.value === b.value;
  if (a.kind === 'real') return a === b;
  return b.kind === 'host' && a.name === b.name && a.perm.join() === b.perm.join();
};

export const sameStream = (a: Stream, b: Stream): boolean =>
  sameBase(a, b) && sameView(a.view, b.view) && sameSteps(a.steps, b.steps);

/** p and q of s = p · x + q, where both are one tensor up to that. */
function relative(x: Stream, s: Stream): { readonly p: Rational; readonly q: Rational } | undefined {
  if (!sameBase(x, s) || !sameView(x.view, s.view)) return undefined;
  const split = (steps: Steps) => {
    const last = steps.at(-1);
    return last?.kind === 'affine' ? { head: steps.slice(0, -1), tail: last } : { head: steps, tail: identity };
  };
  const [from, to] = [split(x.steps), split(s.steps)];
  if (!sameSteps(from.head, to.head) || from.tail.a.some((a) => sign(a) === 0)) return undefined;
  const at = (v: readonly Rational[], i: number): Rational => (v.length === 1 ? v[0] : v[i]) as Rational;
  const n = Math.max(from.tail.a.length, from.tail.b.length, to.tail.a.length, to.tail.b.length);
  const all = Array.from({ length: n }, (_, i) => {
    const p = div(at(to.tail.a, i), at(from.tail.a, i));
    return { p, q: sub(at(to.tail.b, i), mul(p, at(from.tail.b, i))) };
  });
  const [first] = all;
  return first && all.every(({ p, q }) => equals(p, first.p) && equals(q, first.q)) ? first : undefined;
}

type Polynomial = Extract<Origin, { kind: 'polynomial' }>;

/** A stream as a polynomial of another: what operators made of one, with the affine behind it. */
function polynomialOf(s: Stream | undefined, tanh = false): Polynomial | undefined {
  const origin = originOf(s);
  if (origin?.of.kind !== 'polynomial' || origin.of.tanh !== tanh) return undefined;
  if (tanh) return origin.of;
  const [p, q] = [toNumber(origin.p), toNumber(origin.q)];
  return { ...origin.of, c: origin.of.c.map((c, i) => p * c + (i === 0 ? q : 0)) };
}

/** x as it is or without its mean, as the first power of itself. */
function powerBase(s: Stream): Pick<Polynomial, 'x' | 'centred'> {
  const origin = originOf(s);
  const plain = s.base.kind === 'real' && s.steps.length === 0;
  return plain && origin?.of.kind === 'centred' ? { x: origin.of.x, centred: true } : { x: s, centred: false };
}

const unfinished = (of: Origin, shape: readonly number[]): Stream => realStream(of, shape, contiguous(shape));

const polynomial = (like: Stream, p: Omit<Polynomial, 'kind'>): Stream =>
  unfinished({ kind: 'polynomial', ...p }, viewShape(like.view));

/** s^exponent for the exponents of the formulas. */
export function power(s: Stream, exponent: number): Value[] | undefined {
  if (exponent === 2 || exponent === 3) {
    const c = [0, 0, exponent === 2 ? 1 : 0, exponent === 3 ? 1 : 0];
    return [polynomial(s, { ...powerBase(s), c, tanh: false })];
  }
  if (exponent === 0.5 || exponent === -0.5) return root(s, exponent === -0.5);
  return undefined;
}

/** x · kx, x · x², x² · x, x · (1 + c·x²). */
export function polynomialProduct(a: Stream, b: Stream): Value[] | undefined {
  const k = relative(a, b);
  if (k && sign(k.q) === 0) return [polynomial(a, { ...powerBase(a), c: [0, 0, toNumber(k.p), 0], tanh: false })];
  for (const [s, t] of [
    [a, b],
    [b, a],
  ] as const) {
    const p = polynomialOf(t);
    const r = p && !p.centred && relative(p.x, s);
    if (!p || !r || sign(r.q) !== 0 || p.c[3] !== 0) continue;
    const gain = toNumber(r.p);
    return [polynomial(a, { ...p, c: [0, ...p.c.slice(0, 3).map((c) => gain * c)] })];
  }
  return undefined;
}

/** x + c·x³ in either order. */
export function polynomialSum(a: Stream, b: Stream): Value[] | undefined {
  for (const [s, t] of [
    [a, b],
    [b, a],
  ] as const) {
    const p = polynomialOf(t);
    const r = p && !p.centred && relative(p.x, s);
    if (!p || !r) continue;
    const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = p.c;
    return [polynomial(a, { ...p, c: [c0 + toNumber(r.q), c1 + toNumber(r.p), c2, c3] })];
  }
  return undefined;
}

/** tanh of a cubic polynomial. */
export function cubicTanh(s: Stream): Value[] | undefined {
  const p = polynomialOf(s);
  return p && [polynomial(s, { ...p, tanh: true })];
}

/** The mean over the last axis of x, or of the squares of it. `exact`: the mean as integers, where there is such a form. */
export function meanOf(call: Call, s: Stream, exact: Stream | undefined): Value[] | undefined {
  const shape = viewShape(s.view).map((d, i, all) => (i === all.length - 1 ? 1 : d));
  const p = originOf(s);
  if (p?.of.kind === 'polynomial' && s.steps.length === 0 && !p.of.tanh && p.of.c.join() === '0,0,1,0')
    return [unfinished({ kind: 'meanSquare', x: p.of.x, centred: p.of.centred }, shape)];
  const of: Origin = { kind: 'mean', x: s };
  if (exact) return [exactStream(of, exact, call.ctx.channels(exact))];
  return s.base.kind === 'real' ? undefined : [unfinished(of, shape)];
}

/** x − mean(x). */
export function centred(x: Stream, mean: Stream): Value[] | undefined {
  const origin = originOf(mean);
  if (mean.steps.length > 0 || origin?.of.kind !== 'mean' || !sameStream(origin.of.x, x)) return undefined;
  return [unfinished({ kind: 'centred', x }, viewShape(x.view))];
}

/** √(mean square + epsilon) or its inverse. */
export function root(s: Stream, inverse: boolean): Value[] | undefined {
  const origin = originOf(s);
  if (origin?.of.kind !== 'meanSquare' || !equals(origin.p, ONE) || sign(origin.q) < 0) return undefined;
  const { x, centred: c } = origin.of;
  return [unfinished({ kind: 'root', x, centred: c, epsilon: origin.q, inverse }, viewShape(s.view))];
}

/** 1 / √…, as a reciprocal or a division of one. */
export function inverted(s: Stream): Value[] | undefined {
  const origin = originOf(s);
  if (origin?.of.kind !== 'root' || s.steps.length > 0) return undefined;
  return [unfinished({ ...origin.of, inverse: !origin.of.inverse }, viewShape(s.view))];
}

/** (x − mean) / root or · inverse root, x / root where the root is of the mean square of x itself. */
export function normalisedBy(call: Call, top: Stream, bottom: Stream, divided: boolean): Value[] | undefined {
  const by = originOf(bottom);
  if (by?.of.kind !== 'root' || bottom.steps.length > 0 || by.of.inverse === divided) return undefined;
  const of = powerBase(top);
  if (of.centred !== by.of.centred || !sameStream(of.x, by.of.x)) return undefined;
  const last = top.view.length - 1;
  return [layerNormalised(call, of.x, { epsilon: toNumber(by.of.epsilon), center: of.centred, axis: last })];
}

/** The step z ↦ k·z, nothing where k is one. */
const times = (k: number): Step[] => (close(k, 1) ? [] : [affine([snapped(k)], [ZERO])]);

/** A factor that is a power of two but for the rounding of the file. */
function snapped(k: number): Rational {
  const power = 2 ** Math.round(Math.log2(Math.abs(k)));
  return fromNumber(close(Math.abs(k), power) ? Math.sign(k) * power : k);
}

const TANH_SLOPE = Math.sqrt(2 / Math.PI);
const TANH_CUBE = 0.044715;

/** x · (p·tanh(√(2/π)(x + 0.044715·x³)) + p): GELU in its tanh form. */
function geluTanh(x: Stream, gate: Stream): Value[] | undefined {
  const origin = originOf(gate);
  const p = polynomialOf(gate, true);
  const r = p && relative(p.x, x);
  if (!origin || !p || !r || p.centred || sign(r.q) !== 0 || !equals(origin.p, origin.q)) return undefined;
  const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = p.c;
  const k = c1 / TANH_SLOPE;
  if (c0 !== 0 || c2 !== 0 || !(k > 0) || !close(c3, TANH_SLOPE * TANH_CUBE * k ** 3)) return undefined;
  // The argument is z = k·x; the product is (r / k) · 2p · gelu(z).
  const gain = (2 * toNumber(origin.p) * toNumber(r.p)) / k;
  return [apply(p.x, ...times(k), { kind: 'function', name: 'gelu_tanh' }, ...times(gain))];
}

/** x times a function of itself: SiLU as x · sigmoid(k·x), GELU as x · (1 + erf(x/√2)), in all placings of their factors. */
export function gated(a: Stream, b: Stream): Value[] | undefined {
  for (const [x, gate] of [
    [a, b],
    [b, a],
  ] as const) {
    const made = geluTanh(x, gate) ?? gatedBy(x, gate);
    if (made) return made;
  }
  return undefined;
}

function gatedBy(x: Stream, gate: Stream): Value[] | undefined {
  const at = gate.steps.findLastIndex((s) => s.kind === 'function');
  const f = gate.steps[at];
  const after = gate.steps.slice(at + 1);
  if (f?.kind !== 'function' || after.length > 1 || (after[0] && after[0].kind !== 'affine')) return undefined;
  const { a, b } = after[0]?.kind === 'affine' ? after[0] : identity;
  const r = relative(x, { ...gate, steps: gate.steps.slice(0, at) });
  const [u, v] = [a[0] ?? ONE, b[0] ?? ZERO];
  if (!r || a.length > 1 || b.length > 1 || sign(r.q) !== 0 || sign(r.p) <= 0) return undefined;
  const slope = toNumber(r.p);
  if (f.name === 'sigmoid' && sign(v) === 0) {
    return [apply(x, ...times(slope), { kind: 'function', name: 'silu' }, ...times(toNumber(u) / slope))];
  }
  if (f.name !== 'erf' || !equals(u, v)) return undefined;
  const k = slope * Math.SQRT2;
  return [apply(x, ...times(k), { kind: 'function', name: 'gelu' }, ...times((2 * toNumber(u)) / k))];
}
