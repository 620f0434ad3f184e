import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticError } from '../../src/diag/diagnostic.ts';
import {
  readSafetensors,
  type StoredTensor,
  storedIntegers,
  storedReals,
  writeSafetensors,
} from '../../src/num/safetensors.ts';
import { numel } from '../../src/num/tensor.ts';

const dims = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });

const integers = (limit: number): fc.Arbitrary<StoredTensor> =>
  dims.chain((shape) =>
    fc.array(fc.integer({ min: -limit, max: limit }), { minLength: numel(shape), maxLength: numel(shape) }).map((v) =>
      storedIntegers(
        shape,
        Float64Array.from(v, (x) => x + 0),
      ),
    ),
  );

const doubles: fc.Arbitrary<StoredTensor> = dims.chain((shape) =>
  fc
    .array(fc.double(), { minLength: numel(shape), maxLength: numel(shape) })
    .map((v) => storedReals(shape, Float64Array.from(v))),
);

const tensors = fc.dictionary(
  fc.string({ unit: 'binary' }).filter((s) => s !== '__metadata__'),
  fc.oneof(integers(100), integers(200), integers(30000), integers(2 ** 40), doubles),
  { maxKeys: 5 },
);

/** A file with a header of our choice. */
function file(header: string, body: Uint8Array = new Uint8Array(0)): Uint8Array {
  const head = new TextEncoder().encode(header);
  const out = new Uint8Array(8 + head.length + body.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(head.length), true);
  out.set(head, 8);
  out.set(body, 8 + head.length);
  return out;
}

describe('safetensors', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(tensors, (record) => {
        const map = new Map(Object.entries(record));
        const back = readSafetensors(writeSafetensors(map), 'w.safetensors');
        expect([...back.keys()].sort()).toEqual([...map.keys()].sort());
        for (const [name, t] of map) {
          const b = back.get(name);
          expect(b?.dtype).toBe(t.dtype);
          expect(b?.shape).toEqual(t.shape);
          expect([...(b?.data ?? [])]).toEqual([...t.data]);
        }
      }),
    );
  });

  it('gives the same bytes whatever the order, with data at a multiple of 8', () => {
    const a = storedIntegers([2], Int32Array.of(1, -1));
    const b = storedReals([], Float64Array.of(0.5));
    const one = writeSafetensors(new Map([['a', a] as const, ['b', b] as const]));
    const two = writeSafetensors(new Map([['b', b] as const, ['a', a] as const]));
    expect(one).toEqual(two);
    const json =
      '{"a":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"F64","shape":[],"data_offsets":[2,10]}}';
    const length = Number(new DataView(one.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(new TextDecoder().decode(one.subarray(8, 8 + length))).toBe(json.padEnd(length, ' '));
    expect([...one.subarray(8 + length)]).toEqual([1, 255, 0, 0, 0, 0, 0, 0, 0xe0, 0x3f]);
  });

  it('takes the narrowest integer type', () => {
    const dtype = (...v: number[]): string => storedIntegers([v.length], Float64Array.from(v)).dtype;
    expect(dtype()).toBe('I8');
    expect(dtype(-128, 127)).toBe('I8');
    expect(dtype(0, 255)).toBe('U8');
    expect(dtype(-1, 255)).toBe('I16');
    expect(dtype(0, 65535)).toBe('U16');
    expect(dtype(-1, 65535)).toBe('I32');
    expect(dtype(2 ** 31)).toBe('I64');
    expect(dtype(-(2 ** 31))).toBe('I32');
  });

  it('skips metadata and reads single precision', () => {
    const header = '{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    const back = readSafetensors(file(header, Uint8Array.of(0, 0, 0x20, 0xc1)), 'w');
    expect([...back]).toEqual([['x', { dtype: 'F32', shape: [1], data: Float64Array.of(-10) }]]);
  });

  it.each([
    ['nothing', new Uint8Array(0), 'shorter'],
    ['a header that is too long', Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255), 'longer than the file'],
    ['no JSON', file('{"x"'), 'not JSON'],
    ['no UTF-8', file('"\u0000').map((b, i) => (i === 9 ? 0xff : b)), 'not JSON'],
    ['no object', file('[]'), 'not a JSON object'],
    ['an entry that is none', file('{"x":1}'), 'is not an object'],
    ['an unknown type', file('{"x":{"dtype":"F16","shape":[0],"data_offsets":[0,0]}}'), 'element type is "F16"'],
    ['a type from the prototype', file('{"x":{"dtype":"toString","shape":[],"data_offsets":[0,0]}}'), 'element type'],
    ['a negative extent', file('{"x":{"dtype":"I8","shape":[-1],"data_offsets":[0,0]}}'), 'no shape'],
    ['no offsets', file('{"x":{"dtype":"I8","shape":[1]}}'), 'no data_offsets'],
    ['a wrong span', file('{"x":{"dtype":"I16","shape":[1],"data_offsets":[0,1]}}', Uint8Array.of(1)), 'takes 2'],
    ['a hole', file('{"x":{"dtype":"I8","shape":[1],"data_offsets":[1,2]}}', Uint8Array.of(1, 2)), 'no tensor'],
    ['cut off data', file('{"x":{"dtype":"I8","shape":[2],"data_offsets":[0,2]}}', Uint8Array.of(1)), 'take 2'],
    ['bytes left over', file('{}', Uint8Array.of(1)), 'take 0'],
    ['an enormous shape', file('{"x":{"dtype":"I8","shape":[9e15,9e15],"data_offsets":[0,8]}}'), 'spans 8'],
    [
      'a shared byte',
      file(
        '{"x":{"dtype":"I8","shape":[2],"data_offsets":[0,2]},"y":{"dtype":"I8","shape":[1],"data_offsets":[1,2]}}',
        Uint8Array.of(1, 2),
      ),
      'two tensors',
    ],
    [
      'integers beyond 2^53',
      file('{"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}', Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 1)),
      '53 bits',
    ],
  ])('answers %s with a diagnostic', (_, bytes, words) => {
    expect(() => readSafetensors(bytes, 'w.safetensors')).toThrow(words);
    expect(() => readSafetensors(bytes, 'w.safetensors')).toThrow(DiagnosticError);
  });

  it('survives any change of a few bytes', () => {
    const good = writeSafetensors(
      new Map([
        ['fc0.weight', storedIntegers([2, 3], Int32Array.of(1, 2, 3, 4, 5, -6))],
        ['scale', storedReals([2], Float64Array.of(0.5, 3))],
      ]),
    );
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 3 }), fc.integer({ min: 0, max: good.length }), (changes, length) => {
        const bytes = good.slice(0, length);
        for (const [at, v] of changes) if (at < length) bytes[at] = v;
        try {
          readSafetensors(bytes, 'w');
        } catch (e) {
          expect(e).toBeInstanceOf(DiagnosticError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses to write a name that the format reserves', () => {
    const t = storedIntegers([0], new Int32Array(0));
    expect(() => writeSafetensors(new Map([['__metadata__', t]]))).toThrow(RangeError);
    expect(() => writeSafetensors(new Map([['x', { ...t, shape: [3] }]]))).toThrow(RangeError);
  });
});
