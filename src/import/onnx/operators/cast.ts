import { numberAttr } from '../../../host/op.ts';
import { dtypeOf } from '../../../host/ops/elementwise.ts';
import { type DType, dtypeRange, isFloat } from '../../../host/tensor.ts';
import { contains, elemRange, type Interval } from '../../../num/elem.ts';
import { integerRange } from '../steps.ts';
import type { Stream } from '../values.ts';
import { UNBOUNDED } from './activation.ts';
import { apply, type Call, refuse, type StreamOperators, streamAt } from './operator.ts';

/** An integer dtype's interval as far as doubles count exactly. */
function boundsOf(dtype: DType): Interval | undefined {
  const range = dtypeRange(dtype);
  return range && { lo: Math.max(range.lo, -UNBOUNDED), hi: Math.min(range.hi, UNBOUNDED) };
}

function rangeOf(call: Call, s: Stream): Interval | undefined {
  if (s.base.kind === 'real') return integerRange(s.steps, undefined);
  const from = s.base.kind === 'ir' ? elemRange(call.ctx.builder.type(s.base.value).elem) : s.base.integers;
  return integerRange(s.steps, from);
}

/**
 * Real → integer cuts the fraction off (a value beyond the type is undefined in ONNX: it saturates here). Integer →
 * narrower integer would wrap, which is refused unless it cannot happen.
 */
export const casts: StreamOperators = {
  Cast: (call) => {
    const s = streamAt(call, 0);
    if (!s) return undefined;
    const dtype = dtypeOf(numberAttr(call.node.attrs, 'to', 1));
    if (isFloat(dtype)) return [{ ...s, dtype }];
    const bounds = boundsOf(dtype);
    if (!bounds) return undefined;
    if (isFloat(s.dtype)) return [{ ...apply(s, { kind: 'round', mode: 'DOWN', ...bounds }), dtype }];
    const range = rangeOf(call, s);
    if (!range || !contains(bounds, range))
      refuse(call, `its ${s.dtype} values may wrap as ${dtype}`, 'clip them to the range of the type before it');
    return [{ ...s, dtype }];
  },
};
