import type { Attrs } from '../../ir/graph.ts';
import type { StepFunctions } from '../../ir/ops/thresholds/count.ts';
import type { ThresholdsAttrs } from '../../ir/ops/thresholds/op.ts';
import { elemFor } from '../../num/elem.ts';
import { valueRange } from '../../num/tensor.ts';
import { type ChannelwiseAttrs, cppInt, foldsOf, rowOfLane } from '../channelwise.ts';
import type { HlsBinding, KernelContext } from '../kernel.ts';
import { levelsOf } from './search.ts';

/** `thresholds<…, BEATS, FOLDS, ROWS, STEPS, LEVELS, BASE, STEP>(in, out, bounds[FOLDS][ROWS][STEPS], down[FOLDS][ROWS])`. */
export function thresholdsHls(
  ctx: KernelContext<Attrs & ChannelwiseAttrs & ThresholdsAttrs>,
  f: StepFunctions,
): HlsBinding {
  const [rows = 1, steps = 0] = f.thresholds.shape;
  const { channels, pixels, PE, base, step } = ctx.attrs;
  const folds = foldsOf(ctx.attrs, rows);
  const lanes = rows === 1 ? 1 : PE;
  const down = Array.from({ length: folds * lanes }, (_, i) => {
    const row = rowOfLane(ctx.attrs, rows, Math.floor(i / lanes), i % lanes);
    const d = f.descending?.data;
    return d ? (d[d.length === 1 ? 0 : row] as number) : 0;
  });
  return {
    function: 'thresholds',
    headers: ['elementwise.hpp', 'thresholds.hpp'],
    args: [(channels * pixels) / PE, folds, lanes, steps, levelsOf(steps), base, step],
    arrays: [
      {
        name: 'bounds',
        type: cppInt(
          elemFor({ lo: Math.min(valueRange(f.thresholds.data).lo, -1), hi: valueRange(f.thresholds.data).hi }).bits,
          true,
        ),
        dims: [folds, lanes, steps],
        data: f.thresholds.data,
        partition: [2, 3],
      },
      { name: 'down', type: cppInt(1, false), dims: [folds, lanes], data: down, partition: [2] },
    ],
  };
}
