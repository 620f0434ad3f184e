/** ONNX bytes of feed-forward QONNX networks, layer by layer. */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../src/import/onnx/proto/onnx_pb.ts';

type Attribute = number | string | readonly number[];

const QONNX = 'qonnx.custom_op.general';

function attribute(name: string, v: Attribute): AttributeProto {
  const { INT, INTS, STRING } = AttributeProto_AttributeType;
  if (typeof v === 'string') {
    return create(AttributeProtoSchema, { name, type: STRING, s: new TextEncoder().encode(v) });
  }
  if (typeof v === 'number') return create(AttributeProtoSchema, { name, type: INT, i: BigInt(v) });
  return create(AttributeProtoSchema, { name, type: INTS, ints: v.map(BigInt) });
}

/** A network as a chain: every layer takes what the one before gave. All tensors are float32. */
export class Chain {
  private readonly nodes: NodeProto[] = [];
  private readonly consts: TensorProto[] = [];
  private readonly input: ValueInfoProto;
  private at = 'x';

  constructor(shape: readonly number[]) {
    const dim = shape.map((d) =>
      create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(d) } }),
    );
    const tensor = create(TypeProto_TensorSchema, {
      elemType: TensorProto_DataType.FLOAT,
      shape: create(TensorShapeProtoSchema, { dim }),
    });
    const type = create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } });
    this.input = create(ValueInfoProtoSchema, { name: this.at, type });
  }

  /** A float32 constant; returns its name. */
  constant(shape: readonly number[], data: ArrayLike<number>): string {
    const name = `c${this.consts.length}`;
    const rawData = new Uint8Array(Float32Array.from(data).buffer);
    this.consts.push(
      create(TensorProtoSchema, { name, dims: shape.map(BigInt), dataType: TensorProto_DataType.FLOAT, rawData }),
    );
    return name;
  }

  /** Appends an operator on the chain's end and these constants. */
  add(op: string, consts: readonly string[] = [], attrs: { readonly [name: string]: Attribute } = {}): this {
    this.at = this.node(op, [this.at, ...consts], attrs);
    return this;
  }

  /** A QONNX quantiser of the chain's end, or of the named constant; returns the name of its result. */
  quant(scale: number, bits: number, options: { signed: boolean; narrow?: boolean }, constant?: string): string {
    const inputs = [constant ?? this.at, ...[scale, 0, bits].map((v) => this.constant([], [v]))];
    const attrs = {
      signed: options.signed ? 1 : 0,
      narrow: options.narrow ? 1 : 0,
      rounding_mode: 'ROUND',
    };
    const result = bits === 1 ? this.node('BipolarQuant', inputs.slice(0, 2), {}) : this.node('Quant', inputs, attrs);
    if (constant === undefined) this.at = result;
    return result;
  }

  private node(op: string, input: readonly string[], attrs: { readonly [name: string]: Attribute }): string {
    const name = `${op}_${this.nodes.length}`;
    const domain = op.endsWith('Quant') ? QONNX : '';
    const attributes = Object.entries(attrs).map(([k, v]) => attribute(k, v));
    this.nodes.push(
      create(NodeProtoSchema, { name, opType: op, domain, input: [...input], output: [name], attribute: attributes }),
    );
    return name;
  }

  bytes(): Uint8Array {
    const graph = create(GraphProtoSchema, {
      name: 'bench',
      node: this.nodes,
      initializer: this.consts,
      input: [this.input],
      output: [create(ValueInfoProtoSchema, { name: this.at })],
    });
    const opset = (domain: string, version: bigint) => create(OperatorSetIdProtoSchema, { domain, version });
    const model = create(ModelProtoSchema, { irVersion: 8n, opsetImport: [opset('', 13n), opset(QONNX, 1n)], graph });
    return toBinary(ModelProtoSchema, model);
  }
}
