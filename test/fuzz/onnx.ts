/** Small ONNX files made in memory, for tests. */
import { create, toBinary } from '@bufbuild/protobuf';
import type { DType } from '../../src/host/tensor.ts';
import { DTYPES } from '../../src/host/tensor.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from '../../src/import/onnx/proto/onnx_pb.ts';

/** A whole number is an int attribute, anything else with a fraction a float; write `{ float: 1 }` for a float 1. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: number[] };

export interface NodeSpec {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attrs?: { readonly [name: string]: Attribute };
  readonly name?: string;
  readonly domain?: string;
}

export interface ConstSpec {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface ValueSpec {
  readonly name: string;
  readonly dtype?: DType | 'string';
  readonly shape: readonly (number | string)[];
}

export interface ModelSpec {
  readonly inputs: readonly ValueSpec[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeSpec[];
  readonly consts?: { readonly [name: string]: ConstSpec };
  readonly opset?: number;
}

const codeOf = (d: DType | 'string'): number => DTYPES.find(([n]) => n === d)?.[1] ?? 8;

/** Integers go into the typed fields, reals into `double_data` (exact) or, for float32, `float_data`. */
function tensorProto(name: string, t: ConstSpec): TensorProto {
  const common = { name, dims: t.shape.map(BigInt), dataType: codeOf(t.dtype) };
  if (t.dtype === 'float32') return create(TensorProtoSchema, { ...common, floatData: [...t.data] });
  if (t.dtype === 'float64') return create(TensorProtoSchema, { ...common, doubleData: [...t.data] });
  if (t.dtype === 'int64') return create(TensorProtoSchema, { ...common, int64Data: t.data.map(BigInt) });
  if (t.dtype.startsWith('uint') && /32|64/.test(t.dtype))
    return create(TensorProtoSchema, { ...common, uint64Data: t.data.map(BigInt) });
  return create(TensorProtoSchema, { ...common, int32Data: [...t.data] });
}

function attribute(name: string, v: Attribute): AttributeProto {
  if (typeof v === 'string') return create(AttributeProtoSchema, { name, type: 3, s: new TextEncoder().encode(v) });
  if (typeof v === 'number' && Number.isInteger(v))
    return create(AttributeProtoSchema, { name, type: 2, i: BigInt(v) });
  if (typeof v === 'number') return create(AttributeProtoSchema, { name, type: 1, f: v });
  if ('float' in v) return create(AttributeProtoSchema, { name, type: 1, f: v.float });
  if ('floats' in v) return create(AttributeProtoSchema, { name, type: 6, floats: v.floats });
  return create(AttributeProtoSchema, { name, type: 7, ints: v.map(BigInt) });
}

/** A shape's numbers are extents, its strings the names of open axes. */
function valueInfo(v: ValueSpec) {
  const dim = v.shape.map((d) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof d === 'number' ? { case: 'dimValue', value: BigInt(d) } : { case: 'dimParam', value: d },
    }),
  );
  const tensor = create(TypeProto_TensorSchema, {
    elemType: codeOf(v.dtype ?? 'float32'),
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(ValueInfoProtoSchema, {
    name: v.name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
  });
}

export function onnxModel(spec: ModelSpec): Uint8Array {
  const node = spec.nodes.map((n) =>
    create(NodeProtoSchema, {
      name: n.name ?? '',
      opType: n.op,
      domain: n.domain ?? '',
      input: [...n.inputs],
      output: [...n.outputs],
      attribute: Object.entries(n.attrs ?? {}).map(([k, v]) => attribute(k, v)),
    }),
  );
  const graph = create(GraphProtoSchema, {
    name: 'test',
    node,
    initializer: Object.entries(spec.consts ?? {}).map(([k, t]) => tensorProto(k, t)),
    input: spec.inputs.map(valueInfo),
    output: spec.outputs.map((name) => create(ValueInfoProtoSchema, { name })),
  });
  const opsetImport = [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(spec.opset ?? 13) })];
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, opsetImport, graph }));
}
