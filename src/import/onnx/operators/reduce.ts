import { numberAttr, numbersAttr } from '../../../host/op.ts';
import { axisOf } from '../../../host/tensor.ts';
import type { Stream } from '../values.ts';
import { transposeView } from '../view.ts';
import { meanOf } from './formula.ts';
import { constAt, possible, type StreamOperator, type StreamOperators, streamAt } from './operator.ts';
import { averageOver } from './spatial.ts';

/** A mean over all spatial axes, over one other axis, or over the last one as a part of a normalisation. */
const reduceMean: StreamOperator = (call) => {
  const s = streamAt(call, 0);
  if (!s) return undefined;
  const rank = s.view.length;
  const named = (constAt(call, 1) ? [...(constAt(call, 1)?.data ?? [])] : numbersAttr(call.node.attrs, 'axes')) ?? [];
  const axes = named.map((a) => axisOf(a, rank)).sort((x, y) => x - y);
  const spatial =
    rank > 2 &&
    axes.join() ===
      s.view
        .map((_, i) => i)
        .slice(2)
        .join();
  const tokens = rank === 3 && axes.join() === '1';
  const exact = (): Stream | undefined => {
    if (spatial) return averageOver(call, s, undefined);
    // The tokens of [N, tokens, C] are the pixels of an image of C channels.
    if (!tokens) return undefined;
    const mean = averageOver(call, { ...s, view: transposeView(s.view, [0, 2, 1]) }, undefined);
    return { ...mean, view: transposeView(mean.view, [0, 2, 1]) };
  };
  const result = axes.join() === `${rank - 1}` ? meanOf(call, s, possible(exact))?.[0] : exact();
  if (result?.kind !== 'stream') return undefined;
  const kept = numberAttr(call.node.attrs, 'keepdims', 1) === 1;
  return [kept ? result : { ...result, view: result.view.filter((_, i) => !axes.includes(i)) }];
};

export const reductions: StreamOperators = { ReduceMean: reduceMean };
