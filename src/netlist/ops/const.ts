import { bitOf, type NetOp, param, trailingZeros } from '../op.ts';

export const constant: NetOp = {
  name: 'const',
  arity: 0,
  role: 'source',
  params: ['value'],
  check: (node) => (Number.isSafeInteger(param(node, 0)) ? undefined : `${param(node, 0)} is no integer`),
  range: (node) => ({ lo: param(node, 0), hi: param(node, 0) }),
  zeros: (node) => trailingZeros(param(node, 0)),
  evaluate: (node, _, out, count) => {
    out.fill(param(node, 0), 0, count);
  },
  luts: () => 0,
  levels: 0,
  source: (node, i) => bitOf(param(node, 0), i),
};
