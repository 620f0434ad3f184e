import { numberAttr } from '../../../host/op.ts';
import { requantShiftOf } from '../../../host/ops/quant.ts';
import { div, floor, fromNumber, rational } from '../../../num/rational.ts';
import { channelOperands } from '../channels.ts';
import { affine, shiftBy } from '../steps.ts';
import { apply, needConst, type StreamOperators, streamAt } from './operator.ts';

/** Deeploy's requantisation: clip(floor((x·mul + add + ⌊div/2⌋) / div), lo, hi), with constants per tensor or channel. */
export const requantShift: StreamOperators = {
  RequantShift: (call) => {
    const s = streamAt(call, 0);
    if (!s) return undefined;
    const { divisor, lo, hi } = requantShiftOf(call.node.attrs);
    const constants = [needConst(call, 1, 'its multiplier'), needConst(call, 2, 'its addend')];
    const { stream, values } = channelOperands(call.ctx, call.folder, s, constants, call.node);
    const d = fromNumber(divisor);
    const half = rational(floor(div(d, fromNumber(2))));
    const [factor = [], addend = []] = values;
    const scaled = apply(
      stream,
      affine(factor, addend),
      shiftBy([half]),
      affine([div(fromNumber(1), d)], [fromNumber(0)]),
      { kind: 'round', mode: 'FLOOR', lo, hi },
    );
    return [{ ...scaled, dtype: numberAttr(call.node.attrs, 'signed', 0) === 1 ? 'int8' : 'uint8' }];
  },
};
