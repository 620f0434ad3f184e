import { fail } from '../diag/diagnostic.ts';
import { badFrames } from '../diag/messages-cli.ts';
import type { Model } from '../ir/model.ts';
import type { NpyArray } from '../num/npy.ts';
import { numel } from '../num/tensor.ts';
import { type Frame, realOutputs } from '../run/frames.ts';

export interface GoldenResult {
  readonly status: 'equal' | 'different';
  /** Numbers that differ by more than the host's rounding. */
  readonly mismatches: number;
  readonly maxAbsError: number;
}

/**
 * How far a real output may lie from the expected one, relative to the largest of its sample. The integers are exact;
 * this is the room of the model's float32 arithmetic behind the last quantiser (a softmax, an output scale).
 */
const FLOAT_TAIL = 1e-5;

/** Compares the model's first output on all frames with an array of expected real numbers. */
export function compareGolden(
  model: Model,
  outputs: readonly Frame[],
  expect: { readonly file: string; readonly array: NpyArray },
): GoldenResult {
  const first = model.post.outputs[0];
  const size = numel(first?.shape ?? []);
  const { array, file } = expect;
  if (array.data.length !== outputs.length * size) {
    fail(badFrames(file, `it holds ${array.data.length} numbers, ${outputs.length} samples of ${size} are compared`));
  }
  let mismatches = 0;
  let maxAbsError = 0;
  outputs.forEach((frame, s) => {
    const got = realOutputs(model, frame).get(first?.name ?? '')?.data ?? new Float64Array(0);
    const want = array.data.subarray(s * size, (s + 1) * size);
    const scale = Float64Array.from(want).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    for (let i = 0; i < size; i++) {
      const error = Math.abs((got[i] as number) - (want[i] as number));
      maxAbsError = Math.max(maxAbsError, error);
      if (!(error <= FLOAT_TAIL * scale)) mismatches++;
    }
  });
  return { status: mismatches === 0 ? 'equal' : 'different', mismatches, maxAbsError };
}
