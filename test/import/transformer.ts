/** Rows of 8-bit codes through a few operators between two quantisers, for tests of what transformers are made of. */

import { importOnnx } from '../../src/import/onnx/import.ts';
import type { ImportOptions } from '../../src/import/onnx/options.ts';
import type { Graph } from '../../src/ir/graph.ts';
import { rng } from '../conformance/case.ts';
import { type ConstSpec, type NodeSpec, onnxModel } from '../fuzz/onnx.ts';
import { floatResults, importedResults, type Samples } from '../fuzz/oracle.ts';

export const scalar = (v: number): ConstSpec => ({ dtype: 'float32', shape: [], data: [v] });
export const reals = (shape: readonly number[], data: readonly number[]): ConstSpec => ({
  dtype: 'float32',
  shape,
  data,
});
export const ints = (...data: number[]): ConstSpec => ({ dtype: 'int64', shape: [data.length], data });

export const node = (
  op: string,
  inputs: readonly string[],
  outputs: string | readonly string[],
  attrs: NodeSpec['attrs'] = {},
): NodeSpec => ({ op, inputs, outputs: typeof outputs === 'string' ? [outputs] : outputs, attrs });

export const quant = (from: string, to: string, scale = 'unit'): NodeSpec =>
  node('Quant', [from, scale, 'zero', 'eight'], to, { signed: 1 });

export interface Case {
  readonly shape: readonly number[];
  /** From `q`, codes times `scale`, to `y`. */
  readonly nodes: readonly NodeSpec[];
  readonly consts?: { readonly [name: string]: ConstSpec };
  /** Real value of a code of `q`; default 1/16. */
  readonly scale?: number;
  readonly opset?: number;
}

function modelOf({ shape, nodes, consts = {}, scale = 1 / 16, opset }: Case): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', shape }],
    outputs: ['y'],
    nodes: [quant('x', 'q', 'in'), ...nodes],
    consts: { in: scalar(scale), unit: scalar(1 / 32), zero: scalar(0), eight: scalar(8), ...consts },
    ...(opset === undefined ? {} : { opset }),
  });
}

/** Random codes, rows of equal ones, and single large ones. */
function frames({ shape, scale = 1 / 16 }: Case, count: number): Samples {
  const size = shape.reduce((a, b) => a * b, 1);
  const random = rng(size);
  const code = (f: number, i: number): number => {
    if (f === 0) return 3;
    if (f === 1) return i % 7 === 0 ? 127 : -128;
    return random.int(-128, 127);
  };
  return new Map([
    ['x', Array.from({ length: count }, (_, f) => Float64Array.from({ length: size }, (_x, i) => scale * code(f, i)))],
  ]);
}

export interface Outcome {
  readonly graph: Graph;
  readonly imported: number[][];
  readonly float: number[][];
  readonly warnings: readonly string[];
}

/** The imported integer graph and the model in double precision, on the same frames. −0 counts as 0. */
export function both(c: Case, options: ImportOptions = {}, count = 6): Outcome {
  const bytes = modelOf(c);
  const samples = frames(c, count);
  const imported = importOnnx(bytes, options);
  const values = (r: ReturnType<typeof floatResults>): number[][] =>
    r.map((m) => [...(m.get('y')?.data ?? [])].map((v) => v + 0));
  return {
    graph: imported.model.graph,
    imported: values(importedResults(imported, samples)),
    float: values(floatResults(bytes, samples)),
    warnings: imported.warnings.map((w) => w.code),
  };
}

export const opsOf = (g: Graph): string[] => g.nodes.map((n) => n.op).filter((op) => op !== 'reshape');
