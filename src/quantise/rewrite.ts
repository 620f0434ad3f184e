import { type HostTensor, hostTensor, scalar } from '../host/tensor.ts';
import type { OnnxGraph, OnnxNode } from '../import/onnx/load.ts';
import type { Calibration } from './calibrate.ts';
import { type Codes, type RangeMethod, stepOf } from './ranges.ts';

/** Bits per layer: of its weights, and of the data that it takes. */
export type Bits = readonly number[];

/** Bits of the model's inputs, whatever the layers have: they come from converters and cameras. */
const INPUT_BITS = 8;

/**
 * The bits of each group of sites: the most that a layer asks for that takes its data there. Where no layer does (two
 * branches that meet), the most that any layer has.
 */
export function siteBits({ sites }: Calibration, bits: Bits): number[] {
  return sites.groups.map((g) => {
    if (g.input) return INPUT_BITS;
    const asked = sites.layers.flatMap((l, i) => (g.tensors.includes(l.site) ? [bits[i] ?? 0] : []));
    return Math.max(...(asked.length > 0 ? asked : bits));
  });
}

/** The bits of the data that each layer takes. */
export function dataBits(c: Calibration, bits: Bits): number[] {
  const sites = siteBits(c, bits);
  return c.sites.layers.map((l) => sites[c.sites.groups.findIndex((g) => g.tensors.includes(l.site))] ?? 0);
}

/** Steps of the quantisers of a network; each is found once, however many choices of bits are tried. */
export interface Steps {
  /** The codes and the step of a group of sites. */
  readonly site: (group: number, bits: number) => { readonly codes: Codes; readonly step: number };
  /** The steps of a layer's weights, one per output channel, or one. */
  readonly weights: (layer: number, bits: number) => readonly number[];
}

export function stepsOf(c: Calibration, method: RangeMethod): Steps {
  return {
    site: memoised((group, bits) => {
      const { sorted, signed } = c.seen[group] ?? { sorted: new Float64Array(), signed: true };
      const codes = { bits, signed };
      return { codes, step: stepOf(sorted, codes, method) };
    }),
    weights: memoised((layer, bits) => (c.weights[layer] ?? []).map((w) => stepOf(w, { bits, signed: true }, method))),
  };
}

function memoised<T>(f: (which: number, bits: number) => T): (which: number, bits: number) => T {
  const known = new Map<string, T>();
  return (which, bits) => {
    const key = `${which} ${bits}`;
    const value = known.get(key) ?? f(which, bits);
    known.set(key, value);
    return value;
  };
}

/** The same network with QONNX quantisers: on the weights of each layer, per output channel, and on each site. */
export function quantised(c: Calibration, bits: Bits, steps: Steps): OnnxGraph {
  const consts = new Map(c.onnx.consts);
  const renamed = new Map<string, string>();
  const added: OnnxNode[] = [];
  const quantise = (name: string, codes: Codes, scale: HostTensor): void => {
    const to = `${name}:quantised`;
    if (renamed.has(name)) return;
    renamed.set(name, to);
    consts.set(`${to}:scale`, scale);
    consts.set(`${to}:zero`, scalar(0));
    consts.set(`${to}:bits`, scalar(codes.bits));
    added.push({
      name: to,
      op: 'Quant',
      domain: 'qonnx.custom_op.general',
      opset: 1,
      attrs: { signed: codes.signed ? 1 : 0, narrow: codes.signed ? 1 : 0, rounding_mode: 'ROUND' },
      inputs: [name, `${to}:scale`, `${to}:zero`, `${to}:bits`],
      outputs: [to],
    });
  };
  siteBits(c, bits).forEach((b, i) => {
    const { codes, step } = steps.site(i, b);
    for (const t of c.sites.groups[i]?.tensors ?? []) quantise(t, codes, scalar(step));
  });
  c.sites.layers.forEach((l, i) => {
    const codes = { bits: bits[i] ?? INPUT_BITS, signed: true };
    const own = steps.weights(i, codes.bits);
    const rank = c.consts.get(l.weights)?.shape.length ?? 0;
    const shape =
      l.channels === undefined ? [] : Array.from({ length: rank }, (_, a) => (a === l.channels ? own.length : 1));
    quantise(l.weights, codes, hostTensor('float32', shape, own));
  });
  return { ...c.onnx, consts, nodes: placed(c.onnx, added, renamed) };
}

/** Each quantiser behind the node that makes its input, and everybody else reading what it gives. */
function placed(onnx: OnnxGraph, added: readonly OnnxNode[], renamed: ReadonlyMap<string, string>): OnnxNode[] {
  const waiting = new Map(added.map((q) => [q.inputs[0] ?? '', q]));
  const nodes: OnnxNode[] = [];
  const release = (name: string): void => {
    const q = waiting.get(name);
    if (q) nodes.push(q);
  };
  for (const name of [...onnx.consts.keys(), ...onnx.inputs.map((i) => i.name)]) release(name);
  for (const n of onnx.nodes) {
    nodes.push({ ...n, inputs: n.inputs.map((name) => renamed.get(name) ?? name) });
    for (const o of n.outputs) release(o);
  }
  return nodes;
}
