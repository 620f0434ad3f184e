import { DiagnosticError } from '../../diag/diagnostic.ts';
import { badOperands, externalData } from '../../diag/messages-import.ts';
import { dtypeOf } from '../../host/ops/elementwise.ts';
import { type DType, type HostTensor, hostTensor } from '../../host/tensor.ts';
import { numel } from '../../num/tensor.ts';
import { type TensorProto, TensorProto_DataLocation } from './proto/onnx_pb.ts';

/** Bits of one element in `raw_data`. */
function bitsOf(d: DType): number {
  if (d === 'bool') return 8;
  if (d === 'bfloat16') return 16;
  return Number(/\d+$/.exec(d)?.[0]);
}

function half(h: number): number {
  const s = h & 0x8000 ? -1 : 1;
  const e = (h >> 10) & 31;
  const f = h & 1023;
  if (e === 31) return f ? Number.NaN : s * Number.POSITIVE_INFINITY;
  return e === 0 ? s * f * 2 ** -24 : s * (1 + f / 1024) * 2 ** (e - 15);
}

function bfloat(h: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, h << 16);
  return view.getFloat32(0);
}

function readRaw(d: DType, bytes: Uint8Array, n: number): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bits = bitsOf(d);
  if (bits < 8) return readPacked(d, bytes, n, bits);
  const size = bits / 8;
  const read: Record<string, (i: number) => number> = {
    float32: (i) => view.getFloat32(i, true),
    float64: (i) => view.getFloat64(i, true),
    float16: (i) => half(view.getUint16(i, true)),
    bfloat16: (i) => bfloat(view.getUint16(i, true)),
    uint8: (i) => view.getUint8(i),
    bool: (i) => view.getUint8(i),
    int8: (i) => view.getInt8(i),
    uint16: (i) => view.getUint16(i, true),
    int16: (i) => view.getInt16(i, true),
    uint32: (i) => view.getUint32(i, true),
    int32: (i) => view.getInt32(i, true),
    uint64: (i) => Number(view.getBigUint64(i, true)),
    int64: (i) => Number(view.getBigInt64(i, true)),
  };
  const f = read[d];
  return Float64Array.from({ length: n }, (_, i) => f?.(i * size) ?? Number.NaN);
}

/** 2- and 4-bit elements, lowest bits first. */
function readPacked(d: DType, bytes: Uint8Array, n: number, bits: number): Float64Array {
  const perByte = 8 / bits;
  const half2 = 2 ** (bits - 1);
  return Float64Array.from({ length: n }, (_, i) => {
    const v = ((bytes[Math.floor(i / perByte)] ?? 0) >> ((i % perByte) * bits)) & (2 ** bits - 1);
    return !d.startsWith('u') && v >= half2 ? v - 2 * half2 : v;
  });
}

function fieldData(t: TensorProto, d: DType, n: number): ArrayLike<number> {
  if (t.floatData.length > 0) return t.floatData;
  if (t.doubleData.length > 0) return t.doubleData;
  if (t.int64Data.length > 0) return t.int64Data.map(Number);
  if (t.uint64Data.length > 0) return t.uint64Data.map(Number);
  if (t.int32Data.length === 0) return [];
  if (d === 'float16') return t.int32Data.map(half);
  if (d === 'bfloat16') return t.int32Data.map(bfloat);
  if (bitsOf(d) < 8) return readPacked(d, Uint8Array.from(t.int32Data), n, bitsOf(d));
  return t.int32Data;
}

/** An ONNX tensor as doubles. Throws a diagnostic where its data are missing, elsewhere or too short. */
export function readTensor(t: TensorProto, name: string = t.name): HostTensor {
  if (t.dataLocation === TensorProto_DataLocation.EXTERNAL) throw new DiagnosticError([externalData(name)]);
  const shape = t.dims.map(Number);
  try {
    const dtype = dtypeOf(t.dataType);
    const n = numel(shape);
    if (shape.some((s) => s < 0) || n > 2 ** 31) throw new RangeError(`shape [${shape}] is impossible`);
    const raw = t.rawData.length > 0;
    if (raw && t.rawData.length * 8 < n * bitsOf(dtype))
      throw new RangeError(`${t.rawData.length} bytes for [${shape}]`);
    const data = raw ? readRaw(dtype, t.rawData, n) : fieldData(t, dtype, n);
    return hostTensor(dtype, shape, data);
  } catch (e) {
    if (e instanceof RangeError) throw new DiagnosticError([badOperands(name, 'initializer', e.message)]);
    throw e;
  }
}
