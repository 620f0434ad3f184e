import { type Diagnostic, DiagnosticError, fail } from '../../diag/diagnostic.ts';
import {
  badOperands,
  badScale,
  hardwareAfterFloat,
  missingValue,
  nothingToBuild,
  outsideHardware,
  unsupportedOperator,
} from '../../diag/messages-import.ts';
import { hostOps } from '../../host/ops/index.ts';
import type { HostTensor } from '../../host/tensor.ts';
import { dtypeRange, elements, hostTensor, isFloat, zeros } from '../../host/tensor.ts';
import { prune } from '../../ir/edit.ts';
import type { Model } from '../../ir/model.ts';
import { elemRange, type Interval, parseElem } from '../../num/elem.ts';
import { ConstFolder } from './consts.ts';
import { ImportContext } from './context.ts';
import { DEFAULT_INPUT, type FixedPoint, parseFixed } from './fixed.ts';
import { type LoadOptions, loadOnnx, type OnnxGraph, type OnnxInput, type OnnxNode } from './load.ts';
import { HOST_QUANTISERS, NEEDS_INTEGERS, streamOperators } from './operators/index.ts';
import type { ImportOptions } from './options.ts';
import { isStuck } from './real.ts';
import { failed, isStream, type Value } from './values.ts';
import { viewShape } from './view.ts';

