import { type NetOp, param } from '../op.ts';

/** An input: integers of an interval. Its parameters are the interval itself and the low bits that are always 0. */
export const input: NetOp = {
  name: 'input',
  arity: 0,
  role: 'source',
  params: ['lo', 'hi', 'zeros'],
  check: (node) => {
    const [lo, hi, zeros] = [param(node, 0), param(node, 1), param(node, 2)];
    if (!(lo <= hi)) return `its interval ${lo}..${hi} is empty`;
    const step = 2 ** zeros;
    return lo % step === 0 && hi % step === 0 ? undefined : `${lo} and ${hi} must be multiples of 2^${zeros}`;
  },
  range: (node) => ({ lo: param(node, 0), hi: param(node, 1) }),
  zeros: (node) => param(node, 2),
  evaluate: () => undefined,
  luts: () => 0,
  levels: 0,
};
