import { fromBinary } from '@bufbuild/protobuf';
import { type Diagnostic, DiagnosticError, fail } from '../../diag/diagnostic.ts';
import {
  badOperands,
  hugeInput,
  missingValue,
  notOnnx,
  openShape,
  unknownShapeOption,
  unsupportedForm,
  wrongRank,
} from '../../diag/messages-import.ts';
import type { HostAttrs } from '../../host/op.ts';
import { dtypeOf } from '../../host/ops/elementwise.ts';
import { type DType, type HostTensor, hostTensor, MAX_ELEMENTS, scalar } from '../../host/tensor.ts';
import { numel } from '../../num/tensor.ts';
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type ValueInfoProto,
} from './proto/onnx_pb.ts';
import { readTensor } from './tensors.ts';

export interface OnnxNode {
  /** The node's own name, or its first output's where it has none. */
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  readonly opset: number;
  readonly attrs: HostAttrs;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface OnnxInput {
  readonly name: string;
  readonly dtype: DType;
  /** As the model has it, an open batch set to 1. */
  readonly shape: readonly number[];
  /** FINN's annotation of the tensor's type, such as UINT8, where there is one. */
  readonly annotation?: string;
}

/** An ONNX graph as plain data, nodes in topological order, constants read. */
export interface OnnxGraph {
  readonly name: string;
  readonly inputs: readonly OnnxInput[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  readonly consts: ReadonlyMap<string, HostTensor>;
}

export interface LoadOptions {
  /** Shapes that the user fixed, by input name. */
  readonly shapes?: { readonly [input: string]: readonly number[] };
}

function decode(bytes: Uint8Array): ModelProto & { graph: GraphProto } {
  let model: ModelProto;
  if (bytes.length === 0) return fail(notOnnx('the file is empty'));
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (e) {
    return fail(notOnnx(`its protobuf encoding is broken (${e instanceof Error ? e.message : String(e)})`));
  }
  if (!model.graph) return fail(notOnnx('it holds no graph'));
  if (model.graph.node.length === 0) return fail(notOnnx('its graph has no nodes'));
  if (model.graph.output.length === 0) return fail(notOnnx('its graph has no outputs'));
  return { ...model, graph: model.graph };
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function attributeValue(a: AttributeProto): HostAttrs[string] {
  const t = a.t;
  if (t) return [...readTensor(t, a.name).data];
  if (a.floats.length > 0) return [...a.floats];
  if (a.ints.length > 0) return a.ints.map(Number);
  if (a.strings.length > 0) return a.strings.map(text);
  // AttributeType: 1 float, 2 int, 3 string, 6 floats, 7 ints, 8 strings
  switch (a.type as number) {
    case 1:
      return a.f;
    case 2:
      return Number(a.i);
    case 3:
      return text(a.s);
    case 6:
    case 7:
    case 8:
      return [];
    default:
      return a.s.length > 0 ? text(a.s) : a.f !== 0 ? a.f : Number(a.i);
  }
}

const dims = (v: ValueInfoProto): (number | string)[] | undefined => {
  const type = v.type?.value;
  if (type?.case !== 'tensorType' || !type.value.shape) return undefined;
  return type.value.shape.dim.map((d) =>
    d.value.case === 'dimValue' ? Number(d.value.value) : (d.value.value ?? '?'),
  );
};

function elementType(v: ValueInfoProto): DType {
  const type = v.type?.value;
  if (type && type.case !== 'tensorType') return fail(badOperands(v.name, 'input', `a ${type.case} is no tensor`));
  try {
    return dtypeOf(type?.value.elemType || 1);
  } catch (e) {
    if (e instanceof RangeError) return fail(badOperands(v.name, 'input', e.message));
    throw e;
  }
}

function readInput(v: ValueInfoProto, options: LoadOptions, annotations: ReadonlyMap<string, string>): OnnxInput {
  const dtype = elementType(v);
  const annotation = annotations.get(v.name);
  const given = dims(v);
  const fixed = options.shapes?.[v.name];
  const open = (d: number | string): boolean => typeof d === 'string' || d <= 0;
  const shape = fixed ?? given?.map((d, i) => (i === 0 && open(d) ? 1 : d));
  if (!shape || shape.some(open)) return fail(openShape(v.name, given));
  if (given && given.length !== shape.length) fail(wrongRank(v.name, shape.map(Number), given));
  const size = [...shape].map(Number);
  if (size.some((d) => !Number.isInteger(d)) || numel(size) > MAX_ELEMENTS) fail(hugeInput(v.name, size, MAX_ELEMENTS));
  return { name: v.name, dtype, shape: size, ...(annotation ? { annotation } : {}) };
}

/** Kahn's algorithm in file order: some published files are not sorted. Nodes with unknown inputs are reported. */
function sorted(nodes: readonly OnnxNode[], defined: ReadonlySet<string>): OnnxNode[] {
  const have = new Set(defined);
  const made = new Set(nodes.flatMap((n) => n.outputs));
  const problems: Diagnostic[] = nodes.flatMap((n) =>
    n.inputs.filter((v) => v !== '' && !have.has(v) && !made.has(v)).map((v) => missingValue(n.name, v)),
  );
  if (problems.length > 0) throw new DiagnosticError(problems);
  const out: OnnxNode[] = [];
  let rest = [...nodes];
  while (rest.length > 0) {
    const wait: OnnxNode[] = [];
    for (const n of rest) {
      if (!n.inputs.every((v) => v === '' || have.has(v))) {
        wait.push(n);
        continue;
      }
      out.push(n);
      for (const v of n.outputs) have.add(v);
    }
    if (wait.length === rest.length) return fail(notOnnx(`its nodes form a cycle through ${wait[0]?.name}`));
    rest = wait;
  }
  return out;
}

/** The value of a Constant node, whichever of its attributes holds it. */
function constantNode(n: NodeProto, output: string): HostTensor {
  const a = n.attribute[0];
  if (a?.t) return readTensor(a.t, output);
  switch (a?.name) {
    case 'value_float':
      return scalar(a.f);
    case 'value_floats':
      return hostTensor('float32', [a.floats.length], a.floats);
    case 'value_int':
      return scalar(Number(a.i), 'int64');
    case 'value_ints':
      return hostTensor('int64', [a.ints.length], a.ints.map(Number));
    default: {
      const help = 'give its numbers as value, value_float(s) or value_int(s)';
      return fail(
        unsupportedForm(n.name || output, 'Constant', `it holds no numbers (${a?.name ?? 'no attribute'})`, help),
      );
    }
  }
}

/** Reads a model file. Every problem is a diagnostic; nothing else is thrown. */
export function loadOnnx(bytes: Uint8Array, options: LoadOptions = {}): OnnxGraph {
  const model = decode(bytes);
  const { graph } = model;
  const opsets = new Map(model.opsetImport.map((o) => [o.domain, Number(o.version)]));
  const consts = new Map(graph.initializer.map((t) => [t.name, readTensor(t)]));
  const nodes: OnnxNode[] = [];
  for (const n of graph.node) {
    const output = n.output[0];
    if (n.opType === 'Constant' && output) {
      consts.set(output, constantNode(n, output));
      continue;
    }
    const named = n.attribute.filter((a) => a.name !== '');
    nodes.push({
      name: n.name || n.output[0] || n.opType,
      op: n.opType,
      domain: n.domain,
      opset: opsets.get(n.domain) ?? opsets.get('') ?? 1,
      attrs: Object.fromEntries(named.map((a) => [a.name, attributeValue(a)])),
      inputs: n.input,
      outputs: n.output,
    });
  }
  const annotations = new Map(
    graph.quantizationAnnotation.flatMap((q) => {
      const type = q.quantParameterTensorNames.find((p) => p.key === 'finn_datatype');
      return type ? [[q.tensorName, type.value] as const] : [];
    }),
  );
  const live = graph.input.filter((v) => !consts.has(v.name));
  for (const name of Object.keys(options.shapes ?? {})) {
    if (!live.some((v) => v.name === name))
      fail(
        unknownShapeOption(
          name,
          live.map((v) => v.name),
        ),
      );
  }
  const inputs = live.map((v) => readInput(v, options, annotations));
  const defined = new Set([...consts.keys(), ...inputs.map((i) => i.name)]);
  return {
    name: graph.name,
    inputs,
    outputs: graph.output.map((o) => o.name),
    nodes: sorted(nodes, defined),
    consts,
  };
}
