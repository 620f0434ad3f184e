/** Integers of the output ports → the model's outputs, many samples at a time. */
import { transpose } from '../host/ops/shape.ts';
import { type HostProgram, runHost } from '../host/program.ts';
import { type DType, type HostTensor, hostTensor } from '../host/tensor.ts';
import type { Graph, Layout, OutputPort } from '../ir/graph.ts';
import type { Model } from '../ir/model.ts';
import { channelsOf } from '../num/scalar/check.ts';
import { realiser } from '../num/scalar/real.ts';
import { type IntTensor, numel } from '../num/tensor.ts';
import { iota, splitLayout } from './layout.ts';
import type { Batch } from './read.ts';

/** The numbers of one output, sample after sample. */
export interface Written {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: Float64Array;
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

/** For each element in the model's order, its place in the stream. */
const placesOf = ({ layout }: OutputPort): Int32Array =>
  Int32Array.from(modelOrder(iota(numel(layout.shape)), layout).data);

/** The integers of an output port in the model's order, and their shape there. */
export function codesOf(port: OutputPort, t: IntTensor): HostTensor {
  return modelOrder(Float64Array.from(t.data), port.layout);
}

type Convert = (batch: Batch, samples: number) => Written;

/** Picks a port's numbers into the model's order and converts them by channel. */
function portConvert(port: OutputPort, convert: readonly ((q: number) => number)[]): Convert {
  const places = placesOf(port);
  const size = places.length;
  const channels = Int32Array.from(places, (at) => at % convert.length);
  return (batch, samples) => {
    const codes = (batch.get(port.name) as IntTensor).data;
    const data = new Float64Array(samples * size);
    for (let base = 0; base < data.length; base += size) {
      for (let i = 0; i < size; i++) {
        const f = convert[channels[i] as number] as (q: number) => number;
        data[base + i] = f(codes[base + (places[i] as number)] as number);
      }
    }
    return { name: port.name, dtype: 'float32', shape: port.layout.shape, data };
  };
}

/** The integers that leave the hardware, in the model's order. */
export function codeWriter(model: Model): (batch: Batch, samples: number) => Written[] {
  const ports = model.graph.outputs.map((p) => portConvert(p, [(q) => q]));
  return (batch, samples) => ports.map((f) => f(batch, samples));
}

/** The model's own outputs: real numbers through the arithmetic behind the hardware, where there is any. */
export function realWriter(model: Model): (batch: Batch, samples: number) => Written[] {
  const { graph, post } = model;
  const ports = graph.outputs.map((port) => {
    const fs = Array.from({ length: channelsOf(port.steps) }, (_, c) => realiser(port.steps, c));
    return portConvert(port, fs);
  });
  const { layout, rest } = splitLayout(post);
  const arrange = moved(graph, layout);
  return (batch, samples) => {
    const reals = arrange(
      ports.map((f) => f(batch, samples)),
      samples,
    );
    return rest.nodes.length === 0 ? inOrder(post, reals) : computed(rest, reals, samples);
  };
}

const inOrder = (post: HostProgram, all: readonly Written[]): Written[] =>
  post.outputs.flatMap((o) => all.filter((w) => w.name === o.name));

type Arrange = (reals: readonly Written[], samples: number) => Written[];

/** What layout makes of the ports: where each number comes from is found once, by indices. */
function moved(graph: Graph, layout: HostProgram): Arrange {
  let base = 0;
  const bases: number[] = [];
  const indices = graph.outputs.map((port) => {
    const size = numel(port.layout.shape);
    bases.push(base);
    base += size;
    return [port.name, hostTensor('float32', port.layout.shape, iota(size, base - size))] as const;
  });
  const outputs = [...runHost(layout, new Map(indices))].map(([name, t]) => {
    const owner = bases.findLastIndex((b) => b <= (t.data[0] ?? 0));
    return { name, dtype: t.dtype, shape: t.shape, owner, places: t.data.map((v) => v - (bases[owner] ?? 0)) };
  });
  return (reals, samples) =>
    outputs.map(({ name, dtype, shape, owner, places }) => {
      const from = reals[owner]?.data ?? new Float64Array(0);
      const size = places.length;
      const data = new Float64Array(samples * size);
      for (let at = 0; at < data.length; at += size) {
        for (let i = 0; i < size; i++) data[at + i] = from[at + (places[i] as number)] as number;
      }
      return { name, dtype, shape, data };
    });
}

/** Sample by sample through the arithmetic. */
function computed(rest: HostProgram, reals: readonly Written[], samples: number): Written[] {
  const written = new Map<string, Written>();
  for (let s = 0; s < samples; s++) {
    const tensors = reals.map(({ name, shape, data }) => {
      const size = data.length / samples;
      return [name, hostTensor('float32', shape, data.subarray(s * size, (s + 1) * size))] as const;
    });
    for (const [name, t] of runHost(rest, new Map(tensors))) {
      const size = t.data.length;
      const out = written.get(name) ?? { name, dtype: t.dtype, shape: t.shape, data: new Float64Array(samples * size) };
      written.set(name, out);
      out.data.set(t.data, s * size);
    }
  }
  return [...written.values()];
}
