import { elemFor } from '../../num/elem.ts';
import { arg, column, type NetOp, param } from '../op.ts';

/** 1 where a ≥ than, else 0. Thresholds are sums of these. */
export const atLeast: NetOp = {
  name: 'ge',
  arity: 1,
  role: 'logic',
  params: ['than'],
  check: (node) => (Number.isSafeInteger(param(node, 0)) ? undefined : `${param(node, 0)} is no integer`),
  range: (node, known) => {
    const { lo, hi } = known.range(arg(node, 0));
    return { lo: lo >= param(node, 0) ? 1 : 0, hi: hi >= param(node, 0) ? 1 : 0 };
  },
  zeros: () => 0,
  evaluate: (node, args, out, count) => {
    const a = column(args, 0);
    const than = param(node, 0);
    for (let i = 0; i < count; i++) out[i] = (a[i] as number) >= than ? 1 : 0;
  },
  luts: (node, priced, range) => {
    if (range.lo === range.hi) return 0;
    return Math.ceil((elemFor(priced.range(arg(node, 0))).bits - 1) / 5);
  },
  levels: 1,
};

/** a where s is 1, b where it is 0; arguments in the order s, a, b. */
export const mux: NetOp = {
  name: 'mux',
  arity: 3,
  role: 'logic',
  params: [],
  check: (node, known) => {
    const { lo, hi } = known.range(arg(node, 0));
    return lo >= 0 && hi <= 1 ? undefined : `it selects by a value of ${lo}..${hi}, which must be a bit`;
  },
  range: (node, known) => {
    const [a, b] = [known.range(arg(node, 1)), known.range(arg(node, 2))];
    return { lo: Math.min(a.lo, b.lo), hi: Math.max(a.hi, b.hi) };
  },
  zeros: (node, known) => Math.min(known.zeros(arg(node, 1)), known.zeros(arg(node, 2))),
  evaluate: (_, args, out, count) => {
    const [s, a, b] = [column(args, 0), column(args, 1), column(args, 2)];
    for (let i = 0; i < count; i++) out[i] = (s[i] === 1 ? a[i] : b[i]) as number;
  },
  luts: (node, priced, range) => {
    let luts = 0;
    for (let i = 0; i < elemFor(range).bits; i++) {
      const [a, b] = [priced.bit(arg(node, 1), i), priced.bit(arg(node, 2), i)];
      if (a !== b || a === 'wire' || a === 'function') luts++;
    }
    return luts;
  },
  levels: 1,
};
