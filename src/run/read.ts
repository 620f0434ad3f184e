/** Arrays → integers of the input ports, many samples at a time. */
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
import { type HostValue, runHost } from '../host/program.ts';
import { type HostTensor, hostTensor } from '../host/tensor.ts';
import type { Graph, InputPort, Layout } from '../ir/graph.ts';
import type { Model } from '../ir/model.ts';
import { isFloatNpy, type NpyArray } from '../num/npy.ts';
import { channelsOf } from '../num/scalar/check.ts';
import { quantiser } from '../num/scalar/real.ts';
import { allocate, type IntTensor, numel } from '../num/tensor.ts';
import { iota, isLayout } from './layout.ts';

/** A named array and the file that it came from, for diagnostics. */
export interface NamedArray {
  readonly file: string;
  readonly array: NpyArray;
}

/** Port name → integers of many samples: the value's shape with the samples as first axis. */
export type Batch = ReadonlyMap<string, IntTensor>;

export interface BatchReader {
  readonly samples: number;
  /** The samples from `from` on, up to but not including `to`. */
  readonly read: (from: number, to: number) => Batch;
}

/** An input of the model with the array given for it. */
export interface Given {
  readonly input: HostValue;
  readonly named: NamedArray;
  readonly size: number;
}

/** Reads one port of one sample into `out`, from element `at` on. */
type PortReader = (sample: number, out: IntTensor['data'], at: number) => void;

/**
 * Floats are real numbers and go through the model's own arithmetic and quantisers; integers are codes and are only
 * brought into order.
 */
export function batchReader(model: Model, arrays: ReadonlyMap<string, NamedArray>): BatchReader {
  const { given, samples } = openArrays(model.pre.inputs, arrays);
  const { graph, pre } = model;
  const layout = isLayout(pre);
  // Integers are codes of the ports where only layout lies between; where the model computes first, they are its numbers.
  const codes = layout && given.every((g) => !isFloatNpy(g.named.array));
  const convert = graph.inputs.map((port) =>
    codes || port.steps.length === 0 ? [codeReader(port, given[0]?.named.file ?? port.name)] : quantisers(port),
  );
  const readers = layout ? gathered(model, given, convert) : computed(model, given, convert);
  return { samples, read: (from, to) => collect(graph, readers, from, to) };
}

/** Arrays matched with the inputs that they are for, all of as many samples. */
export function openArrays(
  inputs: readonly HostValue[],
  arrays: ReadonlyMap<string, NamedArray>,
): { readonly given: readonly Given[]; readonly samples: number } {
  const known = inputs.map((i) => i.name);
  for (const name of arrays.keys()) if (!known.includes(name)) fail(unknownInput(name, known));
  const given = inputs.map((input) => {
    const named = arrays.get(input.name) ?? fail(missingInput(input.name, known));
    return { input, named, n: samplesOf(named, input.shape), size: numel(input.shape) };
  });
  const samples = given[0]?.n ?? 0;
  if (given.some((g) => g.n !== samples)) fail(differentCounts(given.map((g) => [g.input.name, g.n])));
  if (samples === 0) fail(noSamples(given[0]?.named.file ?? ''));
  return { given, samples };
}

/** One sample of the arrays, as the model takes it. Every number must be finite. */
export function tensorsOf(given: readonly Given[], sample: number): ReadonlyMap<string, HostTensor> {
  return new Map(
    given.map(({ named, input, size }) => {
      const data = Float64Array.from(named.array.data.subarray(sample * size, (sample + 1) * size));
      const bad = data.find((v) => !Number.isFinite(v));
      if (bad !== undefined) fail(notFinite(named.file, bad, sample));
      return [input.name, hostTensor(input.dtype, input.shape, data)] as const;
    }),
  );
}

