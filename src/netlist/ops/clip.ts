import { bitLength, elemFor } from '../../num/elem.ts';
import { arg, column, type NetOp, param, trailingZeros } from '../op.ts';

/** LUTs that say whether a value of `bits` bits is beyond a bound: a short OR where the bound is one less than a power of two. */
function beyond(bits: number, bound: number): number {
  const power = bound >= 0 && bitLength(bound + 1) === bitLength(bound) + 1;
  return Math.ceil((power ? bits - bitLength(bound) : bits) / 5);
}

/** min(max(a, lo), hi): ReLU is lo = 0. A bound that a cannot pass costs nothing. */
export const clip: NetOp = {
  name: 'clip',
  arity: 1,
  role: 'logic',
  params: ['lo', 'hi'],
  check: (node) =>
    param(node, 0) <= param(node, 1) ? undefined : `its bounds ${param(node, 0)}..${param(node, 1)} cross`,
  range: (node, known) => {
    const { lo, hi } = known.range(arg(node, 0));
    const clamp = (v: number): number => Math.min(Math.max(v, param(node, 0)), param(node, 1));
    return { lo: clamp(lo), hi: clamp(hi) };
  },
  zeros: (node, known) => {
    const a = arg(node, 0);
    const bounds = known.range(a);
    const low = bounds.lo < param(node, 0) ? trailingZeros(param(node, 0)) : 52;
    const high = bounds.hi > param(node, 1) ? trailingZeros(param(node, 1)) : 52;
    return Math.min(known.zeros(a), low, high);
  },
  evaluate: (node, args, out, count) => {
    const a = column(args, 0);
    const [lo, hi] = [param(node, 0), param(node, 1)];
    for (let i = 0; i < count; i++) out[i] = Math.min(Math.max(a[i] as number, lo), hi);
  },
  luts: (node, priced, range) => {
    const a = priced.range(arg(node, 0));
    const [low, high] = [a.lo < param(node, 0), a.hi > param(node, 1)];
    if (!low && !high) return 0;
    const { bits } = elemFor(a);
    const sign = low && param(node, 0) !== 0 ? beyond(bits, -param(node, 0)) : 0;
    return elemFor(range).bits + sign + (high ? beyond(bits, param(node, 1)) : 0);
  },
  levels: 1,
};
