import { fail } from '../diag/diagnostic.ts';
import { badNpy, unsupportedElements } from '../diag/messages-data.ts';

/** A NumPy array: float arrays are real numbers, integer arrays are codes. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** NumPy's type code without byte order: `f4`, `i1`, `b1`… */
  readonly dtype: string;
  readonly data:
    | Float64Array
    | Float32Array
    | Int32Array
    | Int8Array
    | Uint8Array
    | Int16Array
    | Uint16Array
    | Uint32Array;
}

type Data = NpyArray['data'];

interface Reader {
  readonly size: number;
  readonly make: (n: number) => Data;
  readonly get: (v: DataView, at: number, little: boolean) => number;
}

const READERS: { readonly [dtype: string]: Reader } = {
  f8: { size: 8, make: (n) => new Float64Array(n), get: (v, i, le) => v.getFloat64(i, le) },
  f4: { size: 4, make: (n) => new Float32Array(n), get: (v, i, le) => v.getFloat32(i, le) },
  i1: { size: 1, make: (n) => new Int8Array(n), get: (v, i) => v.getInt8(i) },
  u1: { size: 1, make: (n) => new Uint8Array(n), get: (v, i) => v.getUint8(i) },
  b1: { size: 1, make: (n) => new Uint8Array(n), get: (v, i) => v.getUint8(i) },
  i2: { size: 2, make: (n) => new Int16Array(n), get: (v, i, le) => v.getInt16(i, le) },
  u2: { size: 2, make: (n) => new Uint16Array(n), get: (v, i, le) => v.getUint16(i, le) },
  i4: { size: 4, make: (n) => new Int32Array(n), get: (v, i, le) => v.getInt32(i, le) },
  u4: { size: 4, make: (n) => new Uint32Array(n), get: (v, i, le) => v.getUint32(i, le) },
  i8: { size: 8, make: (n) => new Float64Array(n), get: (v, i, le) => Number(v.getBigInt64(i, le)) },
  u8: { size: 8, make: (n) => new Float64Array(n), get: (v, i, le) => Number(v.getBigUint64(i, le)) },
};

export const isFloatNpy = (a: NpyArray): boolean => a.dtype.startsWith('f');

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Reads a `.npy` file (versions 1 to 3, C or Fortran order). Whatever is wrong with it is a diagnostic. */
export function readNpy(bytes: Uint8Array, file: string): NpyArray {
  if (bytes.length < 10 || MAGIC.some((b, i) => bytes[i] !== b))
    return fail(badNpy(file, "it does not begin with NumPy's magic"));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (bytes[6] as number) >= 2;
  const start = wide ? 12 : 10;
  if (bytes.length < start) return fail(badNpy(file, 'its header is cut off'));
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([<>|=]?)([a-z]\d+)'/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header);
  const dims = /'shape':\s*\(([\d,\s]*)\)/.exec(header);
  if (!descr || !order || !dims) return fail(badNpy(file, 'its header is not one of a plain array'));
  const dtype = descr[2] ?? '';
  const reader = READERS[dtype];
  if (!reader) return fail(unsupportedElements(file, dtype, Object.keys(READERS)));
  const shape = (dims[1] ?? '')
    .split(',')
    .map((d) => d.trim())
    .filter((d) => d !== '')
    .map(Number);
  const n = shape.reduce((a, b) => a * b, 1);
  const body = start + length;
  if (!Number.isSafeInteger(n) || bytes.length - body < n * reader.size) {
    return fail(
      badNpy(
        file,
        `it holds ${Math.max(0, bytes.length - body)} bytes of data where [${shape}] ${dtype} takes ${n * reader.size}`,
      ),
    );
  }
  const data = reader.make(n);
  const little = descr[1] !== '>';
  for (let i = 0; i < n; i++) data[i] = reader.get(view, body + i * reader.size, little);
  return { shape, dtype, data: order[1] === 'True' ? fromFortran(data, shape, reader) : data };
}

function fromFortran(data: Data, shape: readonly number[], reader: Reader): Data {
  const out = reader.make(data.length);
  const strides: number[] = [];
  shape.reduce((s, d) => {
    strides.push(s);
    return s * d;
  }, 1);
  for (let i = 0; i < data.length; i++) {
    let rest = i;
    let at = 0;
    for (let k = shape.length - 1; k >= 0; k--) {
      const d = shape[k] as number;
      at += (rest % d) * (strides[k] as number);
      rest = Math.floor(rest / d);
    }
    out[i] = data[at] as number;
  }
  return out;
}

/** Writes a `.npy` file (version 1, C order, little-endian). */
export function writeNpy(
  shape: readonly number[],
  data: Float32Array | Float64Array | Int32Array | BigInt64Array,
): Uint8Array {
  const descr =
    data instanceof Float32Array
      ? '<f4'
      : data instanceof Float64Array
        ? '<f8'
        : data instanceof Int32Array
          ? '<i4'
          : '<i8';
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11, ' ');
  const head = new TextEncoder().encode(`${padded}\n`);
  const out = new Uint8Array(10 + head.length + data.byteLength);
  out.set([...MAGIC, 1, 0, head.length & 255, head.length >> 8]);
  out.set(head, 10);
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + head.length);
  return out;
}
