import { type HostTensor, hostTensor } from '../host/tensor.ts';
import type { OnnxGraph } from '../import/onnx/load.ts';
import { joined, valueRange } from '../num/tensor.ts';
import { computed, type Tensors } from './network.ts';
import { magnitudes } from './ranges.ts';
import { findSites, type Sites } from './sites.ts';

/** What the float network says of the calibration frames. */
export interface Calibration {
  readonly onnx: OnnxGraph;
  readonly consts: Tensors;
  readonly sites: Sites;
  /** Frames as the network takes them. */
  readonly frames: readonly Tensors[];
  /** The float network's outputs, frame by frame, one after the other. */
  readonly outputs: readonly Float64Array[];
  /** Per group of sites: the magnitudes that occur, sorted, and whether any value is negative. */
  readonly seen: readonly Seen[];
  /** Per layer: the magnitudes of the weights, per output channel or of all. */
  readonly weights: readonly (readonly Float64Array[])[];
}

export interface Seen {
  readonly sorted: Float64Array;
  readonly signed: boolean;
}

/** Values that are kept of one site, over all frames. */
const KEPT = 1 << 18;

/** Runs the float network on all frames and keeps what ranges are chosen by. */
export function calibrate(onnx: OnnxGraph, frames: readonly Tensors[]): Calibration {
  const consts = computed(onnx, onnx.consts);
  let sites: Sites | undefined;
  const kept: Float64Array[][] = [];
  const outputs: Float64Array[] = [];
  for (const frame of frames) {
    const env = computed(onnx, new Map([...consts, ...frame]));
    sites ??= findSites(onnx, consts, env);
    sites.groups.forEach((g, i) => {
      const all = joined(g.tensors.flatMap((t) => env.get(t)?.data ?? []));
      const some = sampled(all, Math.max(1, Math.floor(KEPT / frames.length)));
      kept[i] = [...(kept[i] ?? []), some];
    });
    outputs.push(outputOf(onnx, env));
  }
  const found = sites ?? { layers: [], groups: [] };
  return {
    onnx,
    consts,
    sites: found,
    frames,
    outputs,
    seen: kept.map((parts) => {
      const all = joined(parts);
      return { sorted: magnitudes(all), signed: all.some((v) => v < 0) };
    }),
    weights: found.layers.map((l) => {
      const w = consts.get(l.weights) ?? hostTensor('float32', [0], []);
      return channelsOf(w, l.channels).map(magnitudes);
    }),
  };
}

/** The network's outputs, one after the other. */
export const outputOf = (onnx: OnnxGraph, env: Tensors): Float64Array =>
  joined(onnx.outputs.flatMap((o) => env.get(o)?.data ?? []));

/** At most about `n` values: the extremes, and evenly spaced ones. */
function sampled(values: Float64Array, n: number): Float64Array {
  if (values.length <= n) return values;
  const step = Math.ceil(values.length / n);
  const { lo, hi } = valueRange(values);
  return Float64Array.from([lo, hi, ...values.filter((_, i) => i % step === 0)]);
}

/** A tensor's values by their place along an axis; all together where there is none. */
export function channelsOf(t: HostTensor, axis: number | undefined): Float64Array[] {
  if (axis === undefined) return [t.data];
  const n = t.shape[axis] ?? 1;
  const inner = t.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const channels = Array.from({ length: n }, () => new Float64Array(t.data.length / n));
  const filled = new Int32Array(n);
  t.data.forEach((v, i) => {
    const c = Math.floor(i / inner) % n;
    const at = filled[c] as number;
    (channels[c] as Float64Array)[at] = v;
    filled[c] = at + 1;
  });
  return channels;
}
