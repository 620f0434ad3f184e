import { fail } from '../diag/diagnostic.ts';
import { badOperands, unsupportedOperator } from '../diag/messages-import.ts';
import { hostOps } from '../host/ops/index.ts';
import { runNode } from '../host/program.ts';
import type { HostTensor } from '../host/tensor.ts';
import type { OnnxGraph, OnnxNode } from '../import/onnx/load.ts';

/** Tensors of a network, by name. */
export type Tensors = ReadonlyMap<string, HostTensor>;

/**
 * What a network computes of what is known, in double precision, and the known with it: of its constants, all that depends on them
 * alone; of these and a frame, everything: the model's float meaning, or that of a graph with quantisers in it. Nothing known is
 * computed again.
 */
export function computed(onnx: OnnxGraph, known: Tensors): Map<string, HostTensor> {
  const env = new Map(known);
  const isThere = (name: string): boolean => name === '' || env.has(name);
  for (const node of onnx.nodes) if (node.inputs.every(isThere) && !node.outputs.every(isThere)) compute(node, env);
  return env;
}

function compute(node: OnnxNode, env: Map<string, HostTensor>): void {
  const f = hostOps.get(node.op);
  if (!f) fail(unsupportedOperator(node.name, node.op, node.domain));
  try {
    runNode(node, f, env);
  } catch (e) {
    if (e instanceof RangeError) fail(badOperands(node.name, node.op, e.message));
    throw e;
  }
}
