import { fail } from '../diag/diagnostic.ts';
import { badFrames, unknownOutput } from '../diag/messages-cli.ts';
import { isFloat } from '../host/tensor.ts';
import type { Model } from '../ir/model.ts';
import { isFloatNpy, type NpyArray } from '../num/npy.ts';
import { numel } from '../num/tensor.ts';
import { codesOf, type Frame, type NamedArray, realOutputs } from '../run/frames.ts';

export interface GoldenResult {
  readonly status: 'equal' | 'different';
  /** Numbers that differ by more than the host's rounding. */
  readonly mismatches: number;
  readonly maxAbsError: number;
  /** Where the first difference is, in words. */
  readonly notes: readonly string[];
}

/**
 * How far a real output may lie from the expected one, relative to the largest of its sample. The integers are exact;
 * this is the room of the model's float32 arithmetic behind the last quantiser (a softmax, an output scale).
 */
const FLOAT_TAIL = 1e-5;

/** One sample of one output: what was computed, and how far from it an expectation may be. */
interface Sample {
  readonly values: Float64Array;
  /** Half-way to the nearest other value that an element can take, where that is known. */
  readonly reach?: Float64Array;
}

/**
 * Compares the model's outputs on all frames with arrays: floats with the real outputs, integers with the integers that
 * leave the hardware (or with the output itself where the model's output is integers).
 */
export function compareGolden(
  model: Model,
  outputs: readonly Frame[],
  expect: ReadonlyMap<string, NamedArray>,
): GoldenResult {
  let mismatches = 0;
  let maxAbsError = 0;
  const notes: string[] = [];
  for (const [name, { file, array }] of expect) {
    const { shape, sample } = side(model, name, array);
    checkShape(file, array, outputs.length, shape);
    const size = numel(shape);
    let first: string | undefined;
    let wrong = 0;
    outputs.forEach((frame, s) => {
      const { values, reach } = sample(frame);
      const want = Float64Array.from(array.data.subarray(s * size, (s + 1) * size));
      const tail = isFloatNpy(array)
        ? FLOAT_TAIL * want.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), 0)
        : 0;
      for (let i = 0; i < size; i++) {
        const error = Math.abs((values[i] as number) - (want[i] as number));
        maxAbsError = Math.max(maxAbsError, error);
        if (error <= Math.min(tail, reach?.[i] ?? tail)) continue;
        wrong++;
        first ??= `${name}: sample ${s}, element ${i}: expected ${want[i]}, got ${values[i]}`;
      }
    });
    mismatches += wrong;
    if (first) notes.push(`${first} (${wrong} differ)`);
  }
  return { status: mismatches === 0 ? 'equal' : 'different', mismatches, maxAbsError, notes };
}

/** The side of the model that an array is held against. */
function side(
  model: Model,
  name: string,
  array: NpyArray,
): { readonly shape: readonly number[]; readonly sample: (frame: Frame) => Sample } {
  const k = model.post.outputs.findIndex((o) => o.name === name);
  const real = model.post.outputs[k];
  const ports = model.graph.outputs;
  const port =
    ports.find((p) => p.name === name) ?? (ports.length === model.post.outputs.length ? ports[k] : undefined);
  if (port && !isFloatNpy(array) && (!real || isFloat(real.dtype))) {
    return { shape: port.layout.shape, sample: (frame) => ({ values: codes(port, frame) }) };
  }
  if (!real) {
    const known = [...new Set([...model.post.outputs, ...ports].map((o) => o.name))];
    return fail(unknownOutput(name, known));
  }
  const values = (frame: Frame): Float64Array => realOutputs(model, frame).get(name)?.data ?? new Float64Array(0);
  return {
    shape: real.shape,
    sample: (frame) => {
      const here = values(frame);
      return isDirect(model) ? { values: here, reach: reachOf(here, values(shifted(frame))) } : { values: here };
    },
  };
}

const codes = (port: Model['graph']['outputs'][number], frame: Frame): Float64Array => {
  const t = frame.get(port.name);
  return t ? codesOf(port, t).data : new Float64Array(0);
};

const LAYOUT = new Set(['Identity', 'Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze']);

/** Whether each real output is one integer of the hardware, scaled. */
const isDirect = (model: Model): boolean => model.post.nodes.every((n) => LAYOUT.has(n.op));

/** The frame with every integer one larger. */
const shifted = (frame: Frame): Frame =>
  new Map([...frame].map(([name, t]) => [name, { ...t, data: Float64Array.from(t.data, (v) => v + 1) }]));

/** Half of one step of the output: any nearer, and the expected number is this integer and no other. */
const reachOf = (here: Float64Array, next: Float64Array): Float64Array =>
  here.map((v, i) => {
    const step = Math.abs((next[i] as number) - v);
    return step > 0 ? step / 2 : Number.POSITIVE_INFINITY;
  });

const withoutOnes = (shape: readonly number[]): string => shape.filter((d) => d !== 1).join(',');

function checkShape(file: string, { shape }: NpyArray, samples: number, wants: readonly number[]): void {
  if (withoutOnes(shape) === withoutOnes([samples, ...wants])) return;
  const sample = wants[0] === 1 && wants.length > 1 ? wants.slice(1) : wants;
  fail(badFrames(file, `its shape is [${shape.join(', ')}], the outputs are [${[samples, ...sample].join(', ')}]`));
}