export interface Imported {
  readonly model: Model;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Imports an ONNX model: one walk over its nodes in which every tensor is known as a constant, as real numbers of the
 * host, or as exact functions of integers (see `values.ts`). All that cannot be imported is reported at once.
 */
export function importOnnx(
  bytes: Uint8Array,
  options: LoadOptions & ImportOptions & { readonly name?: string } = {},
): Imported {
  return importGraph(loadOnnx(bytes, options), options);
}

/** The same of a graph that was read before. */
export function importGraph(onnx: OnnxGraph, options: ImportOptions & { readonly name?: string } = {}): Imported {
  const ctx = new ImportContext(options.name ?? onnx.name, options);
  const folder = new ConstFolder();
  const env = new Map<string, Value>();
  for (const [name, tensor] of onnx.consts) env.set(name, { kind: 'const', tensor });
  for (const input of onnx.inputs) env.set(input.name, inputValue(ctx, input));
  const problems: Diagnostic[] = [];
  const walker: Walker = { ctx, folder, env, onnx };
  for (const node of onnx.nodes) {
    try {
      const results = importNode(walker, node);
      node.outputs.forEach((o, i) => {
        env.set(o, results[i] ?? failed);
      });
    } catch (e) {
      problems.push(...diagnose(node, e));
      for (const o of node.outputs) env.set(o, failed);
    }
  }
  if (problems.length > 0) throw new DiagnosticError(problems);
  return { model: finish(walker), warnings: ctx.warnings };
}

interface Walker {
  readonly ctx: ImportContext;
  readonly folder: ConstFolder;
  readonly env: Map<string, Value>;
  readonly onnx: OnnxGraph;
}

function diagnose(node: OnnxNode, e: unknown): readonly Diagnostic[] {
  if (e instanceof DiagnosticError) return e.diagnostics;
  if (e instanceof RangeError) return [badOperands(node.name, node.op, e.message)];
  throw e;
}

/** Integers that an input is known to hold: by its element type, or by FINN's annotation. */
function knownIntegers(input: OnnxInput): Interval | undefined {
  if (!isFloat(input.dtype)) {
    const range = dtypeRange(input.dtype);
    return range && range.hi <= 2 ** 32 ? range : undefined;
  }
  const m = /^(U?)INT(\d+)$/.exec(input.annotation ?? '');
  const elem = m && parseElem(`${m[1] ? 'u' : 'i'}${m[2]}`);
  return elem ? elemRange(elem) : undefined;
}

function inputValue(ctx: ImportContext, input: OnnxInput): Value {
  const host = { kind: 'host' as const, name: input.name, shape: input.shape, dtype: input.dtype };
  const integers = ctx.options.inputTypes?.[input.name] ? undefined : knownIntegers(input);
  return integers ? ctx.hostStream(host, [], integers) : host;
}

function importNode(w: Walker, node: OnnxNode): Value[] {
  const inputs = node.inputs.map((name) => {
    if (name === '') return undefined;
    const v = w.env.get(name);
    if (!v) return fail(missingValue(node.name, name));
    return v;
  });
  if (inputs.some((v) => v?.kind === 'failed')) {
    // Nothing is known of its inputs any more, but whether anybody knows the operator: all of these are named at once.
    if (!streamOperators.has(node.op) && !hostOps.has(node.op))
      fail(unsupportedOperator(node.name, node.op, node.domain));
    return node.outputs.map(() => failed);
  }
  return isChannelsLast(node) ? channelsFirst(w, node, inputs) : importOn(w, node, inputs);
}

/** QONNX's channels-last operators: the standard ones on [N, …spatial, C], the weights of a Conv [O, …k, I]. */
const isChannelsLast = (node: OnnxNode): boolean => node.domain.includes('channels_last');

/** The standard operator between the two transposes that define its channels-last form. */
function channelsFirst(w: Walker, node: OnnxNode, inputs: readonly (Value | undefined)[]): Value[] {
  const moved = node.op === 'Conv' ? 2 : 1;
  const known = NEEDS_INTEGERS.has(node.op) ? inputs.map((v) => (v?.kind === 'host' ? fixed(w, v) : v)) : inputs;
  const first = known.map((v, i) => {
    const axes = v && i < moved ? shapeOf(v).map((_, k) => k) : [];
    const perm = [0, axes.length - 1, ...axes.slice(1, -1)];
    return v && axes.length > 2 ? transposed(w, node, v, perm, `${node.inputs[i]}:first`) : v;
  });
  const standard = { ...node, domain: '', outputs: node.outputs.map((o) => `${o}:first`) };
  return importOn(w, standard, first).map((v, i) => {
    const axes = shapeOf(v).map((_, k) => k);
    return axes.length > 2 ? transposed(w, node, v, [0, ...axes.slice(2), 1], node.outputs[i] ?? node.name) : v;
  });
}

function transposed(w: Walker, node: OnnxNode, v: Value, perm: readonly number[], output: string): Value {
  const move = { ...node, op: 'Transpose', domain: '', attrs: { perm }, inputs: [output], outputs: [output] };
  return importOn(w, move, [v])[0] ?? failed;
}

function shapeOf(v: Value): readonly number[] {
  if (v.kind === 'stream') return viewShape(v.view);
  if (v.kind === 'const') return v.tensor.shape;
  return v.kind === 'failed' ? [] : v.shape;
}

function importOn(w: Walker, node: OnnxNode, inputs: readonly (Value | undefined)[]): Value[] {
  if (inputs.every((v) => v === undefined || v.kind === 'const')) return foldConst(w, node, inputs);
  if (inputs.some((v) => v?.kind === 'tail')) return onHost(w, node, inputs, 'tail');
  if (inputs.some((v) => v?.kind === 'stream')) return onStream(w, node, inputs);
  if (HOST_QUANTISERS.has(node.op) && inputs[0]?.kind === 'host') {
    return onStream(w, node, [w.ctx.hostStream(inputs[0], []), ...inputs.slice(1)]);
  }
  if (NEEDS_INTEGERS.has(node.op))
    return onStream(
      w,
      node,
      inputs.map((v) => (v?.kind === 'host' ? fixed(w, v) : v)),
    );
  return onHost(w, node, inputs, 'host');
}

function fixed(w: Walker, v: Extract<Value, { kind: 'host' }>): Value {
  const given = w.ctx.options.inputTypes?.[v.name] ?? Object.values(w.ctx.options.inputTypes ?? {})[0];
  return w.ctx.assumeFixed(v, given ?? (parseFixed(DEFAULT_INPUT) as FixedPoint));
}

/** Quantisers whose second input is a scale. */
const SCALED: ReadonlySet<string> = new Set([...HOST_QUANTISERS].filter((op) => op !== 'MultiThreshold'));

const tensorOf = (v: Value | undefined): HostTensor | undefined => (v?.kind === 'const' ? v.tensor : undefined);

function foldConst(w: Walker, node: OnnxNode, inputs: readonly (Value | undefined)[]): Value[] {
  const scale = SCALED.has(node.op) ? tensorOf(inputs[1]) : undefined;
  const bad = scale?.data.find((v) => !(v > 0 && Number.isFinite(v)));
  if (bad !== undefined) return fail(badScale(node.name, 'its scale', bad));
  const results = w.folder.fold(node, inputs.map(tensorOf));
  if (!results) return fail(unsupportedOperator(node.name, node.op, node.domain));
  return results.map((tensor) => ({ kind: 'const', tensor }));
}

function onStream(w: Walker, node: OnnxNode, inputs: readonly (Value | undefined)[]): Value[] {
  // Not in hardware: the integers end here, and the host goes on.
  const onHostInstead = once(() => {
    const ended = inputs.map((v, i) => (isStream(v) ? w.ctx.tail(v, node.inputs[i] ?? node.name, node) : v));
    return onHost(w, node, ended, 'tail');
  });
  const { results, refusal } = inHardware(w, node, inputs);
  if (results) {
    for (const r of results) if (isStream(r)) elements(viewShape(r.view));
    return results.map((r, i) =>
      isStream(r) && r.base.kind === 'real' ? { ...r, ended: () => onHostInstead()[i] ?? failed } : r,
    );
  }
  if (!hostOps.has(node.op)) return fail(unsupportedOperator(node.name, node.op, node.domain));
  try {
    return onHostInstead();
  } catch (e) {
    // Nor on the host: then why not in hardware is what there is to say.
    throw (e instanceof DiagnosticError || e instanceof RangeError) && refusal ? refusal : e;
  }
}

/** Operators that mostly come last, where no integers are needed: what has no hardware form then is the host's. */
const LAST: ReadonlySet<string> = new Set(['Softmax']);

/** No results where the operator has no such form, or needs integers of real results that the host can go on with. */
function inHardware(
  w: Walker,
  node: OnnxNode,
  inputs: readonly (Value | undefined)[],
): { readonly results?: Value[] | undefined; readonly refusal?: DiagnosticError } {
  const operator = streamOperators.get(node.op);
  const real = inputs.some((v) => isStream(v) && v.base.kind === 'real' && v.ended !== undefined);
  const hosted = hostOps.has(node.op) && !NEEDS_INTEGERS.has(node.op);
  const optional = hosted && (real || LAST.has(node.op));
  try {
    const results = operator?.({ ctx: w.ctx, folder: w.folder, node, inputs });
    return hosted && real && results?.some((r) => isStream(r) && isStuck(r)) ? {} : { results };
  } catch (e) {
    if (optional && e instanceof DiagnosticError) return { refusal: e };
    throw e;
  }
}

function once<T>(f: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: f() };
    return made.value;
  };
}

