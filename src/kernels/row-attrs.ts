import { Type } from 'typebox';
import type { Attrs } from '../ir/graph.ts';
import type { OpContext } from '../ir/op.ts';
import { numel } from '../num/tensor.ts';
import { lanesOf } from './axis.ts';
import { divisors } from './divisors.ts';
import type { FoldingSpace } from './kernel.ts';

/** Attributes of kernels that work on rows: `pixels` rows of `channels` elements, PE of them per beat. */
export type RowAttrs = { readonly channels: number; readonly pixels: number; readonly PE: number };

const positive = Type.Integer({ minimum: 1 });

/** Schema of {@link RowAttrs}. */
export const rowSchema = { channels: positive, pixels: positive, PE: positive };

const explain = (PE: number, { channels }: RowAttrs): string =>
  `PE=${PE} does not divide the row of ${channels} elements`;

/** Sentences about PE and the size of the input. */
export function rowProblems(attrs: RowAttrs, { inputs: [x] }: OpContext): string[] {
  const { channels, pixels, PE } = attrs;
  const problems: string[] = [];
  if (x && numel(x.shape) !== channels * pixels) {
    problems.push(`input has ${numel(x.shape)} elements, not ${pixels} rows of ${channels}`);
  }
  if (x && lanesOf(x) !== PE) problems.push(`input has ${lanesOf(x)} lanes, not PE=${PE}`);
  if (channels % PE !== 0) problems.push(explain(PE, attrs));
  return problems;
}

/** PE: any divisor of a row. */
export const rowFolding: FoldingSpace<Attrs & RowAttrs> = {
  knobs: ['PE'],
  legal: (_knob, { attrs }) => divisors(attrs.channels),
  explain: (_knob, value, { attrs }) => explain(value, attrs),
};
