import { fail } from '../diag/diagnostic.ts';
import {
  differentCounts,
  missingInput,
  noSamples,
  notFinite,
  outOfRange,
  unknownInput,
  wrongShape,
} from '../diag/messages-data.ts';
import { transpose } from '../host/ops/shape.ts';
import { runHost } from '../host/program.ts';
import { type HostTensor, hostTensor } from '../host/tensor.ts';
import type { InputPort, Layout, OutputPort } from '../ir/graph.ts';
import type { Model } from '../ir/model.ts';
import { isFloatNpy, type NpyArray } from '../num/npy.ts';
import { channelsOf } from '../num/scalar/check.ts';
import { quantiser, realiser } from '../num/scalar/real.ts';
import { allocate, type IntTensor, numel } from '../num/tensor.ts';

/** A named array and the file that it came from, for diagnostics. */
export interface NamedArray {
  readonly file: string;
  readonly array: NpyArray;
}

/** One frame: port name → integers of its value. */
export type Frame = ReadonlyMap<string, IntTensor>;

/** The arrays cut into samples: [N, …shape], where a leading 1 of the model's shape may be left out. */
function samplesOf({ file, array }: NamedArray, shape: readonly number[]): number {
  const rest = array.shape.slice(1);
  const same = (s: readonly number[]): boolean => s.length === rest.length && s.every((d, i) => d === rest[i]);
  if (array.shape.length > 0 && (same(shape) || (shape[0] === 1 && same(shape.slice(1))))) return array.shape[0] ?? 0;
  return fail(wrongShape(file, array.shape, shape[0] === 1 ? shape.slice(1) : shape));
}

const LAYOUT_OPS = new Set(['Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Dropout']);

/**
 * Turns arrays into frames: floats are real numbers and go through the model's own arithmetic and quantisers; integers
 * are codes and are only brought into order.
 */
export function framesOf(model: Model, arrays: ReadonlyMap<string, NamedArray>): Frame[] {
  const inputs = model.pre.inputs;
  const known = inputs.map((i) => i.name);
  for (const name of arrays.keys()) if (!known.includes(name)) fail(unknownInput(name, known));
  const given = inputs.map((input) => {
    const named = arrays.get(input.name) ?? fail(missingInput(input.name, known));
    return { input, named, n: samplesOf(named, input.shape), size: numel(input.shape) };
  });
  const n = given[0]?.n ?? 0;
  if (given.some((g) => g.n !== n)) fail(differentCounts(given.map((g) => [g.input.name, g.n])));
  if (n === 0) fail(noSamples(given[0]?.named.file ?? ''));
  const { pre } = model;
  // Integers are codes of the ports where only layout lies between; where the model computes first, they are its numbers.
  const codes = given.every((g) => !isFloatNpy(g.named.array)) && pre.nodes.every((x) => LAYOUT_OPS.has(x.op));
  const ports = model.graph.inputs.map((port) => ({
    port,
    read: codes ? codeReader(port, given[0]?.named.file ?? '') : portReader(port),
  }));
  const frames: Frame[] = [];
  for (let s = 0; s < n; s++) {
    const tensors = new Map(
      given.map((g) => {
        const data = Float64Array.from(g.named.array.data.subarray(s * g.size, (s + 1) * g.size));
        const bad = data.find((v) => !Number.isFinite(v));
        if (bad !== undefined) fail(notFinite(g.named.file, bad, s));
        return [g.input.name, hostTensor(g.input.dtype, g.input.shape, data)] as const;
      }),
    );
    const reals = runHost(pre, tensors);
    frames.push(
      new Map(
        ports.map(({ port, read }) => {
          const t = reals.get(port.name) as HostTensor;
          const type = model.graph.values[port.value];
          const data = allocate(t.data.length, type?.elem ?? { kind: 'int', bits: 32 });
          const inOrder = arrange(t, port.layout);
          for (let i = 0; i < data.length; i++) data[i] = read(inOrder[i] as number, i);
          return [port.name, { shape: type?.shape ?? [data.length], data }] as const;
        }),
      ),
    );
  }
  return frames;
}

function arrange(t: HostTensor, layout: Layout): Float64Array {
  return transpose(hostTensor(t.dtype, layout.shape, t.data), layout.perm).data;
}

function portReader(port: InputPort): (x: number, i: number) => number {
  if (port.steps.length === 0) return codeReader(port, port.name);
  const channels = channelsOf(port.steps);
  const fs = Array.from({ length: channels }, (_, c) => quantiser(port.steps, c));
  return (x, i) => (fs[i % channels] as (x: number) => number)(x);
}

function codeReader(port: InputPort, file: string): (x: number) => number {
  const [lo, hi] = port.range;
  return (x) => {
    if (x < lo || x > hi || !Number.isInteger(x)) fail(outOfRange(file, x, lo, hi));
    return x;
  };
}

/** The real tensor of an output port, in the model's order. */
function realTensor(port: OutputPort, t: IntTensor): HostTensor {
  const channels = channelsOf(port.steps);
  const fs = Array.from({ length: channels }, (_, c) => realiser(port.steps, c));
  const data = Float64Array.from(t.data, (q, i) => (fs[i % channels] as (q: number) => number)(q));
  return modelOrder(data, port.layout);
}

/** Memory order → the model's order. */
function modelOrder(data: Float64Array, { shape, perm }: Layout): HostTensor {
  const stored = hostTensor(
    'float32',
    perm.map((p) => shape[p] as number),
    data,
  );
  return transpose(
    stored,
    shape.map((_, axis) => perm.indexOf(axis)),
  );
}

/** The integers of an output port in the model's order, and their shape there. */
export function codesOf(port: OutputPort, t: IntTensor): HostTensor {
  return modelOrder(Float64Array.from(t.data), port.layout);
}

/** The model's outputs from the integers that leave the hardware. */
export function realOutputs(model: Model, outputs: Frame): Map<string, HostTensor> {
  const tensors = new Map(
    model.graph.outputs.map((p) => [p.name, realTensor(p, outputs.get(p.name) as IntTensor)] as const),
  );
  return runHost(model.post, tensors);
}