/** The arrays cut into samples: [N, …shape], where a leading 1 of the model's shape may be left out. */
function samplesOf({ file, array }: NamedArray, shape: readonly number[]): number {
  const rest = array.shape.slice(1);
  const same = (s: readonly number[]): boolean => s.length === rest.length && s.every((d, i) => d === rest[i]);
  if (array.shape.length > 0 && (same(shape) || (shape[0] === 1 && same(shape.slice(1))))) return array.shape[0] ?? 0;
  return fail(wrongShape(file, array.shape, shape[0] === 1 ? shape.slice(1) : shape));
}

function collect(graph: Graph, readers: readonly PortReader[], from: number, to: number): Batch {
  const ports = graph.inputs.map((port, p) => {
    const type = graph.values[port.value];
    const size = numel(port.layout.shape);
    const data = allocate((to - from) * size, type?.elem ?? { kind: 'int', bits: 32 });
    const shape = [to - from, ...(type?.shape ?? [size])];
    return { name: port.name, size, shape, data, read: readers[p] as PortReader };
  });
  for (let s = from; s < to; s++) for (const port of ports) port.read(s, port.data, (s - from) * port.size);
  return new Map(ports.map(({ name, shape, data }) => [name, { shape, data }]));
}

type Convert = readonly ((x: number) => number)[];

/** Real → integer, per channel of the port. */
const quantisers = (port: InputPort): Convert =>
  Array.from({ length: channelsOf(port.steps) }, (_, c) => quantiser(port.steps, c));

function codeReader(port: InputPort, file: string): (x: number) => number {
  const [lo, hi] = port.range;
  return (x) => {
    if (x < lo || x > hi || !Number.isInteger(x)) fail(outOfRange(file, x, lo, hi));
    return x;
  };
}

/** Only layout lies before the ports: each element is picked from the array. The places are found once, by indices. */
function gathered(model: Model, given: readonly Given[], convert: readonly Convert[]): PortReader[] {
  let base = 0;
  const owner: { readonly g: Given; readonly base: number }[] = [];
  const indices = new Map(
    given.map((g) => {
      owner.push({ g, base });
      const t = hostTensor(g.input.dtype, g.input.shape, iota(g.size, base));
      base += g.size;
      return [g.input.name, t] as const;
    }),
  );
  const placed = runHost(model.pre, indices);
  return model.graph.inputs.map((port, p): PortReader => {
    const places = arrange(placed.get(port.name) as HostTensor, port.layout);
    const from = owner.findLast((o) => o.base <= (places[0] ?? 0));
    if (!from) return () => {};
    const index = Int32Array.from(places, (v) => v - from.base);
    const { file, array } = from.g.named;
    const { data } = array;
    const fs = convert[p] as Convert;
    return (sample, out, at) => {
      const start = sample * from.g.size;
      for (let i = 0, c = 0; i < index.length; i++) {
        const x = data[start + (index[i] as number)] as number;
        if (!Number.isFinite(x)) fail(notFinite(file, x, sample));
        out[at + i] = (fs[c] as (x: number) => number)(x);
        c = c + 1 === fs.length ? 0 : c + 1;
      }
    };
  });
}

/** The model computes before its quantisers: sample by sample. */
function computed(model: Model, given: readonly Given[], convert: readonly Convert[]): PortReader[] {
  let last = -1;
  let reals: ReadonlyMap<string, HostTensor> = new Map();
  const run = (sample: number): void => {
    last = sample;
    reals = runHost(model.pre, tensorsOf(given, sample));
  };
  return model.graph.inputs.map((port, p): PortReader => {
    const fs = convert[p] as Convert;
    return (sample, out, at) => {
      if (sample !== last) run(sample);
      const x = arrange(reals.get(port.name) as HostTensor, port.layout);
      for (let i = 0; i < x.length; i++) {
        out[at + i] = (fs[i % fs.length] as (x: number) => number)(x[i] as number);
      }
    };
  });
}

/** The model's order → memory order. */
function arrange(t: HostTensor, layout: Layout): Float64Array {
  return transpose(hostTensor(t.dtype, layout.shape, t.data), layout.perm).data;
}
