import { fail } from '../diag/diagnostic.ts';
import { badSafetensors, unsupportedTensor } from '../diag/messages-data.ts';
import { type IntArray, numel, valueRange } from './tensor.ts';

export type SafeDType = 'I8' | 'U8' | 'I16' | 'U16' | 'I32' | 'I64' | 'F32' | 'F64';

/**
 * A tensor of a `.safetensors` file, row-major. Integers of up to 32 bits are held as Int32Array, all else as
 * Float64Array (64-bit integers are exact: those beyond 2^53 are refused).
 */
export interface StoredTensor {
  readonly dtype: SafeDType;
  readonly shape: readonly number[];
  readonly data: IntArray;
}

export type StoredTensors = ReadonlyMap<string, StoredTensor>;

interface Codec {
  readonly size: number;
  readonly make: (n: number) => IntArray;
  readonly get: (v: DataView, at: number) => number;
  readonly set: (v: DataView, at: number, value: number) => void;
}

const ints = (n: number): IntArray => new Int32Array(n);
const doubles = (n: number): IntArray => new Float64Array(n);

// biome-ignore format: one line per element type
const CODECS: Readonly<Record<SafeDType, Codec>> = {
  I8: { size: 1, make: ints, get: (v, i) => v.getInt8(i), set: (v, i, x) => v.setInt8(i, x) },
  U8: { size: 1, make: ints, get: (v, i) => v.getUint8(i), set: (v, i, x) => v.setUint8(i, x) },
  I16: { size: 2, make: ints, get: (v, i) => v.getInt16(i, true), set: (v, i, x) => v.setInt16(i, x, true) },
  U16: { size: 2, make: ints, get: (v, i) => v.getUint16(i, true), set: (v, i, x) => v.setUint16(i, x, true) },
  I32: { size: 4, make: ints, get: (v, i) => v.getInt32(i, true), set: (v, i, x) => v.setInt32(i, x, true) },
  I64: {
    size: 8,
    make: doubles,
    get: (v, i) => Number(v.getBigInt64(i, true)),
    set: (v, i, x) => v.setBigInt64(i, BigInt(x), true),
  },
  F32: { size: 4, make: doubles, get: (v, i) => v.getFloat32(i, true), set: (v, i, x) => v.setFloat32(i, x, true) },
  F64: { size: 8, make: doubles, get: (v, i) => v.getFloat64(i, true), set: (v, i, x) => v.setFloat64(i, x, true) },
};

const isDType = (v: unknown): v is SafeDType => typeof v === 'string' && Object.hasOwn(CODECS, v);

/** The name that the format keeps for itself. */
export const RESERVED_NAME = '__metadata__';

const NARROWEST: readonly (readonly [SafeDType, number, number])[] = [
  ['I8', -(2 ** 7), 2 ** 7 - 1],
  ['U8', 0, 2 ** 8 - 1],
  ['I16', -(2 ** 15), 2 ** 15 - 1],
  ['U16', 0, 2 ** 16 - 1],
  ['I32', -(2 ** 31), 2 ** 31 - 1],
];

/** Integers in the narrowest type that holds them all. */
export function storedIntegers(shape: readonly number[], data: IntArray): StoredTensor {
  const { lo, hi } = valueRange(data);
  const dtype = NARROWEST.find(([, min, max]) => min <= lo && hi <= max)?.[0] ?? 'I64';
  return { dtype, shape, data };
}

/** Real numbers, in double precision. */
export const storedReals = (shape: readonly number[], data: Float64Array): StoredTensor => ({
  dtype: 'F64',
  shape,
  data,
});

/**
 * Writes a `.safetensors` file. The bytes depend on the tensors alone: names are in code-unit order, the header is
 * padded with spaces to a multiple of 8 bytes. Throws RangeError for a name that the format reserves, or a tensor whose
 * shape and data disagree.
 */
