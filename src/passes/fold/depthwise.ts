import type { Attrs, Node } from '../../ir/graph.ts';
import { isParallel, type SwgAttrs } from '../../kernels/swg/geometry.ts';

/**
 * A depthwise-ordered window stream has its channel folds outermost, so generator and reader share one fold: SIMD of the one
 * is PE of the other, or all channels where the generator gives whole windows. A circuit takes all channels at once.
 */
export function sameFold(from: Node, fromAttrs: Attrs, toAttrs: Attrs): boolean {
  if (from.op !== 'swg' || fromAttrs['order'] !== 'depthwise') return true;
  const swg = fromAttrs as unknown as SwgAttrs;
  return (isParallel(swg) ? swg.C : swg.SIMD) === (toAttrs['PE'] ?? swg.C);
}
