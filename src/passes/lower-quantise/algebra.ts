import type { Interval } from '../../num/elem.ts';
import { asLinear, type ShiftForm, shiftForm } from '../../num/scalar/linear.ts';
import type { Requantisation } from './requantisation.ts';
import type { Channel, Subject } from './subject.ts';

/**
 * For functions with more steps than can be listed (ReLU on accumulators, wide outputs): dyadic scales are a shift by
 * algebra, for all integers; what is left to show is that the common clamp equals each channel's own.
 */
export function requantiseByAlgebra(s: Subject): readonly Requantisation[] {
  const forms: ShiftForm[] = [];
  for (const c of s.channels) {
    const linear = asLinear(c.pieces);
    const form = linear && shiftForm(linear);
    if (!form) return [];
    forms.push(form);
  }
  const range = s.range;
  if (!range) return [];
  const shift = Math.max(...forms.map((f) => f.shift));
  const raised = forms.map((f) => ({ mul: f.mul << BigInt(shift - f.shift), add: f.add << BigInt(shift - f.shift) }));
  const fits = s.channels.every((c, i) => {
    const f = { ...(raised[i] as { mul: bigint; add: bigint }), shift };
    return isSmall(f.mul) && isSmall(f.add) && clampAgrees(c, f, forms[i] as ShiftForm, range);
  });
  if (!fits) return [];
  const mul = single(raised.map((f) => Number(f.mul)));
  const add = single(raised.map((f) => Number(f.add)));
  return [{ mul, add, shift, lo: range.lo, hi: range.hi }];
}

const single = (v: readonly number[]): readonly number[] => (v.every((x) => x === v[0]) ? v.slice(0, 1) : v);
const isSmall = (v: bigint): boolean => v > -(1n << 52n) && v < 1n << 52n;

type Line = Pick<ShiftForm, 'mul' | 'add' | 'shift'>;

/** The unclamped line is monotone: where both clamps agree at the ends of the domain they agree between them. */
function clampAgrees(c: Channel, line: Line, own: ShiftForm, range: Interval): boolean {
  const at = (x: number): bigint => (BigInt(x) * line.mul + line.add) >> BigInt(line.shift);
  const clamp = (v: bigint, lo: bigint | null, hi: bigint | null): bigint => {
    const raised = lo !== null && v < lo ? lo : v;
    return hi !== null && raised > hi ? hi : raised;
  };
  return [c.domain.lo, c.domain.hi].every(
    (x) => clamp(at(x), own.lo, own.hi) === clamp(at(x), BigInt(range.lo), BigInt(range.hi)),
  );
}