function onHost(w: Walker, node: OnnxNode, inputs: readonly (Value | undefined)[], kind: 'host' | 'tail'): Value[] {
  const f = hostOps.get(node.op);
  if (!f) return fail(unsupportedOperator(node.name, node.op, node.domain));
  const after = inputs.find((v) => v?.kind === 'tail');
  if (after?.kind === 'tail' && NEEDS_INTEGERS.has(node.op)) {
    return fail(hardwareAfterFloat(node.name, node.op, after.by));
  }
  // Shape inference by running the operator on zeros: the host's arithmetic is its own specification.
  const args = inputs.map((v) => {
    if (!v || v.kind === 'failed' || v.kind === 'stream') return undefined;
    return v.kind === 'const' ? v.tensor : hostTensor(v.dtype, v.shape, zeros(v.shape));
  });
  const results = f({ inputs: args, attrs: node.attrs, opset: node.opset, outputs: node.outputs.length, dry: true });
  if (node.op === 'Shape' || node.op === 'Size') return results.map((tensor) => ({ kind: 'const', tensor }));
  return w.ctx.host(kind, node, inputs, results);
}

function finish(w: Walker): Model {
  const { ctx, onnx } = w;
  const problems: Diagnostic[] = [];
  const outputs = onnx.outputs.flatMap((name) => {
    const node: OnnxNode = { name, op: 'output', domain: '', opset: 1, attrs: {}, inputs: [name], outputs: [] };
    try {
      const v = w.env.get(name);
      if (!v) return fail(missingValue('output', name));
      const end = isStream(v) ? ctx.tail(v, name, node) : v;
      if (end.kind !== 'tail') return fail(outsideHardware(name));
      return [{ name, dtype: end.dtype, shape: end.shape, from: end.name }];
    } catch (e) {
      problems.push(...diagnose(node, e));
      return [];
    }
  });
  // Parts of formulas that became one op, and the results that it replaces, are left behind.
  const graph = prune(ctx.builder.finish());
  if (graph.inputs.length === 0) return fail(nothingToBuild());
  if (problems.length > 0) throw new DiagnosticError(problems);
  return {
    graph,
    ...ctx.programs(
      onnx.inputs.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
      outputs,
    ),
  };
}
