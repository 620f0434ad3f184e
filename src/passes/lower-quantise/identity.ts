import { evaluateExact } from '../../num/scalar/evaluate.ts';
import { asLinear, shiftForm } from '../../num/scalar/linear.ts';
import type { Channel, Subject } from './subject.ts';

/** True when no value that can arrive is changed. */
export function isIdentity(s: Subject): boolean {
  // Between −1 and +1 a bipolar value has nothing that a function could change.
  if (s.input.elem.kind === 'bipolar') return s.channels.every((c) => keeps(c, -1) && keeps(c, 1));
  return s.channels.every(isIdentityChannel);
}

const keeps = (c: Channel, x: number): boolean => Number(evaluateExact(c.pieces, x)) === x;

function isIdentityChannel(c: Channel): boolean {
  const { lo, hi } = c.domain;
  if (c.stairs) {
    const { mirrored, first, steps } = c.stairs;
    if (steps.length === 0) return first === lo && lo === hi;
    return !mirrored && first === lo && steps.length === hi - lo && steps.every((u, i) => u === lo + 1 + i);
  }
  const linear = asLinear(c.pieces);
  const f = linear && shiftForm(linear);
  if (!f) return false;
  const one = 1n << BigInt(f.shift);
  return f.mul === one && f.add >= 0n && f.add < one && keeps(c, lo) && keeps(c, hi);
}
