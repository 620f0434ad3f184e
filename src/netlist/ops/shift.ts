import { elemFor } from '../../num/elem.ts';
import { ROUNDINGS, type Rounding, roundNumber } from '../../num/rounding.ts';
import { arg, column, isShift, type NetNode, type NetOp, param } from '../op.ts';

/** a << by. */
export const shl: NetOp = {
  name: 'shl',
  arity: 1,
  role: 'wires',
  params: ['by'],
  check: (node) => (isShift(param(node, 0)) ? undefined : 'its shift must be an integer from 0 to 52'),
  range: (node, known) => {
    const { lo, hi } = known.range(arg(node, 0));
    return { lo: lo * 2 ** param(node, 0), hi: hi * 2 ** param(node, 0) };
  },
  zeros: (node, known) => Math.min(52, known.zeros(arg(node, 0)) + param(node, 0)),
  evaluate: (node, args, out, count) => {
    const a = column(args, 0);
    const by = 2 ** param(node, 0);
    for (let i = 0; i < count; i++) out[i] = (a[i] as number) * by;
  },
  luts: () => 0,
  levels: 0,
  source: (node, i) => (i < param(node, 0) ? 0 : { value: arg(node, 0), bit: i - param(node, 0) }),
};

const modeOf = (node: NetNode): Rounding => ROUNDINGS[param(node, 1)] as Rounding;

/** a / 2^by, rounded. FLOOR only drops bits; each other mode adds a carry chain and the logic that feeds it. */
export const shr: NetOp = {
  name: 'shr',
  arity: 1,
  role: 'logic',
  params: ['by', 'mode'],
  words: { mode: ROUNDINGS },
  check: (node) => {
    if (!isShift(param(node, 0))) return 'its shift must be an integer from 0 to 52';
    return ROUNDINGS[param(node, 1)] ? undefined : `there is no rounding ${param(node, 1)}`;
  },
  range: (node, known) => {
    const { lo, hi } = known.range(arg(node, 0));
    const step = 2 ** param(node, 0);
    return { lo: roundNumber(lo / step, modeOf(node)) + 0, hi: roundNumber(hi / step, modeOf(node)) + 0 };
  },
  zeros: (node, known) => Math.max(0, known.zeros(arg(node, 0)) - param(node, 0)),
  evaluate: (node, args, out, count) => {
    const a = column(args, 0);
    const step = 2 ** param(node, 0);
    const mode = modeOf(node);
    for (let i = 0; i < count; i++) out[i] = roundNumber((a[i] as number) / step, mode) + 0;
  },
  luts: (node, priced, range) => {
    const dropped = param(node, 0) - priced.zeros(arg(node, 0));
    if (dropped <= 0 || modeOf(node) === 'FLOOR') return 0;
    const sticky = modeOf(node) === 'HALF_UP' ? 1 : 1 + Math.ceil(dropped / 5);
    return sticky + (elemFor(range).bits > 6 ? 0 : elemFor(range).bits);
  },
  levels: 1,
};
