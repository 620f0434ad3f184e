import { allocate, type IntTensor } from '../../../num/tensor.ts';
import type { ValueType } from '../../graph.ts';

/** Rows of `width` elements again and again, from the first on, until `rows` have come. */
export function replayRows(x: IntTensor, rows: number, width: number, type: ValueType | undefined): IntTensor {
  const data = allocate(rows * width, type?.elem ?? { kind: 'int', bits: 53 });
  for (let at = 0; at < data.length; at += x.data.length) data.set(x.data.subarray(0, data.length - at), at);
  return { shape: type?.shape ?? [rows, width], data };
}
