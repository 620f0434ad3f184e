import type { Json } from '../num/json.ts';
import type { HostTensor } from './tensor.ts';

export type HostAttrs = { readonly [name: string]: Json };

/** What an operator is told: present inputs (undefined = left out), attributes, the opset of its domain. */
export interface HostCall {
  readonly inputs: readonly (HostTensor | undefined)[];
  readonly attrs: HostAttrs;
  readonly opset: number;
  /** How many outputs the node names. */
  readonly outputs: number;
  /** Only the result's shape and type are asked for: costly operators may leave its values at zero. */
  readonly dry?: boolean;
}

/** One ONNX operator on tensors of doubles. Throws RangeError with a plain sentence when its operands are wrong. */
export type HostOp = (call: HostCall) => HostTensor[];
export type HostOps = { readonly [opType: string]: HostOp };

/** The i-th input, which must be there. */
export function input(call: HostCall, i: number): HostTensor {
  const t = call.inputs[i];
  if (!t) throw new RangeError(`input ${i} is missing`);
  return t;
}

export function numberAttr(attrs: HostAttrs, name: string, fallback: number): number {
  const v = attrs[name];
  return typeof v === 'number' ? v : fallback;
}

export function stringAttr(attrs: HostAttrs, name: string, fallback: string): string {
  const v = attrs[name];
  return typeof v === 'string' ? v : fallback;
}

export function numbersAttr(attrs: HostAttrs, name: string): number[] | undefined {
  const v = attrs[name];
  return Array.isArray(v) ? v.map(Number) : undefined;
}

/** Integers given as an attribute in old opsets, as an input in newer ones. */
export function numbersFrom(call: HostCall, name: string, index: number): number[] | undefined {
  const t = call.inputs[index];
  return t ? [...t.data] : numbersAttr(call.attrs, name);
}