export function writeSafetensors(tensors: StoredTensors): Uint8Array {
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  let end = 0;
  const entries = sorted.map(([name, t]) => {
    if (name === RESERVED_NAME) throw new RangeError(`no tensor can be called ${name}`);
    if (numel(t.shape) !== t.data.length) throw new RangeError(`${name}: ${t.data.length} values for [${t.shape}]`);
    const begin = end;
    end += t.data.length * CODECS[t.dtype].size;
    const entry = { dtype: t.dtype, shape: t.shape, data_offsets: [begin, end] };
    return `${JSON.stringify(name)}:${JSON.stringify(entry)}`;
  });
  const json = new TextEncoder().encode(`{${entries.join(',')}}`);
  const length = Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(length), true);
  out.set(json, 8);
  let at = 8 + length;
  for (const [, t] of sorted) {
    const { size, set } = CODECS[t.dtype];
    for (const value of t.data) {
      set(view, at, value);
      at += size;
    }
  }
  return out;
}

interface Entry {
  readonly name: string;
  readonly dtype: SafeDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Reads a `.safetensors` file; its metadata is skipped. Whatever is wrong with the bytes is a diagnostic. */
export function readSafetensors(bytes: Uint8Array, file: string): Map<string, StoredTensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) return fail(badSafetensors(file, 'it is shorter than its 8-byte header length'));
  const length = view.getBigUint64(0, true);
  if (length > BigInt(bytes.length - 8)) {
    return fail(badSafetensors(file, `its header of ${length} bytes is longer than the file`));
  }
  const body = 8 + Number(length);
  const entries = header(bytes.subarray(8, body), file);
  checkCover(entries, bytes.length - body, file);
  return new Map(entries.map((e) => [e.name, readData(view, body, e, file)]));
}

const isRecord = (v: unknown): v is { readonly [key: string]: unknown } =>
  typeof v === 'object' && v !== null && !Array.isArray(v);

const isSize = (v: unknown): v is number => Number.isSafeInteger(v) && (v as number) >= 0;

function header(bytes: Uint8Array, file: string): Entry[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail(badSafetensors(file, 'its header is not JSON'));
  }
  if (!isRecord(json)) return fail(badSafetensors(file, 'its header is not a JSON object'));
  return Object.entries(json)
    .filter(([name]) => name !== RESERVED_NAME)
    .map(([name, e]) => entry(name, e, file));
}

function entry(name: string, e: unknown, file: string): Entry {
  const wrong = (why: string): never => fail(badSafetensors(file, `the header's entry of tensor "${name}" ${why}`));
  if (!isRecord(e)) return wrong('is not an object');
  const { dtype, shape, data_offsets: offsets } = e;
  if (!isDType(dtype)) return fail(unsupportedTensor(file, name, `its element type is ${JSON.stringify(dtype)}`));
  if (!Array.isArray(shape) || !shape.every(isSize)) return wrong('has no shape');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) return wrong('has no data_offsets');
  const [begin, end] = offsets as [number, number];
  const size = numel(shape) * CODECS[dtype].size;
  if (end - begin !== size) return wrong(`spans ${end - begin} bytes where [${shape}] ${dtype} takes ${size}`);
  return { name, dtype, shape, begin, end };
}

/** The format has every byte of the data in exactly one tensor. */
function checkCover(entries: readonly Entry[], size: number, file: string): void {
  let at = 0;
  for (const e of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (e.begin !== at) {
      const state = e.begin > at ? 'no tensor' : 'two tensors';
      fail(badSafetensors(file, `byte ${Math.min(e.begin, at)} of its data belongs to ${state}`));
    }
    at = e.end;
  }
  if (at !== size) fail(badSafetensors(file, `it holds ${size} bytes of data where its tensors take ${at}`));
}

function readData(view: DataView, body: number, e: Entry, file: string): StoredTensor {
  const { size, make, get } = CODECS[e.dtype];
  const data = make((e.end - e.begin) / size);
  for (let i = 0; i < data.length; i++) {
    const v = get(view, body + e.begin + i * size);
    if (e.dtype === 'I64' && !Number.isSafeInteger(v)) {
      fail(unsupportedTensor(file, e.name, `value ${i} does not fit 53 bits`));
    }
    data[i] = v;
  }
  return { dtype: e.dtype, shape: e.shape, data };
}
