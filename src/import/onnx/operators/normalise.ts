import { numberAttr } from '../../../host/op.ts';
import { axisOf } from '../../../host/tensor.ts';
import { toNumber } from '../../../num/rational.ts';
import { numel } from '../../../num/tensor.ts';
import { channelOperand } from '../channels.ts';
import { realStream } from '../real.ts';
import { scaleBy, shiftBy } from '../steps.ts';
import type { Stream } from '../values.ts';
import { reshapeView, viewShape } from '../view.ts';
import {
  apply,
  type Call,
  needConst,
  optionalConst,
  refuse,
  type StreamOperator,
  type StreamOperators,
  streamAt,
} from './operator.ts';
import { rowsAlong, uniform } from './uniform.ts';

/** (x − mean) / √(variance + epsilon) along one axis; without `center` x / √(mean square + epsilon). */
export function layerNormalised(
  call: Call,
  s: Stream,
  { epsilon, center, axis }: { readonly epsilon: number; readonly center: boolean; readonly axis: number },
): Stream {
  const { ctx, node } = call;
  const codes = uniform(call, s, center);
  const rows = rowsAlong(call, s, codes.value, axis);
  const attrs = { scale: toNumber(codes.scale), epsilon, center };
  return realStream({ kind: 'function', name: 'layernorm' }, rows.shape, rows.view, (fraction) =>
    ctx.builder.node({
      op: 'layernorm',
      name: node.name,
      attrs: { ...attrs, fraction },
      inputs: [rows.value],
      origin: [node.name],
    }),
  );
}

/** X, gain, bias: normalised over the axes from `axis` on, which lie in memory as one. */
const normalisation =
  (center: boolean, epsilon: number): StreamOperator =>
  (call) => {
    const s = streamAt(call, 0);
    if (!s) return undefined;
    const { attrs, outputs } = call.node;
    if (outputs.slice(1).some((o) => o !== ''))
      refuse(call, 'its mean or deviation is asked for', 'use only its first output');
    const shape = viewShape(s.view);
    const axis = axisOf(numberAttr(attrs, 'axis', -1), shape.length);
    const merged = reshapeView(s.view, [...shape.slice(0, axis), numel(shape.slice(axis))]);
    if (!merged) refuse(call, 'the axes that it normalises do not lie together', 'normalise one axis');
    const eps = Math.fround(numberAttr(attrs, 'epsilon', epsilon));
    const rows = layerNormalised(call, { ...s, view: merged }, { epsilon: eps, center, axis });
    const view = reshapeView(rows.view, shape);
    if (!view) refuse(call, 'the axes that it normalises do not lie together', 'normalise one axis');
    return [affineBehind(call, { ...rows, view })];
  };

/** gain · y + bias, from inputs 1 and 2. */
function affineBehind(call: Call, s: Stream): Stream {
  const gain = channelOperand(call.ctx, call.folder, s, needConst(call, 1, 'its scale'), call.node);
  const scaled = apply(gain.stream, scaleBy(gain.values));
  const bias = optionalConst(call, 2, 'its bias');
  if (!bias) return scaled;
  const shift = channelOperand(call.ctx, call.folder, scaled, bias, call.node);
  return apply(shift.stream, shiftBy(shift.values));
}

export const normalisations: StreamOperators = {
  LayerNormalization: normalisation(true, 1e-5),
  RMSNormalization: normalisation(false, 1e-5),
  SimplifiedLayerNormalization: normalisation(false, 1e-5),
};
