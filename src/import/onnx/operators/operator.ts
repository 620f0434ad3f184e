import { DiagnosticError } from '../../../diag/diagnostic.ts';
import { unsupportedForm } from '../../../diag/messages-import.ts';
import type { HostTensor } from '../../../host/tensor.ts';
import type { ConstFolder } from '../consts.ts';
import type { ImportContext } from '../context.ts';
import type { OnnxNode } from '../load.ts';
import { append, type Step, type Steps } from '../steps.ts';
import type { Stream, Value } from '../values.ts';

/** One node while it is imported. */
export interface Call {
  readonly ctx: ImportContext;
  readonly folder: ConstFolder;
  readonly node: OnnxNode;
  readonly inputs: readonly (Value | undefined)[];
}

/**
 * Imports one operator at least one input of which is a stream. Undefined means: not in this form; the hardware ends
 * before it and the host goes on, if it knows the operator.
 */
export type StreamOperator = (call: Call) => Value[] | undefined;
export type StreamOperators = { readonly [op: string]: StreamOperator };

/** The constant at input i; undefined when it is absent or not a constant. */
export function constAt(call: Call, i: number): HostTensor | undefined {
  const v = call.inputs[i];
  return v?.kind === 'const' ? v.tensor : undefined;
}

/** The constant at input i, which must be one. */
export function needConst(call: Call, i: number, what: string): HostTensor {
  const t = constAt(call, i);
  if (!t) throw new RangeError(`${what} must be a constant`);
  return t;
}

/** The constant at input i, undefined where the input is left out. An input that is computed is an error. */
export const optionalConst = (call: Call, i: number, what: string): HostTensor | undefined =>
  call.inputs[i] ? needConst(call, i, what) : undefined;

export function streamAt(call: Call, i: number): Stream | undefined {
  const v = call.inputs[i];
  return v?.kind === 'stream' ? v : undefined;
}

export const apply = (s: Stream, ...next: readonly Step[]): Stream => ({
  ...s,
  steps: next.reduce<Steps>((steps, step) => append(steps, step), s.steps),
});

/** Stops the import of this node with an explanation and a way out. */
export function refuse(call: Call, why: string, help: string): never {
  throw new DiagnosticError([unsupportedForm(call.node.name, call.node.op, why, help)]);
}

/** Undefined where a form is refused. */
export function possible<T>(form: () => T): T | undefined {
  try {
    return form();
  } catch (e) {
    if (e instanceof DiagnosticError) return undefined;
    throw e;
  }
}
