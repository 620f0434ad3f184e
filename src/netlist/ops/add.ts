import { elemFor, type Interval } from '../../num/elem.ts';
import { arg, type BitKind, column, isShift, type NetNode, type NetOp, type Priced, param } from '../op.ts';

/** Bit `i` of an argument that is shifted left. */
const shifted = (priced: Priced, value: number, by: number, i: number): BitKind =>
  i < by ? 0 : priced.bit(value, i - by);

/**
 * One LUT for each bit of a carry chain that has to combine two signals; a bit where one side is known is a wire into the
 * chain. Above the signs of both, all bits are one function of the same two signals.
 */
function chain(node: NetNode, priced: Priced, range: Interval): number {
  const [a, b] = [arg(node, 0), arg(node, 1)];
  const [sa, sb] = [param(node, 0), param(node, 1)];
  const top = Math.max(elemFor(priced.range(a)).bits + sa, elemFor(priced.range(b)).bits + sb);
  const width = Math.min(elemFor(range).bits, top + 1);
  let luts = 0;
  for (let i = 0; i < width; i++) {
    const [x, y] = [shifted(priced, a, sa, i), shifted(priced, b, sb, i)];
    const both = typeof x === 'string' && typeof y === 'string';
    if (both || x === 'function' || y === 'function') luts++;
  }
  return luts;
}

function adder(name: string, sign: 1 | -1): NetOp {
  return {
    name,
    arity: 2,
    role: 'chain',
    params: ['sa', 'sb'],
    check: (node) =>
      isShift(param(node, 0)) && isShift(param(node, 1)) ? undefined : 'shifts must be integers from 0 to 52',
    range: (node, known) => {
      const [a, b] = [known.range(arg(node, 0)), known.range(arg(node, 1))];
      const [pa, pb] = [2 ** param(node, 0), 2 ** param(node, 1)];
      const [blo, bhi] = sign > 0 ? [b.lo, b.hi] : [-b.hi, -b.lo];
      return { lo: a.lo * pa + blo * pb, hi: a.hi * pa + bhi * pb };
    },
    zeros: (node, known) =>
      Math.min(52, known.zeros(arg(node, 0)) + param(node, 0), known.zeros(arg(node, 1)) + param(node, 1)),
    evaluate: (node, args, out, count) => {
      const [a, b] = [column(args, 0), column(args, 1)];
      const pa = 2 ** param(node, 0);
      const pb = sign * 2 ** param(node, 1);
      for (let i = 0; i < count; i++) out[i] = (a[i] as number) * pa + (b[i] as number) * pb;
    },
    luts: chain,
    levels: 1,
  };
}

/** (a << sa) + (b << sb) and (a << sa) − (b << sb). */
export const add = adder('add', 1);
export const subtract = adder('sub', -1);
