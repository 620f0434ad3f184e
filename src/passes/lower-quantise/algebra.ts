import type { Interval } from '../../num/elem.ts';
import { asLinear, type ShiftForm, shiftForm } from '../../num/scalar/linear.ts';
import { shiftRightBig } from '../../num/shift.ts';
import { MAX_SHIFT, MAX_SUM, type Requantisation } from './requantisation.ts';
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
  const lines = withOneShift(forms);
  const fits = s.channels.every((c, i) => {
    const line = lines[i] as Line;
    return isCarried(line, c.domain) && clampAgrees(c, line, forms[i] as ShiftForm, range);
  });
  const [first] = lines;
  if (!fits || !first) return [];
  const mul = single(lines.map((f) => Number(f.mul)));
  const add = single(lines.map((f) => Number(f.add)));
  return [{ mul, add, shift: first.shift, ties: first.ties, lo: range.lo, hi: range.hi }];
}

type Line = Pick<ShiftForm, 'mul' | 'add' | 'shift' | 'ties'>;

/** The same functions with one shift and one kind of ties. */
function withOneShift(forms: readonly ShiftForm[]): readonly Line[] {
  const ties = forms.some((f) => f.ties === 'even') ? 'even' : 'up';
  // 2·v + 1 is floored as v is and is never a tie: one more bit makes ties to even harmless to a function without any.
  const even = forms.map((f) =>
    f.ties === ties ? f : { ...f, mul: 2n * f.mul, add: 2n * f.add + 1n, shift: f.shift + 1 },
  );
  const shift = Math.max(...even.map((f) => f.shift));
  return even.map((f) => {
    const by = BigInt(shift - f.shift);
    return { mul: f.mul << by, add: f.add << by, shift, ties };
  });
}

const single = (v: readonly number[]): readonly number[] => (v.every((x) => x === v[0]) ? v.slice(0, 1) : v);
const isSmall = (v: bigint): boolean => v > -(1n << 52n) && v < 1n << 52n;
const magnitude = (v: bigint): bigint => (v < 0n ? -v : v);

function isCarried({ mul, add, shift }: Line, domain: Interval): boolean {
  const reach = BigInt(Math.max(Math.abs(domain.lo), Math.abs(domain.hi)));
  return shift <= MAX_SHIFT && isSmall(mul) && isSmall(add) && reach * magnitude(mul) + magnitude(add) < MAX_SUM;
}

/** The unclamped line is monotone: where both clamps agree at the ends of the domain they agree between them. */
function clampAgrees(c: Channel, line: Line, own: ShiftForm, range: Interval): boolean {
  const at = (x: number): bigint => shiftRightBig(BigInt(x) * line.mul + line.add, line.shift, line.ties);
  const clamp = (v: bigint, lo: bigint | null, hi: bigint | null): bigint => {
    const raised = lo !== null && v < lo ? lo : v;
    return hi !== null && raised > hi ? hi : raised;
  };
  return [c.domain.lo, c.domain.hi].every(
    (x) => clamp(at(x), own.lo, own.hi) === clamp(at(x), BigInt(range.lo), BigInt(range.hi)),
  );
}
