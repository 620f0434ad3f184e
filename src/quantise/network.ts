import { fail } from '../diag/diagnostic.ts';
import { badOperands, unsupportedOperator } from '../diag/messages-import.ts';
import { hostOps } from '../host/ops/index.ts';
import type { HostTensor } from '../host/tensor.ts';
import type { OnnxGraph, OnnxNode } from '../import/onnx/load.ts';

/** All tensors of a network for one frame, by name. */
export type Tensors = ReadonlyMap<string, HostTensor>;

function results(node: OnnxNode, env: Tensors): HostTensor[] {
  const f = hostOps.get(node.op);
  if (!f) return fail(unsupportedOperator(node.name, node.op, node.domain));
  const inputs = node.inputs.map((name) => env.get(name));
  try {
    return f({ inputs, attrs: node.attrs, opset: node.opset, outputs: node.outputs.length });
  } catch (e) {
    if (e instanceof RangeError) return fail(badOperands(node.name, node.op, e.message));
    throw e;
  }
}

/** What depends on constants alone, computed once. */
export function foldedConsts(onnx: OnnxGraph): Map<string, HostTensor> {
  const env = new Map(onnx.consts);
  for (const node of onnx.nodes) {
    if (!node.inputs.every((name) => name === '' || env.has(name))) continue;
    for (const [i, t] of results(node, env).entries()) env.set(node.outputs[i] ?? '', t);
  }
  return env;
}

/**
 * Runs a whole network in double precision: the model's float meaning, or, of a graph with quantisers in it, what the
 * quantised network computes. `known` holds the inputs and all constants, folded ones too; their nodes are not run.
 */
export function runNetwork(onnx: OnnxGraph, known: Tensors): Map<string, HostTensor> {
  const env = new Map(known);
  for (const node of onnx.nodes) {
    if (node.outputs.every((name) => name === '' || env.has(name))) continue;
    for (const [i, t] of results(node, env).entries()) env.set(node.outputs[i] ?? '', t);
  }
  return env;
}
